import type { KubeObject } from '../../../clusters/cluster-port.ts';
import { type ClusterConfig, isClusterLocal } from '../config/index.ts';
import {
  isBeingDeleted,
  isControlledBy,
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
import { reconcileStatus } from './reconcile-status.ts';
import { makeIngress, makePlaceholder, publicHost } from './route-children.ts';
import { routesMentioning } from './route-references.ts';
import { markBadTarget, type RevisionTarget, resolveTraffic, tagsOf } from './route-traffic.ts';

const set = { dependents: ['AllTrafficAssigned', 'CertificateProvisioned', 'IngressReady'] };

/** A Route: where its hosts' traffic goes, once all that it names is ready, and the Ingress that makes it so. */
export function routeController(context: ControllerContext): Controller {
  const { store } = context;
  return {
    name: 'route',
    watches: [
      { resource: resources.routes, keys: (object) => [keyOf(object)] },
      { resource: resources.ingresses, keys: ownerKey('Route') },
      { resource: resources.configurations, keys: (object) => routesMentioning(store, object) },
      { resource: resources.revisions, keys: (object) => routesMentioning(store, object) },
    ],
    reconcile(key) {
      const { namespace, name } = splitKey(key);
      const route = store.get(resources.routes, namespace, name);
      if (route === undefined || isBeingDeleted(route)) return undefined;
      const config = context.config();
      const props = { store, resource: resources.routes, object: route, set, now: context.now() };
      return reconcileStatus(props, (status, conditions) => {
        const notConfigured = (): void =>
          conditions.markUnknown(
            'IngressReady',
            'IngressNotConfigured',
            'Ingress has not yet been reconciled.',
          );
        if (status.observedGeneration !== route.metadata.generation) notConfigured();
        try {
          status.url = urlOf(config, route, '');
        } catch (error) {
          conditions.markFalse('AllTrafficAssigned', 'DomainTemplateError', String(error));
          return undefined;
        }
        const traffic = resolveTraffic(store, route);
        if (traffic.bad !== undefined) {
          markBadTarget(conditions, traffic.bad);
          return undefined;
        }
        status.traffic = traffic.targets.map((target) => statusTarget(config, route, target));
        conditions.markTrue('AllTrafficAssigned');
        status.address = { url: `http://${name}.${namespace}.svc.cluster.local` };
        const taken = reconcilePlaceholders(context, route, traffic.targets);
        if (taken !== undefined) {
          const message = `There is an existing placeholder Service ${JSON.stringify(taken)} that we do not own.`;
          conditions.markFalse('IngressReady', 'NotOwned', message);
          throw new Error(message);
        }
        conditions.markTrue('CertificateProvisioned', 'TLSNotEnabled', 'external-domain-tls is not enabled');
        const ingress = ensure(store, resources.ingresses, makeIngress(config, route, traffic.targets));
        if (ingress.status?.observedGeneration !== ingress.metadata.generation) notConfigured();
        else conditions.propagate('IngressReady', conditionOf(ingress, 'Ready'));
        return undefined;
      });
    },
  };
}

function urlOf(config: ClusterConfig, route: KubeObject, tag: string): string {
  const host = publicHost(config, route, tag);
  return `${isClusterLocal(host) ? 'http' : config.network.defaultExternalScheme}://${host}`;
}

const statusTarget = (config: ClusterConfig, route: KubeObject, target: RevisionTarget) => ({
  revisionName: target.revisionName,
  percent: target.percent,
  latestRevision: target.latestRevision,
  ...(target.tag === '' ? {} : { tag: target.tag, url: urlOf(config, route, target.tag) }),
});

/** Returns the name of a Service that is in the way, if one is. */
function reconcilePlaceholders(
  { store, config }: ControllerContext,
  route: KubeObject,
  targets: readonly RevisionTarget[],
): string | undefined {
  const wanted = tagsOf(targets).map((tag) => makePlaceholder(config(), route, tag));
  for (const placeholder of wanted) {
    const { namespace, name } = placeholder.metadata;
    const existing = store.get(resources.kubeServices, namespace, name);
    if (existing !== undefined && !isControlledBy(existing, route)) return name;
    ensure(store, resources.kubeServices, placeholder);
  }
  const kept = new Set(wanted.map((placeholder) => placeholder.metadata.name));
  const { namespace = '', name } = route.metadata;
  for (const { metadata } of store.list(resources.kubeServices, {
    namespace,
    labels: { [labels.route]: name },
  }))
    if (!kept.has(metadata.name)) store.delete(resources.kubeServices, namespace, metadata.name);
  return undefined;
}
