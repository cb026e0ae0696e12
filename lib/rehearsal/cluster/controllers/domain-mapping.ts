import type { KubeObject } from '../../../clusters/cluster-port.ts';
import {
  annotations,
  controllerOf,
  filterMap,
  keyOf,
  labels,
  ownerKey,
  resources,
  splitKey,
} from '../objects/index.ts';
import { conditionOf } from './conditions.ts';
import type { ControllerContext } from './context.ts';
import { ensure } from './ensure.ts';
import type { Controller } from './manager.ts';
import { childName } from './names.ts';
import { reconcileStatus } from './reconcile-status.ts';

const set = {
  dependents: ['CertificateProvisioned', 'DomainClaimed', 'IngressReady', 'ReferenceResolved'],
};
const finalizer = 'domainmappings.serving.knative.dev';

/** A DomainMapping: a host of its own for a service, claimed for its namespace first. */
export function domainMappingController(context: ControllerContext): Controller {
  const { store } = context;
  const mappings = (of: (mapping: KubeObject, object: KubeObject) => boolean) => (object: KubeObject) =>
    store
      .list(resources.domainMappings)
      .filter((mapping) => of(mapping, object))
      .map(keyOf);
  const refersTo = (mapping: KubeObject, object: KubeObject): boolean =>
    mapping.spec.ref.name === object.metadata.name &&
    mapping.metadata.namespace === object.metadata.namespace;
  return {
    name: 'domain-mapping',
    watches: [
      { resource: resources.domainMappings, keys: (object) => [keyOf(object)] },
      { resource: resources.ingresses, keys: ownerKey('DomainMapping') },
      { resource: resources.services, keys: mappings(refersTo) },
      { resource: resources.routes, keys: mappings(refersTo) },
      {
        resource: resources.domainClaims,
        keys: mappings((mapping, claim) => mapping.metadata.name === claim.metadata.name),
      },
    ],
    reconcile(key) {
      const { namespace, name } = splitKey(key);
      const mapping = store.get(resources.domainMappings, namespace, name);
      if (mapping === undefined) return undefined;
      const finalizers = (mapping.metadata.finalizers ?? []) as readonly string[];
      if (mapping.metadata.deletionTimestamp !== undefined) {
        finalize(context, mapping, finalizers);
        return undefined;
      }
      const object = finalizers.includes(finalizer)
        ? mapping
        : store.update(resources.domainMappings, {
            ...mapping,
            metadata: { ...mapping.metadata, finalizers: [...finalizers, finalizer] },
          });
      return reconcileMapping(context, object);
    },
  };
}

function finalize(
  { store, config }: ControllerContext,
  mapping: KubeObject,
  finalizers: readonly string[],
): void {
  const { name, namespace } = mapping.metadata;
  const claim = store.get(resources.domainClaims, undefined, name);
  if (config().network.autocreateClusterDomainClaims && claim?.spec.namespace === namespace)
    store.delete(resources.domainClaims, undefined, name);
  store.update(resources.domainMappings, {
    ...mapping,
    metadata: { ...mapping.metadata, finalizers: finalizers.filter((other) => other !== finalizer) },
  });
}

