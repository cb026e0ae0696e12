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

export interface ControllerProps extends ComponentProps {
  /** More than one share the work by leader election. @default 1 */
  readonly replicas?: number;
}

/** The controller: makes revisions, routes and everything below a service. */
export class Controller extends Construct {
  constructor(scope: Construct, id: string, props: ControllerProps) {
    super(scope, id);
    const { release, replicas } = props;
    const selector = { app: 'controller' };
    componentDeployment(
      this,
      'deployment',
      {
        name: 'controller',
        image: image(release, 'controller'),
        serviceAccount: 'controller',
        selector,
        resources: {
          requests: { cpu: '100m', memory: '100Mi' },
          limits: { cpu: '1000m', memory: '1000Mi' },
        },
        knows: ['name'],
        ports: [{ name: 'probes', containerPort: 8080 }],
        readinessProbe: {
          ...httpProbe('probes', { path: '/readiness', scheme: 'HTTP' }),
          periodSeconds: 5,
          failureThreshold: 3,
        },
        livenessProbe: {
          ...httpProbe('probes', { path: '/health', scheme: 'HTTP' }),
          periodSeconds: 5,
          failureThreshold: 6,
        },
        ...(replicas === undefined ? {} : { replicas }),
        spread: (replicas ?? 1) > 1,
      },
      props,
    );
    new k8s.KubeService(this, 'service', {
      metadata: servingMetadata(release, 'controller', 'controller', selector),
      spec: { selector, ports: [...observedPorts] },
    });
  }
}
