import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { addAvailability, type ReplicaProps } from './availability.ts';
import {
  type ComponentProps,
  componentDeployment,
  httpProbe,
  observedPorts,
  servicePort,
  servingMetadata,
} from './component.ts';
import { image } from './releases/index.ts';

export interface ActivatorProps extends ComponentProps, ReplicaProps {
  /** How long it may finish requests once it is told to stop, in seconds; at least a service's longest timeout. @default 600 */
  readonly terminationGracePeriod?: number;
}

/** Seconds that it has to finish requests, unless said otherwise; also the longest that a service may ask for. */
export const activatorGracePeriod = 600;

/** The activator: holds requests while a service is at zero, and passes them on when it has no burst capacity. */
export class Activator extends Construct {
  constructor(scope: Construct, id: string, props: ActivatorProps) {
    super(scope, id);
    const { release, tuning = 'default', terminationGracePeriod = activatorGracePeriod } = props;
    const { minReplicas = tuning === 'upstream' ? 1 : 2, maxReplicas = 20 } = props;
    const selector = { app: 'activator' };
    addAvailability(this, 'activator', { release, tuning, minReplicas, maxReplicas });
    componentDeployment(
      this,
      'deployment',
      {
        name: 'activator',
        image: image(release, 'activator'),
        serviceAccount: 'activator',
        selector: { ...selector, role: 'activator' },
        resources: {
          requests: { cpu: '300m', memory: '60Mi' },
          limits: { cpu: '1000m', memory: '600Mi' },
        },
        env: { before: [{ name: 'GOGC', value: '500' }] },
        knows: ['name', 'address'],
        ports: [
          { name: 'http1', containerPort: 8012 },
          { name: 'h2c', containerPort: 8013 },
        ],
        readinessProbe: { ...httpProbe(8012), periodSeconds: 5, failureThreshold: 5 },
        livenessProbe: {
          ...httpProbe(8012),
          periodSeconds: 10,
          failureThreshold: 12,
          initialDelaySeconds: 15,
        },
        terminationGracePeriod,
        spread: true,
      },
      props,
    );
    new k8s.KubeService(this, 'service', {
      metadata: servingMetadata(release, 'activator-service', 'activator', selector),
      spec: {
        type: 'ClusterIP',
        selector,
        ports: [
          ...observedPorts,
          servicePort('http', 80, 8012),
          servicePort('http2', 81, 8013),
          servicePort('https', 443, 8112),
        ],
      },
    });
  }
}