function reconcileMapping(context: ControllerContext, mapping: KubeObject): number | undefined {
  const { store } = context;
  const config = context.config();
  const { name } = mapping.metadata;
  const props = { store, resource: resources.domainMappings, object: mapping, set, now: context.now() };
  return reconcileStatus(props, (status, conditions) => {
    const notConfigured = (): void =>
      conditions.markUnknown('IngressReady', 'IngressNotConfigured', 'Ingress has not yet been reconciled.');
    if (status.observedGeneration !== mapping.metadata.generation) notConfigured();
    const scheme = mapping.spec.tls === undefined ? config.network.defaultExternalScheme : 'https';
    status.url = `${scheme}://${name}`;
    status.address = { url: status.url };
    if (!claim(context, mapping)) {
      const message = 'The domain name is already in use by another DomainMapping';
      conditions.markFalse('DomainClaimed', 'DomainAlreadyClaimed', message);
      return undefined;
    }
    conditions.markTrue('DomainClaimed');
    if (mapping.spec.tls === undefined)
      conditions.markTrue('CertificateProvisioned', 'TLSNotEnabled', 'external-domain-tls is not enabled');
    else
      conditions.markTrue(
        'CertificateProvisioned',
        'CertificateExternallyProvided',
        'TLS certificate was provided externally',
      );
    const host = referencedHost(context, mapping);
    if (typeof host !== 'string') {
      conditions.markFalse('ReferenceResolved', 'ResolveFailed', host.problem);
      return undefined;
    }
    conditions.markTrue('ReferenceResolved');
    const ingress = ensure(store, resources.ingresses, makeIngress(context, mapping, host));
    if (ingress.status?.observedGeneration !== ingress.metadata.generation) notConfigured();
    else conditions.propagate('IngressReady', conditionOf(ingress, 'Ready'));
    return undefined;
  });
}

/** Whether the domain is this namespace's; claims it where the cluster lets a mapping do so. */
function claim({ store, config }: ControllerContext, mapping: KubeObject): boolean {
  const { name, namespace } = mapping.metadata;
  const existing = store.get(resources.domainClaims, undefined, name);
  if (existing !== undefined) return existing.spec.namespace === namespace;
  if (!config().network.autocreateClusterDomainClaims) return false;
  store.create(resources.domainClaims, {
    apiVersion: 'networking.internal.knative.dev/v1alpha1',
    kind: 'ClusterDomainClaim',
    metadata: { name },
    spec: { namespace },
  });
  return true;
}

/** Inner host of what the mapping refers to. */
function referencedHost(
  { store }: ControllerContext,
  mapping: KubeObject,
): string | { readonly problem: string } {
  const { kind, name, apiVersion = '', namespace = mapping.metadata.namespace } = mapping.spec.ref;
  const group = String(apiVersion).split('/')[0];
  if (namespace !== mapping.metadata.namespace)
    return { problem: `reference ${namespace}/${name} must be in same namespace as DomainMapping` };
  const plural = kind === 'Service' ? 'services' : kind === 'Route' ? 'routes' : undefined;
  if (group !== 'serving.knative.dev' || plural === undefined)
    return { problem: `address not set for ${apiVersion}, Kind=${kind} ${JSON.stringify(name)}` };
  const object = store.get(resources[plural], namespace, name);
  if (object === undefined)
    return { problem: `${plural}.serving.knative.dev ${JSON.stringify(name)} not found` };
  const url: string | undefined = object.status?.address?.url;
  if (url === undefined) return { problem: `address not set for ${kind} ${JSON.stringify(name)}` };
  return new URL(url).hostname;
}

function makeIngress({ config }: ControllerContext, mapping: KubeObject, host: string): KubeObject {
  const { name, namespace = '', uid = '' } = mapping.metadata;
  const [serviceName = ''] = host.split('.');
  return {
    apiVersion: 'networking.internal.knative.dev/v1alpha1',
    kind: 'Ingress',
    metadata: {
      name: childName(name, ''),
      namespace,
      labels: {
        ...mapping.metadata.labels,
        [labels.domainMappingUid]: uid,
        [labels.domainMappingNamespace]: namespace,
      },
      annotations: {
        [annotations.ingressClass]: config().network.ingressClass,
        ...filterMap(mapping.metadata.annotations, (key) => key !== annotations.lastApplied),
      },
      ownerReferences: [controllerOf(mapping)],
    },
    spec: {
      httpOption: 'Enabled',
      rules: [
        {
          hosts: [name],
          visibility: 'ExternalIP',
          http: {
            paths: [
              {
                rewriteHost: host,
                splits: [{ serviceName, serviceNamespace: namespace, servicePort: 80, percent: 100 }],
              },
            ],
          },
        },
      ],
    },
  };
}
