import type { KubeObject } from '../../../clusters/cluster-port.ts';
import {
  annotations,
  controllerOf,
  filterMap,
  isBeingDeleted,
  isControlledBy,
  keyOf,
  labels,
  ownerKey,
  resources,
  sameJson,
  splitKey,
} from '../objects/index.ts';
import { conditionOf } from './conditions.ts';
import { revisionTakingName, templateName } from './configuration.ts';
import type { ControllerContext } from './context.ts';
import { ensure } from './ensure.ts';
import type { Controller } from './manager.ts';
import { reconcileStatus } from './reconcile-status.ts';

const set = { dependents: ['ConfigurationsReady', 'RoutesReady'] };

/** A Knative Service: one Configuration and one Route of its name, and their states. */
export function serviceController(context: ControllerContext): Controller {
  const { store } = context;
  return {
    name: 'service',
    watches: [
      { resource: resources.services, keys: (object) => [keyOf(object)] },
      { resource: resources.configurations, keys: ownerKey('Service') },
      { resource: resources.routes, keys: ownerKey('Service') },
    ],
    reconcile(key) {
      const { namespace, name } = splitKey(key);
      const service = store.get(resources.services, namespace, name);
      if (service === undefined || isBeingDeleted(service)) return undefined;
      const props = { store, resource: resources.services, object: service, set, now: context.now() };
      return reconcileStatus(props, (status, conditions) => {
        const existing = store.get(resources.configurations, namespace, name);
        if (existing !== undefined && !isControlledBy(existing, service)) {
          conditions.markFalse('ConfigurationsReady', 'NotOwned', notOwned('Configuration', name));
          return undefined;
        }
        const configuration = ensure(store, resources.configurations, makeConfiguration(service, existing));
        if (observed(configuration)) {
          for (const field of ['latestCreatedRevisionName', 'latestReadyRevisionName'])
            status[field] = configuration.status[field];
          conditions.propagate('ConfigurationsReady', conditionOf(configuration, 'Ready'));
        } else {
          conditions.markUnknown('ConfigurationsReady', 'OutOfDate', outOfDate('Configuration'));
          // With a name of its own the revision must be checked before traffic may go to it.
          if (templateName(configuration) !== undefined) return undefined;
        }
        if (revisionTakingName(store, configuration) === 'taken') {
          const message = `The revision name ${JSON.stringify(templateName(configuration))} is taken by a conflicting Revision, so traffic will not be migrated`;
          conditions.markFalse('RoutesReady', 'RevisionNameTaken', message);
          return undefined;
        }
        const existingRoute = store.get(resources.routes, namespace, name);
        if (existingRoute !== undefined && !isControlledBy(existingRoute, service)) {
          conditions.markFalse('RoutesReady', 'NotOwned', notOwned('Route', name));
          return undefined;
        }
        const route = ensure(store, resources.routes, makeRoute(service));
        if (!observed(route)) {
          conditions.markUnknown('RoutesReady', 'OutOfDate', outOfDate('Route'));
          return undefined;
        }
        for (const field of ['url', 'address', 'traffic']) status[field] = route.status[field];
        conditions.propagate('RoutesReady', conditionOf(route, 'Ready'));
        if (conditions.is('RoutesReady', 'True') && !trafficArrived(configuration, route))
          conditions.markUnknown(
            'RoutesReady',
            'TrafficNotMigrated',
            'Traffic is not yet migrated to the latest revision.',
          );
        return undefined;
      });
    },
  };
}

const observed = (object: KubeObject): boolean =>
  object.status?.observedGeneration === object.metadata.generation;

const notOwned = (kind: string, name: string): string =>
  `There is an existing ${kind} ${JSON.stringify(name)} that we do not own.`;

const outOfDate = (kind: string): string =>
  `The ${kind} is still working to reflect the latest desired specification.`;

function makeConfiguration(service: KubeObject, existing: KubeObject | undefined): KubeObject {
  const { name, namespace, uid = '' } = service.metadata;
  const routes = new Set((existing?.metadata.annotations?.[annotations.routes] ?? '').split(','));
  routes.delete('');
  routes.add(name);
  const left: readonly string[] = [annotations.lastApplied, annotations.rolloutDuration];
  return {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Configuration',
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...service.metadata.labels, [labels.service]: name, [labels.serviceUid]: uid },
      annotations: {
        ...filterMap(service.metadata.annotations, (key) => !left.includes(key)),
        [annotations.routes]: [...routes].sort().join(','),
      },
      ownerReferences: [controllerOf(service)],
    },
    spec: { template: service.spec.template },
  };
}

function makeRoute(service: KubeObject): KubeObject {
  const { name, namespace } = service.metadata;
  return {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Route',
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...service.metadata.labels, [labels.service]: name },
      annotations: filterMap(service.metadata.annotations, (key) => key !== annotations.lastApplied),
      ownerReferences: [controllerOf(service)],
    },
    spec: {
      traffic: (service.spec.traffic ?? []).map((target: Target) =>
        target.revisionName === undefined ? { ...target, configurationName: name } : target,
      ),
    },
  };
}

interface Target {
  readonly tag?: string;
  readonly percent?: number;
  readonly revisionName?: string;
  readonly configurationName?: string;
}

/** The route's traffic is what its spec asks for, with the configuration's latest ready revision. */
function trafficArrived(configuration: KubeObject, route: KubeObject): boolean {
  const wanted = (route.spec.traffic ?? []).map((target: Target) => [
    target.tag ?? '',
    target.percent ?? 0,
    target.configurationName === configuration.metadata.name
      ? configuration.status?.latestReadyRevisionName
      : target.revisionName,
  ]);
  const got = (route.status?.traffic ?? []).map((target: Target) => [
    target.tag ?? '',
    target.percent ?? 0,
    target.revisionName,
  ]);
  return sameJson(wanted, got);
}
