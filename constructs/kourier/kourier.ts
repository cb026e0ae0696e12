import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { Tuning } from '../knative/index.ts';
import { addKourierConfig } from './config.ts';
import type { KourierConfig } from './config-keys.ts';
import { KourierController, type KourierControllerProps } from './controller.ts';
import { Gateway, type GatewayProps } from './gateway.ts';
import { type EntranceBinding, GatewayServices } from './gateway-services.ts';
import { type EntranceTimes, gatewayTimes } from './gateway-times.ts';
import { kourierLabels, kourierNamespace } from './names.ts';
import { KourierRbac } from './rbac.ts';
import { type KourierRelease, kourierRelease } from './releases/index.ts';
import { readinessGates } from './target-group-binding.ts';

export interface KourierProps {
  /** Version of a release that is known, such as `1.23.0`, or a release's own data. */
  readonly release: string | KourierRelease;
  /** @default 'default' */
  readonly tuning?: Tuning;
  /** The target groups that lead to the gateway. @default - a load balancer of its own, as upstream has it */
  readonly entrance?: EntranceBinding;
  /** Times of the entrance, from which the gateway's follow. @default - an NLB's own defaults */
  readonly times?: EntranceTimes;
  /** `config-kourier`. @default - upstream's defaults */
  readonly config?: KourierConfig;
  /** @default - as the tuning says */
  readonly controller?: Omit<KourierControllerProps, 'release'>;
  /** @default - as the tuning says */
  readonly gateway?: Omit<GatewayProps, 'release' | 'tuning' | 'times'>;
}

/**
 * Kourier, the ingress of a colour. Serving comes before it: its controller lives in Serving's namespace.
 * @throws ZeroshiftError `kourier.unknown-release`, `kourier.times`, `kourier.target-group`, `config.invalid`
 */
export class Kourier extends Construct {
  readonly release: KourierRelease;
  /** The constructs that it is made of, in the order in which their objects are applied. */
  readonly parts: readonly Construct[];

  constructor(scope: Construct, id: string, props: KourierProps) {
    super(scope, id);
    const release = typeof props.release === 'string' ? kourierRelease(props.release) : props.release;
    const { tuning = 'default', entrance } = props;
    const gates =
      entrance === undefined || tuning === 'upstream'
        ? {}
        : readinessGates(entrance.controller ?? 'eks-auto-mode');
    this.release = release;
    this.parts = [
      new k8s.KubeNamespace(this, 'namespace', {
        metadata: { name: kourierNamespace, labels: { ...kourierLabels(release), ...gates } },
      }),
      new KourierRbac(this, 'rbac', { release }),
      addKourierConfig(this, release, props.config ?? {}),
      new KourierController(this, 'controller', { ...props.controller, release }),
      // Before the gateway: only pods that a binding leads to get a readiness gate.
      new GatewayServices(this, 'gateway-services', {
        release,
        ...(entrance === undefined ? {} : { entrance }),
      }),
      new Gateway(this, 'gateway', { ...props.gateway, release, tuning, times: gatewayTimes(props.times) }),
    ];
  }
}
