import type { KubeObject } from '../../clusters/cluster-port.ts';
import { type Colour, colours } from '../../fleet/colour.ts';
import { runningValue, waitFieldOf, waitingValue } from '../../migration/plan/handed-over.ts';
import { type Autoscaler, autoscalersOn } from '../autoscalers.ts';
import type { CommandResults, Singleton } from '../commands.ts';
import type { CutoverPlan, PlannedSingleton, RegionFacts } from '../plan.ts';
import type { ColourPorts } from '../ports.ts';
import { singletonText } from '../singleton-text.ts';

type Region = Readonly<Record<Colour, ColourPorts>>;

/** What each singleton is now on both colours, and what would keep it from being handed over, as clauses. */
export async function readSingletons(
  plan: CutoverPlan,
  { singletons = [] }: RegionFacts,
  region: Region,
): Promise<CommandResults['read-singletons']> {
  const namespaces = new Set(
    singletons.filter((one) => waitFieldOf(one) === 'replicas').map(({ namespace }) => namespace),
  );
  const [blue, green] = await Promise.all(
    colours.map((colour) => autoscalersOn(region[colour].cluster, namespaces)),
  );
  const autoscalers = { blue: blue ?? [], green: green ?? [] };
  const found: Singleton[] = [];
  const waitingFor: string[] = [];
  for (const planned of singletons) {
    const [source, target] = await Promise.all(
      [plan.from, plan.to].map((colour) => region[colour].cluster.get(planned)),
    );
    const wrong = unfit(plan, planned, source, target, autoscalers);
    waitingFor.push(...wrong.map((why) => `${singletonText(planned)} ${why}`));
    if (source !== undefined && target !== undefined) found.push(singleton(plan, planned, source, target));
  }
  return { singletons: found, waitingFor };
}

function unfit(
  { from, to }: CutoverPlan,
  planned: PlannedSingleton,
  source: KubeObject | undefined,
  target: KubeObject | undefined,
  autoscalers: Readonly<Record<Colour, readonly Autoscaler[]>>,
): string[] {
  const field = waitFieldOf(planned) ?? 'replicas';
  const there = [
    [from, source],
    [to, target],
  ] as const;
  const absent = there.flatMap(([colour, object]) =>
    object === undefined
      ? [`is not on ${colour}: ${colour === to ? 'bring it there' : 'put it back'}`]
      : object.metadata.deletionTimestamp !== undefined
        ? [`is being deleted on ${colour}`]
        : [],
  );
  const runs =
    target !== undefined && runningValue(target, field) !== waitingValue[field]
      ? [`runs on ${to} already: set its .spec.${field} to ${waitingValue[field]} there`]
      : [];
  const started = colours.flatMap((colour) =>
    autoscalers[colour]
      .filter((one) => one.startsFromZero !== undefined && one.sizes(planned))
      .map((one) => `would be started again on ${colour} by ${one.startsFromZero}: pause that first`),
  );
  return [...absent, ...runs, ...started];
}

function singleton(
  { from }: CutoverPlan,
  planned: PlannedSingleton,
  source: KubeObject,
  target: KubeObject,
): Singleton {
  const field = waitFieldOf(planned) ?? 'replicas';
  const [ours, theirs] = [runningValue(source, field), runningValue(target, field)];
  return {
    ...planned,
    before: from === 'blue' ? { blue: ours, green: theirs } : { blue: theirs, green: ours },
    ready: Number(source.status?.readyReplicas ?? 0),
  };
}
