import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { servingMetadata, type Tuning } from './component.ts';
import type { Release } from './releases/index.ts';
import type { TuningReason } from './tuning-reason.ts';

/** How many of a part run. */
export interface ReplicaProps {
  /** @default 2, with `tuning: 'upstream'` 1, which lets no node drain */
  readonly minReplicas?: number;
  /** @default - upstream's for this part */
  readonly maxReplicas?: number;
}

const budgetReason =
  'A budget of 80 % keeps both of two pods, and lets none go until there are five: no node could be drained. One at a time may go.';

/** Why these objects differ from upstream's by default. */
export const availabilityReasons: readonly TuningReason[] = [
  {
    kind: 'HorizontalPodAutoscaler',
    path: 'spec.minReplicas',
    reason: 'One pod alone cannot leave its node without a gap; two can, one after the other.',
  },
  { kind: 'PodDisruptionBudget', path: 'spec.minAvailable', reason: budgetReason },
  { kind: 'PodDisruptionBudget', path: 'spec.maxUnavailable', reason: budgetReason },
];

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
      ...(tuning === 'upstream'
        ? { minAvailable: k8s.IntOrString.fromString('80%') }
        : { maxUnavailable: k8s.IntOrString.fromNumber(1) }),
      selector: { matchLabels: { app: name } },
    },
  });
}
