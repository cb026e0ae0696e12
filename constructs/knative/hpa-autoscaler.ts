import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import {
  type ComponentProps,
  componentDeployment,
  httpProbe,
  observedPorts,
  servingMetadata,
} from './component.ts';
import { image } from './releases/index.ts';

export interface HpaAutoscalerProps extends ComponentProps {
  /** More than one share the revisions by leader election. @default 1 */
  readonly replicas?: number;
}

/** What serves the class `hpa.autoscaling.knative.dev`: a HorizontalPodAutoscaler for each such revision. */
export class HpaAutoscaler extends Construct {
  constructor(scope: Construct, id: string, props: HpaAutoscalerProps) {
    super(scope, id);
    const { release, replicas } = props;
    const name = 'autoscaler-hpa';
    const selector = { app: name };
    const provider = { 'autoscaling.knative.dev/autoscaler-provider': 'hpa' };
    const health = (path: string) => ({
      ...httpProbe('probes', { path, scheme: 'HTTP' }),
      periodSeconds: 5,
      failureThreshold: 5,
    });
    componentDeployment(
      this,
      'deployment',
      {
        name,
        image: image(release, name),
        serviceAccount: 'controller',
        selector,
        labels: provider,
        resources: {
          requests: { cpu: '30m', memory: '40Mi' },
          limits: { cpu: '300m', memory: '400Mi' },
        },
        knows: [],
        ports: [{ name: 'probes', containerPort: 8080 }],
        readinessProbe: health('/readiness'),
        livenessProbe: health('/health'),
        ...(replicas === undefined ? {} : { replicas }),
        spread: (replicas ?? 1) > 1,
      },
      props,
    );
    new k8s.KubeService(this, 'service', {
      metadata: servingMetadata(release, name, name, { ...selector, ...provider }),
      spec: { selector, ports: [...observedPorts] },
    });
  }
}
