import type { ClusterPort, KubeObject } from '../../clusters/cluster-port.ts';
import { mapInOrder } from '../../drift/in-order.ts';
import type { Colour } from '../../fleet/colour.ts';
import { type CommandResults, type Floor, floorText, type Raised } from '../commands.ts';
import type { ColourPorts } from '../ports.ts';
import { nextFloors, type Seen } from '../raise-floors.ts';
import {
  annotate,
  leastOf,
  putBack,
  readyPods,
  requestsAtOnce,
  revisionKind,
  scalerKind,
} from './floor-objects.ts';
import { whyNotReady } from './pod-troubles.ts';

type Region = Readonly<Record<Colour, ColourPorts>>;

interface Found extends Seen {
  readonly revision: KubeObject | undefined;
  readonly scaler: KubeObject | undefined;
}

/** Of so many floors that wait it is said what their pods lack. */
const explained = 3;

/** Raises floors as far as no more pods are starting than may, and says how far it got. */
export async function setFloors(
  floors: readonly Floor[],
  region: Region,
  podsAtOnce: number,
): Promise<CommandResults['set-floors']> {
  const found = await inOrder(floors, (floor) => look(region[floor.colour].cluster, floor));
  const seen = new Map(floors.map((floor, index) => [floor, found[index] ?? nothing]));
  const next = nextFloors(floors, (floor) => seen.get(floor) ?? nothing, podsAtOnce);
  const raised = await inOrder(floors, async (floor, index): Promise<Raised> => {
    const { revision, scaler, there, asked: before } = seen.get(floor) ?? nothing;
    const asked = next[index] ?? before;
    const { cluster } = region[floor.colour];
    if (asked > 0) await raise(cluster, floor, asked, { revision, scaler });
    return { floor: floorText(floor), asked, there };
  });
  const waiting = floors.filter((_, index) => (raised[index]?.asked ?? 0) > (raised[index]?.there ?? 0));
  const reasons = await inOrder(waiting.slice(0, explained), (floor) =>
    whyNotReady(region[floor.colour].cluster, floor),
  );
  return {
    raised,
    waitingFor: waiting.map((floor, index) => {
      const why = reasons[index];
      const there = seen.get(floor)?.there ?? 0;
      return `${floorText(floor)} (${there} of ${floor.pods}${why === undefined ? '' : `: ${why}`})`;
    }),
  };
}

const nothing: Found = { asked: 0, there: 0, revision: undefined, scaler: undefined };

async function look(cluster: ClusterPort, { namespace, revision: name, pods }: Floor): Promise<Found> {
  const [revision, scaler] = await Promise.all([
    cluster.get({ ...revisionKind, namespace, name }),
    cluster.get({ ...scalerKind, namespace, name }),
  ]);
  // One that is gone needs no pods any more.
  if (revision === undefined) return { asked: pods, there: pods, revision, scaler };
  // The PodAutoscaler's is what pods start by, wherever it came from.
  const asked = Number(leastOf(scaler ?? revision) ?? 0);
  return { asked, there: readyPods(scaler), revision, scaler };
}

async function raise(
  cluster: ClusterPort,
  { namespace, revision: name }: Floor,
  pods: number,
  { revision, scaler }: Pick<Found, 'revision' | 'scaler'>,
): Promise<void> {
  // On the Revision, never on the template; and on the PodAutoscaler for releases before 1.23, which do not copy it.
  if (revision !== undefined)
    await annotate(cluster, { ...revisionKind, namespace, name }, String(pods), revision);
  if (revision !== undefined && scaler !== undefined)
    await annotate(cluster, { ...scalerKind, namespace, name }, String(pods));
}

/** Puts back what each revision had. A revision that is gone needs nothing. */
export async function clearFloors(floors: readonly Floor[], region: Region): Promise<number> {
  await inOrder(floors, async ({ colour, namespace, revision, before, scaler = { before } }) => {
    const { cluster } = region[colour];
    await putBack(cluster, { ...revisionKind, namespace, name: revision }, before ?? null);
    await putBack(cluster, { ...scalerKind, namespace, name: revision }, scaler.before ?? null);
  });
  return floors.length;
}

/** Nothing is begun after a failure, and what is under way comes to its end before the failure is told. */
async function inOrder<Item, Result>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const failures: unknown[] = [];
  const settled = async ({ item, index }: { item: Item; index: number }): Promise<Result[]> => {
    if (failures.length > 0) return [];
    try {
      return [await work(item, index)];
    } catch (error) {
      failures.push(error);
      return [];
    }
  };
  const results: Result[] = [];
  const numbered = items.map((item, index) => ({ item, index }));
  for await (const some of mapInOrder(numbered, requestsAtOnce, settled)) results.push(...some);
  if (failures.length > 0) throw failures[0];
  return results;
}
