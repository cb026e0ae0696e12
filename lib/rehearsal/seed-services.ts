import { serviceManifests, servingConfigMaps } from '../../charts/index.ts';
import type { ClusterPort } from '../clusters/cluster-port.ts';
import type { Colour, Fleet } from '../fleet/index.ts';
import { isDomainMapping, isKnativeService, isNamespace } from '../fleet/kube-objects.ts';
import { isReferredTo, isRehearsed } from './not-rehearsed.ts';
import { isSingleton } from './singletons.ts';
import { type WaitProps, waitUntilReady } from './wait-until-ready.ts';

/** Who looks on while services become ready, and may end it. */
export type SeedWatch = Pick<WaitProps, 'onWaiting' | 'signal'>;

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
 * are left out: a rehearsal has no pods for them. When the signal is given, it returns early.
 * @throws ZeroshiftError `rehearsal.not-ready`
 */
export async function seedServices(
  cluster: ClusterPort,
  fleet: Fleet,
  colour: Colour,
  watch: SeedWatch = {},
): Promise<void> {
  if (fleet.rehearsal.history.length > 0) await applyAll(cluster, earlierFleet(fleet), colour, watch);
  await applyAll(cluster, fleet, colour, watch);
}

/** A fleet with the earlier versions of its services alone. */
export function earlierFleet(fleet: Fleet): Fleet {
  const { history } = fleet.rehearsal;
  const sources = { services: history.map((_, index) => `rehearsal.history[${index}]`), domainMappings: [] };
  return { ...fleet, services: history, domainMappings: [], manifests: [], sources };
}

async function applyAll(cluster: ClusterPort, fleet: Fleet, colour: Colour, watch: SeedWatch): Promise<void> {
  const objects = serviceManifests(fleet, colour).filter(
    (object) => isRehearsed(object) || isSingleton(object, fleet),
  );
  for (const object of objects) {
    // What is made after the end was asked for would be left behind.
    if (watch.signal?.aborted) return;
    await cluster.apply(object);
  }
  await waitUntilReady(
    cluster,
    objects.filter((object) => isKnativeService(object) || isDomainMapping(object)),
    { patience: fleet.cutover.readyTimeout.milliseconds, ...watch },
  );
}
