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
  /**
   * Calls a second that it may make to the API server with each of its clients; twice as many at once after a pause. A
   * service that is new takes about 17. The autoscaler has a limit of its own, which nothing changes.
   * @default - Knative's: 45
   */
  readonly apiCallsPerSecond?: number;
}

/** Without them Knative's own limits hold. */
const apiLimits = (perSecond: number | undefined): k8s.EnvVar[] =>
  perSecond === undefined
    ? []
    : [
        { name: 'KUBE_API_QPS', value: String(perSecond) },
        { name: 'KUBE_API_BURST', value: String(2 * perSecond) },
      ];

/** The controller: makes revisions, routes and everything below a service. */
export class Controller extends Construct {
  constructor(scope: Construct, id: string, props: ControllerProps) {
    super(scope, id);
    const { release, replicas, apiCallsPerSecond } = props;
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
        env: { after: apiLimits(apiCallsPerSecond) },
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
