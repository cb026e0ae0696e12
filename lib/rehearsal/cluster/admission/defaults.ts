import type { KubeObject } from '../../../clusters/cluster-port.ts';
import type { ClusterConfig } from '../config/index.ts';
import { annotations, sameJson } from '../objects/index.ts';

// biome-ignore lint/suspicious/noExplicitAny: specs come from outside and are checked afterwards
type Open = Record<string, any>;

/** A revision's spec with what the webhook fills in; the answer shares what did not change. */
export function defaultRevisionSpec(spec: Open | undefined, config: ClusterConfig, creating: boolean): Open {
  const { defaults } = config;
  const given = spec ?? {};
  const containers: readonly Open[] = Array.isArray(given.containers) ? given.containers : [];
  return {
    ...given,
    timeoutSeconds: given.timeoutSeconds || defaults.revisionTimeoutSeconds,
    containerConcurrency: given.containerConcurrency ?? defaults.containerConcurrency,
    ...(given.enableServiceLinks === undefined && creating && defaults.enableServiceLinks !== undefined
      ? { enableServiceLinks: defaults.enableServiceLinks }
      : {}),
    containers: containers.map((container, index) => ({
      ...container,
      name: container.name || containerName(containers, index),
      resources: defaultResources(container.resources, config),
      ...probe(container, containers.length),
    })),
  };
}

function containerName(containers: readonly Open[], index: number): string {
  if (containers.length === 1) return 'user-container';
  const unnamed = containers.slice(0, index).filter((container) => !container.name).length;
  return `user-container-${unnamed}`;
}

function defaultResources(resources: Open | undefined, { defaults }: ClusterConfig): Open {
  const requests = { ...defaults.requests, ...resources?.requests };
  const limits = { ...defaults.limits, ...resources?.limits };
  return {
    ...resources,
    ...(Object.keys(requests).length > 0 ? { requests } : {}),
    ...(Object.keys(limits).length > 0 ? { limits } : {}),
  };
}

/** The container that serves is asked whether its port is open, if nothing else is said. */
function probe(container: Open, containers: number): { readonly readinessProbe?: Open } {
  const given: Open | undefined = container.readinessProbe;
  if (given === undefined && containers > 1 && !container.ports) return {};
  const handled = ['tcpSocket', 'httpGet', 'exec', 'grpc'].some((handler) => given?.[handler] !== undefined);
  return {
    readinessProbe: {
      ...given,
      successThreshold: given?.successThreshold || 1,
      ...(handled ? {} : { tcpSocket: { port: 0 } }),
      ...(given?.periodSeconds
        ? { failureThreshold: given.failureThreshold || 3, timeoutSeconds: given.timeoutSeconds || 1 }
        : {}),
    },
  };
}

/** Traffic of a route; without any, a Service sends all of it to its latest revision. */
export function defaultTraffic(traffic: unknown, ofService: boolean): Open[] {
  const targets: readonly Open[] = Array.isArray(traffic) ? traffic : [];
  if (targets.length === 0 && ofService) return [{ latestRevision: true, percent: 100 }];
  return targets.map((target) => ({
    ...target,
    latestRevision: target.latestRevision ?? !target.revisionName,
    percent: target.percent ?? 0,
  }));
}

/** Who made it and who changed it last. A creator in what is created is overwritten: it cannot be kept. */
export function withUser(object: KubeObject, old: KubeObject | undefined, user: string): KubeObject {
  if (old !== undefined && sameJson(old.spec, object.spec)) return object;
  const own = {
    ...object.metadata.annotations,
    ...(old === undefined ? { [annotations.creator]: user } : {}),
    [annotations.lastModifier]: user,
  };
  return { ...object, metadata: { ...object.metadata, annotations: own } };
}
