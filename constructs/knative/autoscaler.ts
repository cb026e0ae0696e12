import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import {
  type ComponentProps,
  componentDeployment,
  httpProbe,
  observedPorts,
  servicePort,
  servingMetadata,
} from './component.ts';
import { image } from './releases/index.ts';

export interface AutoscalerProps extends ComponentProps {
  /**
   * One of them acts; the others take over when it ends. With `buckets` of `config-leader-election` they share the revisions
   * as their leases happen to fall, which may be all to one. @default 1
   */
  readonly replicas?: number;
}

/** The autoscaler: gathers the pods' measurements and decides how many there should be. */
export class Autoscaler extends Construct {
  constructor(scope: Construct, id: string, props: AutoscalerProps) {
    super(scope, id);
    const { release, replicas = 1 } = props;
    const selector = { app: 'autoscaler' };
    componentDeployment(
      this,
      'deployment',
      {
        name: 'autoscaler',
        image: image(release, 'autoscaler'),
        serviceAccount: 'controller',
        selector,
        resources: {
          requests: { cpu: '100m', memory: '100Mi' },
          limits: { cpu: '1000m', memory: '1000Mi' },
        },
        knows: ['name', 'address'],
        ports: [{ name: 'websocket', containerPort: 8080 }],
        readinessProbe: httpProbe(8080),
        livenessProbe: { ...httpProbe(8080), failureThreshold: 6 },
        replicas,
        strategy: {
          type: 'RollingUpdate',
          rollingUpdate: { maxUnavailable: k8s.IntOrString.fromNumber(0) },
        },
        spread: replicas > 1,
      },
      props,
    );
    new k8s.KubeService(this, 'service', {
      metadata: servingMetadata(release, 'autoscaler', 'autoscaler', selector),
      spec: { selector, ports: [...observedPorts, servicePort('http', 8080)] },
    });
  }
}
