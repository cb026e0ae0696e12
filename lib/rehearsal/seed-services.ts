import { serviceManifests, servingConfigMaps } from '../../charts/index.ts';
import type { ClusterPort, KubeObject } from '../clusters/cluster-port.ts';
import type { Colour, Fleet } from '../fleet/index.ts';
import { isDomainMapping, isKnativeService, isNamespace } from '../fleet/kube-objects.ts';
import { ZeroshiftError } from '../messages/error.ts';
import { isReferredTo, isRehearsed } from './not-rehearsed.ts';

/** Applies a colour's settings of Serving. */
export async function seedServing(cluster: ClusterPort, fleet: Fleet, colour: Colour): Promise<void> {
  for (const map of servingConfigMaps(fleet, colour)) await cluster.apply(map);
}

/** Applies what services refer to: both colours have it before anything moves. */
export async function seedReferred(cluster: ClusterPort, fleet: Fleet, colour: Colour): Promise<void> {
  const objects = serviceManifests(fleet, colour);
  const referred = objects.filter(isReferredTo);
  const used = new Set(referred.map(({ metadata }) => metadata.namespace));
  const spaces = objects.filter((object) => isNamespace(object) && used.has(object.metadata.name));
  for (const object of [...spaces, ...referred]) await cluster.apply(object);
}

/**
 * Applies the fleet's services as a team would, earlier versions first, and waits until all are ready. Plain workloads
 * are left out: a rehearsal has no pods for them.
 * @throws ZeroshiftError `rehearsal.not-ready`
 */
export async function seedServices(cluster: ClusterPort, fleet: Fleet, colour: Colour): Promise<void> {
  if (fleet.rehearsal.history.length > 0) await applyAll(cluster, earlierFleet(fleet), colour);
  await applyAll(cluster, fleet, colour);
}

/** A fleet with the earlier versions of its services alone. */
export function earlierFleet(fleet: Fleet): Fleet {
  const { history } = fleet.rehearsal;
  const sources = { services: history.map((_, index) => `rehearsal.history[${index}]`), domainMappings: [] };
  return { ...fleet, services: history, domainMappings: [], manifests: [], sources };
}

async function applyAll(cluster: ClusterPort, fleet: Fleet, colour: Colour): Promise<void> {
  const objects = serviceManifests(fleet, colour).filter(isRehearsed);
  for (const object of objects) await cluster.apply(object);
  await allReady(
    cluster,
    objects.filter((object) => isKnativeService(object) || isDomainMapping(object)),
    fleet.cutover.readyTimeout.milliseconds,
  );
}

async function allReady(
  cluster: ClusterPort,
  objects: readonly KubeObject[],
  patience: number,
): Promise<void> {
  const deadline = Date.now() + patience;
  let waiting = [...objects];
  while (waiting.length > 0) {
    const states = await Promise.all(waiting.map((object) => isReady(cluster, object)));
    waiting = waiting.filter((_, index) => states[index] !== true);
    if (waiting.length > 0 && Date.now() > deadline)
      throw new ZeroshiftError(`after ${patience / 1000} s not all services are ready`, {
        code: 'rehearsal.not-ready',
        source: 'user',
        problems: waiting.map(({ kind, metadata }) => ({
          where: `${kind} ${metadata.namespace}/${metadata.name}`,
          value: 'not ready',
          allowed: 'Ready',
        })),
        action: 'look at what the services say with `zeroshift rehearse --keep` and kubectl',
      });
    if (waiting.length > 0) await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function isReady(cluster: ClusterPort, { apiVersion, kind, metadata }: KubeObject): Promise<boolean> {
  const found = await cluster.get({
    apiVersion,
    kind,
    name: metadata.name,
    namespace: metadata.namespace ?? 'default',
  });
  const conditions: { type: string; status: string }[] = found?.status?.conditions ?? [];
  return (
    found?.status?.observedGeneration === found?.metadata.generation &&
    conditions.some(({ type, status }) => type === 'Ready' && status === 'True')
  );
}
