import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { configData, type DeploymentConfig, servingConfigProblems } from '../../lib/validation/index.ts';
import type { ResourcesProps } from '../service/index.ts';
import { servingMetadata } from './component.ts';
import { addConfigMap, refuseMistakes } from './config-maps/index.ts';
import { image, type Release } from './releases/index.ts';

export interface QueueProxyProps {
  readonly release: Release;
  /** The image that stands in front of every user container. @default - the release's, by digest */
  readonly image?: string;
  /** Of each queue-proxy; `cpu`, `memory` and `ephemeral-storage`. @default - 25m of CPU requested, nothing else */
  readonly resources?: ResourcesProps;
  /** Audiences of the tokens that it is given. @default - none */
  readonly tokenAudiences?: readonly string[];
  /** PEM of a root certificate that it trusts beside the system's. @default - none */
  readonly rootCertificate?: string;
  /** TLS between activator and queue-proxy. @default - Go's, at least 1.3 */
  readonly tls?: {
    readonly minVersion?: '1.2' | '1.3';
    readonly maxVersion?: '1.2' | '1.3';
    /** Go's names; only 1.2 has a choice. */
    readonly cipherSuites?: readonly string[];
    readonly curvePreferences?: readonly string[];
  };
  /** Other keys of `config-deployment`, as upstream names them; they win over the props. @default - none */
  readonly deployment?: DeploymentConfig;
}

/** The queue-proxy: an Image for pre-pulling, and `config-deployment`, which makes it part of every pod. */
export class QueueProxy extends Construct {
  /** @throws ZeroshiftError `config.invalid` */
  constructor(scope: Construct, id: string, props: QueueProxyProps) {
    super(scope, id);
    const { release } = props;
    const deployment = queueProxySettings(props);
    refuseMistakes(servingConfigProblems({ deployment }, { props: ['deployment'] }));
    const data = configData({ deployment }, 'deployment');
    new ApiObject(this, 'image', {
      apiVersion: 'caching.internal.knative.dev/v1alpha1',
      kind: 'Image',
      metadata: servingMetadata(release, 'queue-proxy', 'queue-proxy'),
      spec: { image: data['queue-sidecar-image'] },
    });
    addConfigMap(this, release, 'config-deployment', data);
  }
}

/** `config-deployment` as the props say it: only what is said, and the image. */
export function queueProxySettings(props: QueueProxyProps): DeploymentConfig {
  const { resources = {}, tokenAudiences, rootCertificate, tls = {} } = props;
  const amounts = (['requests', 'limits'] as const).flatMap((side) =>
    Object.entries(resources[side] ?? {}).map(([resource, amount]) => [
      `queue-sidecar-${resource}-${side.slice(0, -1)}`,
      amount,
    ]),
  );
  const settings: Record<string, unknown> = {
    'queue-sidecar-image': props.image ?? image(props.release, 'queue'),
    ...Object.fromEntries(amounts),
    'queue-sidecar-token-audiences': tokenAudiences,
    'queue-sidecar-rootca': rootCertificate,
    'queue-sidecar-tls-min-version': tls.minVersion,
    'queue-sidecar-tls-max-version': tls.maxVersion,
    'queue-sidecar-tls-cipher-suites': tls.cipherSuites,
    'queue-sidecar-tls-curve-preferences': tls.curvePreferences,
    ...props.deployment,
  };
  // Amounts and names are any text here, and are judged with the rest.
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
