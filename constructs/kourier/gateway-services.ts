import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { gatewayName, gatewayPorts, kourierLabels, kourierNamespace } from './names.ts';
import type { KourierRelease } from './releases/index.ts';
import { type BindingController, type TargetGroup, TargetGroupBinding } from './target-group-binding.ts';

/** The entrance that leads to the gateway: target groups that somebody else has made. */
export interface EntranceBinding {
  /** @default 'eks-auto-mode' */
  readonly controller?: BindingController;
  /** Target group behind each port of the entrance: 80 in the clear, 443 with TLS. */
  readonly targetGroups: Readonly<Partial<Record<80 | 443, TargetGroup>>>;
  /** Whether the entrance ends TLS: then what comes in at 443 reaches the gateway in the clear. @default false */
  readonly endsTls?: boolean;
}

export interface GatewayServicesProps {
  readonly release: KourierRelease;
  /** @default - a load balancer of its own, as upstream has it */
  readonly entrance?: EntranceBinding;
}

const port = (name: string, number: number, targetPort: number): k8s.ServicePort => ({
  name,
  port: number,
  protocol: 'TCP',
  targetPort: k8s.IntOrString.fromNumber(targetPort),
});

/** The Services of the gateway, for clients outside and inside of the cluster, and its bindings to the entrance. */
export class GatewayServices extends Construct {
  constructor(scope: Construct, id: string, props: GatewayServicesProps) {
    super(scope, id);
    const { release, entrance } = props;
    const metadata = (name: string) => ({
      name,
      namespace: kourierNamespace,
      labels: kourierLabels(release),
    });
    const selector = { app: gatewayName };
    new k8s.KubeService(this, 'external', {
      metadata: metadata('kourier'),
      spec: {
        ports: [port('http2', 80, gatewayPorts.external), port('https', 443, gatewayPorts.externalTls)],
        selector,
        type: entrance === undefined ? 'LoadBalancer' : 'ClusterIP',
      },
    });
    new k8s.KubeService(this, 'internal', {
      metadata: metadata('kourier-internal'),
      spec: {
        ports: [port('http2', 80, gatewayPorts.internal), port('https', 443, gatewayPorts.internalTls)],
        selector,
        type: 'ClusterIP',
      },
    });
    if (entrance === undefined) return;
    for (const number of [80, 443] as const) {
      const targetGroup = entrance.targetGroups[number];
      if (targetGroup !== undefined)
        new TargetGroupBinding(this, `binding-${number}`, {
          metadata: metadata(`kourier-${number}`),
          controller: entrance.controller ?? 'eks-auto-mode',
          targetGroup,
          service: { name: 'kourier', port: entrance.endsTls ? 80 : number },
        });
    }
  }
}
