import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { type ConfigData, checkConfigMap } from '../../lib/validation/index.ts';
import type { ResourcesProps } from '../service/index.ts';
import { servingMetadata } from './component.ts';
import { addConfigMap, invalidConfig } from './config-maps/index.ts';
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
  readonly deployment?: ConfigData<'config-deployment'>;
}

/** The queue-proxy: an Image for pre-pulling, and `config-deployment`, which makes it part of every pod. */
export class QueueProxy extends Construct {
  /** @throws ZeroshiftError `config.invalid` */
  constructor(scope: Construct, id: string, props: QueueProxyProps) {
    super(scope, id);
    const { release } = props;
    const data = deploymentData(props);
    const findings = checkConfigMap('config-deployment', data);
    if (findings.length > 0)
      throw invalidConfig(findings.map((found) => ({ ...found, map: 'config-deployment' })));
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
function deploymentData(props: QueueProxyProps): Record<string, string> {
  const { resources = {}, tokenAudiences, rootCertificate, tls = {} } = props;
  const data: Record<string, string> = {
    'queue-sidecar-image': props.image ?? image(props.release, 'queue'),
  };
  const list = (key: string, values: readonly string[] | undefined) => {
    if (values !== undefined) data[key] = values.join(',');
  };
  const text = (key: string, value: string | undefined) => {
    if (value !== undefined) data[key] = value;
  };
  for (const [side, amounts] of [
    ['request', resources.requests],
    ['limit', resources.limits],
  ] as const)
    for (const [resource, amount] of Object.entries(amounts ?? {}))
      data[`queue-sidecar-${resource}-${side}`] = amount;
  list('queue-sidecar-token-audiences', tokenAudiences);
  text('queue-sidecar-rootca', rootCertificate);
  text('queue-sidecar-tls-min-version', tls.minVersion);
  text('queue-sidecar-tls-max-version', tls.maxVersion);
  list('queue-sidecar-tls-cipher-suites', tls.cipherSuites);
  list('queue-sidecar-tls-curve-preferences', tls.curvePreferences);
  return { ...data, ...props.deployment };
}
