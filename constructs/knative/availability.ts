import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { servingMetadata, type Tuning } from './component.ts';
import type { Release } from './releases/index.ts';

/** How many of a part run. */
export interface ReplicaProps {
  /** @default 2, with `tuning: 'upstream'` 1, which lets no node drain */
  readonly minReplicas?: number;
  /** @default - upstream's for this part */
  readonly maxReplicas?: number;
}

/** The HorizontalPodAutoscaler and the PodDisruptionBudget of a part. */
export function addAvailability(
  scope: Construct,
  name: string,
  props: Required<ReplicaProps> & { readonly release: Release; readonly tuning: Tuning },
): void {
  const { release, minReplicas, maxReplicas, tuning } = props;
  new k8s.KubeHorizontalPodAutoscalerV2(scope, 'autoscaler', {
    metadata: servingMetadata(release, name, name),
    spec: {
      minReplicas,
      maxReplicas,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 100 } },
        },
      ],
    },
  });
  new k8s.KubePodDisruptionBudget(scope, 'budget', {
    metadata: servingMetadata(release, `${name}-pdb`, name),
    spec: {
      // 80 % of two pods is two: upstream's budget lets none go until there are five.
      ...(tuning === 'upstream'
        ? { minAvailable: k8s.IntOrString.fromString('80%') }
        : { maxUnavailable: k8s.IntOrString.fromNumber(1) }),
      selector: { matchLabels: { app: name } },
    },
  });
}
