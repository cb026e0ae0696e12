import { serviceManifests, servingConfigMaps } from '../../charts/index.ts';
import type { ClusterPort, KubeObject } from '../clusters/cluster-port.ts';
import type { Colour, Fleet } from '../fleet/index.ts';
import { ZeroshiftError } from '../messages/error.ts';

/** Milliseconds that services may take until they are ready. */
const patience = 30_000;

/** Applies a colour's settings of Serving. */
export async function seedServing(cluster: ClusterPort, fleet: Fleet, colour: Colour): Promise<void> {
  for (const map of servingConfigMaps(fleet, colour)) await cluster.apply(map);
}

/**
 * Applies the fleet's services as a team would, earlier versions first, and waits until all are ready.
 * @throws ZeroshiftError `rehearsal.not-ready`
 */
export async function seedServices(cluster: ClusterPort, fleet: Fleet, colour: Colour): Promise<void> {
  const { history } = fleet.rehearsal;
  if (history.length > 0)
    await applyAll(cluster, { ...fleet, services: history, domainMappings: [] }, colour);
  await applyAll(cluster, fleet, colour);
}

async function applyAll(cluster: ClusterPort, fleet: Fleet, colour: Colour): Promise<void> {
  const objects = serviceManifests(fleet, colour);
  for (const object of objects) await cluster.apply(object);
  await allReady(
    cluster,
    objects.filter(({ kind }) => kind === 'Service' || kind === 'DomainMapping'),
  );
}

async function allReady(cluster: ClusterPort, objects: readonly KubeObject[]): Promise<void> {
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
