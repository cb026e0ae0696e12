import type { KubeObject } from '../../../clusters/cluster-port.ts';
import { annotations, keyOf, labels, resources, splitKey, timestamp } from '../objects/index.ts';
import type { ControllerContext } from './context.ts';
import type { Controller } from './manager.ts';
import { readyIs } from './reconcile-status.ts';
import { routesMentioning, trafficOf } from './route-references.ts';

/** Writes on revisions and configurations which routes lead to them: an unrouted revision may go to zero. */
export function routingStateController(context: ControllerContext): Controller {
  const { store } = context;
  return {
    name: 'routing-state',
    watches: [
      { resource: resources.routes, keys: (object) => [keyOf(object)] },
      { resource: resources.configurations, keys: (object) => routesMentioning(store, object) },
      { resource: resources.revisions, keys: (object) => routesMentioning(store, object) },
    ],
    reconcile(key) {
      const { namespace, name } = splitKey(key);
      const route = store.get(resources.routes, namespace, name);
      const listed = route === undefined ? nothing : referenced(context, route);
      // What is no longer listed stays until the route knows where its traffic goes.
      if (route === undefined || readyIs(route, 'True') || readyIs(route, 'False'))
        for (const resource of [resources.revisions, resources.configurations] as const)
          for (const object of store.list(resource, { namespace: namespace ?? '' }))
            if (routesOf(object).has(name) && !listed[resource].has(object.metadata.name))
              setRoute(context, resource, object, name, false);
      for (const resource of [resources.revisions, resources.configurations] as const)
        for (const listedName of listed[resource]) {
          const object = store.get(resource, namespace, listedName);
          if (object !== undefined) setRoute(context, resource, object, name, true);
        }
      return undefined;
    },
  };
}

type Listed = Readonly<
  Record<typeof resources.revisions | typeof resources.configurations, ReadonlySet<string>>
>;

const nothing: Listed = { [resources.revisions]: new Set(), [resources.configurations]: new Set() };

function referenced({ store }: ControllerContext, route: KubeObject): Listed {
  const { namespace } = route.metadata;
  const revisions = new Set<string>();
  const configurations = new Set<string>();
  for (const target of trafficOf(route)) {
    let configurationName = target.configurationName;
    if (target.revisionName !== undefined) {
      const revision = store.get(resources.revisions, namespace, target.revisionName);
      if (revision === undefined) continue;
      revisions.add(target.revisionName);
      const owner = revision.metadata.ownerReferences?.find((reference) => reference.controller === true);
      if (owner?.kind === 'Configuration') configurationName = owner.name;
    }
    if (configurationName === undefined) continue;
    const configuration = store.get(resources.configurations, namespace, configurationName);
    if (configuration === undefined) continue;
    configurations.add(configurationName);
    // The one that is about to get the traffic counts already, so that it does not shrink before.
    const latest: string | undefined = configuration.status?.latestCreatedRevisionName;
    if (latest !== undefined && target.latestRevision === true) revisions.add(latest);
  }
  return { [resources.revisions]: revisions, [resources.configurations]: configurations };
}

const routesOf = (object: KubeObject): Set<string> => {
  const text = object.metadata.annotations?.[annotations.routes] ?? '';
  return new Set(text === '' ? [] : text.split(','));
};

function setRoute(
  { store, now }: ControllerContext,
  resource: string,
  object: KubeObject,
  route: string,
  routed: boolean,
): void {
  const routes = routesOf(object);
  if (routed) routes.add(route);
  else routes.delete(route);
  const changed: Record<string, string> = { ...object.metadata.annotations };
  if (routes.size === 0) delete changed[annotations.routes];
  else changed[annotations.routes] = [...routes].sort().join(',');
  let own = object.metadata.labels ?? {};
  const state = routes.size === 0 ? 'reserve' : 'active';
  if (resource === resources.revisions && own[labels.routingState] !== state) {
    own = { ...own, [labels.routingState]: state };
    changed[annotations.routingStateModified] = timestamp(now());
  }
  store.update(resource, {
    ...object,
    metadata: { ...object.metadata, annotations: changed, labels: own },
  });
}
