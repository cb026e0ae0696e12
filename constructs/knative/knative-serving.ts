import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { servingConfigProblems } from '../../lib/validation/index.ts';
import { Activator, type ActivatorProps, activatorGracePeriod } from './activator.ts';
import { Autoscaler, type AutoscalerProps } from './autoscaler.ts';
import { servingLabels, servingNamespace, type Tuning } from './component.ts';
import { ConfigMaps, type ConfigMapsProps, refuseMistakes } from './config-maps/index.ts';
import { Controller, type ControllerProps } from './controller.ts';
import { HpaAutoscaler, type HpaAutoscalerProps } from './hpa-autoscaler.ts';
import { QueueProxy, type QueueProxyProps, queueProxySettings } from './queue-proxy.ts';
import { Rbac } from './rbac.ts';
import { type Release, release as releaseOf } from './releases/index.ts';
import { RoutingCertificate } from './routing-certificate.ts';
import { Webhook, type WebhookProps } from './webhook.ts';

/** A part's props without those that the whole installation shares. */
type Own<P> = Omit<P, 'release' | 'tuning'>;

export interface KnativeServingProps {
  /** Version of a release that is known, such as `1.23.0`, or a release's own data. */
  readonly release: string | Release;
  /** @default 'default' */
  readonly tuning?: Tuning;
  /** @default - upstream's defaults */
  readonly config?: Own<ConfigMapsProps>;
  /** @default - upstream's defaults */
  readonly queueProxy?: Own<QueueProxyProps>;
  /** @default - as the tuning says */
  readonly controller?: Own<ControllerProps>;
  /** @default - as the tuning says */
  readonly webhook?: Own<WebhookProps>;
  /** @default - as the tuning says */
  readonly activator?: Own<ActivatorProps>;
  /** @default - as the tuning says */
  readonly autoscaler?: Own<AutoscalerProps>;
  /** For services of the class `hpa.autoscaling.knative.dev`, which nothing scales without it. @default - not installed */
  readonly hpaAutoscaler?: Own<HpaAutoscalerProps>;
}

/**
 * Knative Serving without its CRDs, which come before it, its ingress, and the jobs after an upgrade.
 * @throws ZeroshiftError `knative.unknown-release`, `config.invalid`
 */
export class KnativeServing extends Construct {
  readonly release: Release;
  /** The constructs that it is made of, in the order in which their objects are applied. */
  readonly parts: readonly Construct[];

  constructor(scope: Construct, id: string, props: KnativeServingProps) {
    super(scope, id);
    const release = typeof props.release === 'string' ? releaseOf(props.release) : props.release;
    const shared = { release, ...(props.tuning === undefined ? {} : { tuning: props.tuning }) };
    this.release = release;
    // Together, for what each part allows by itself but not beside the others.
    refuseMistakes(
      servingConfigProblems(
        { ...props.config, deployment: queueProxySettings({ ...props.queueProxy, release }) },
        {
          features: release.features,
          around: {
            activatorGracePeriod: props.activator?.terminationGracePeriod ?? activatorGracePeriod,
            hpaAutoscaler: props.hpaAutoscaler !== undefined,
          },
        },
      ),
    );
    this.parts = [
      new k8s.KubeNamespace(this, 'namespace', {
        metadata: { name: servingNamespace, labels: servingLabels(release) },
      }),
      new Rbac(this, 'rbac', { release }),
      new ConfigMaps(this, 'config-maps', { ...props.config, release }),
      new QueueProxy(this, 'queue-proxy', { ...props.queueProxy, release }),
      new RoutingCertificate(this, 'routing-certificate'),
      new Activator(this, 'activator', { ...props.activator, ...shared }),
      new Autoscaler(this, 'autoscaler', { ...props.autoscaler, ...shared }),
      new Controller(this, 'controller', { ...props.controller, ...shared }),
      new Webhook(this, 'webhook', { ...props.webhook, ...shared }),
      ...(props.hpaAutoscaler === undefined
        ? []
        : [new HpaAutoscaler(this, 'hpa-autoscaler', { ...props.hpaAutoscaler, ...shared })]),
    ];
  }
}
