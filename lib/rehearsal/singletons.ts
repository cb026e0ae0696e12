import type { ClusterPort, KubeObject } from '../clusters/cluster-port.ts';
import { type Colour, colours, type Fleet } from '../fleet/index.ts';
import type { SingletonRun } from '../messages/index.ts';
import { fits, runsAnnotation } from '../migration/plan/runs.ts';

/** What acts by itself in a rehearsal: Deployments of the sample app that the fleet, or they themselves, call singletons. */
export const singletonsOf = (fleet: Fleet): KubeObject[] =>
  fleet.manifests.map(({ object }) => object).filter((object) => isSingleton(object, fleet));

export function isSingleton(object: KubeObject, { migration }: Pick<Fleet, 'migration'>): boolean {
  if (object.kind !== 'Deployment' || !object.apiVersion.startsWith('apps/')) return false;
  const said = migration?.workloads.find((rule) => fits(rule, object))?.runs;
  const runs = said ?? object.metadata.annotations?.[runsAnnotation];
  const containers: { env?: { name: string }[] }[] = object.spec?.template?.spec?.containers ?? [];
  const isSample = containers.some(({ env = [] }) => env.some(({ name }) => name === 'TARGET'));
  return runs === 'singleton' && isSample;
}

interface Seen {
  looks: number;
  both: number;
  readonly path: Colour[];
  /** When it last ran, and the longest time that it ran nowhere since it first did, in milliseconds. */
  last: number | undefined;
  pause: number;
}

const lookEvery = 200;

/** Looks again and again on which colours singletons have pods, those that are ending included, until it is stopped. */
export function followSingletons(
  clusters: Readonly<Record<Colour, ClusterPort>>,
  singletons: readonly KubeObject[],
): { end(): void; readonly runs: Promise<SingletonRun[]> } {
  const seen = new Map(
    singletons.map((object): [KubeObject, Seen] => [
      object,
      { looks: 0, both: 0, path: [], last: undefined, pause: 0 },
    ]),
  );
  let over = singletons.length === 0;
  const looking = async (): Promise<SingletonRun[]> => {
    while (!over) {
      for (const [object, so] of seen) await look(clusters, object, so);
      await new Promise((resolve) => setTimeout(resolve, lookEvery));
    }
    return [...seen].map(([{ kind, metadata }, { looks, both, path, pause }]) => ({
      name: `${kind} ${metadata.namespace}/${metadata.name}`,
      looks,
      both,
      path,
      pauseSeconds: pause / 1000,
    }));
  };
  return {
    end: () => {
      over = true;
    },
    runs: looking(),
  };
}

async function look(
  clusters: Readonly<Record<Colour, ClusterPort>>,
  object: KubeObject,
  seen: Seen,
): Promise<void> {
  // Where a cluster cannot be asked, nothing is known of that moment.
  const counts = await Promise.all(colours.map((colour) => podsOf(clusters[colour], object))).catch(
    () => undefined,
  );
  if (counts === undefined) return;
  const running = colours.filter((_, index) => (counts[index] ?? 0) > 0);
  seen.looks++;
  if (running.length > 1) seen.both++;
  const [colour] = running;
  if (colour === undefined) return;
  if (seen.last !== undefined) seen.pause = Math.max(seen.pause, Date.now() - seen.last - lookEvery);
  seen.last = Date.now();
  if (running.length === 1 && seen.path.at(-1) !== colour) seen.path.push(colour);
}

async function podsOf(cluster: ClusterPort, { metadata, spec }: KubeObject): Promise<number> {
  const labels: Record<string, string> = spec?.selector?.matchLabels ?? {};
  const labelSelector = Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const { namespace = 'default' } = metadata;
  let count = 0;
  for await (const _ of cluster.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace, labelSelector }))
    count++;
  return count;
}
