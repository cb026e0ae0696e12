import { ZeroshiftError } from '../messages/error.ts';
import { endpointDifferences } from '../traffic/endpoint-difference.ts';
import type { Endpoint } from '../traffic/traffic-port.ts';
import { ours } from './accept-change.ts';
import { type Deed, deedsForward } from './deeds.ts';
import { replay } from './evolve.ts';
import { foreignChangeText } from './foreign-change.ts';
import { heldBy } from './lease.ts';
import { checkFacts } from './make-plan.ts';
import {
  anotherUnderWay,
  begun,
  begunAlready,
  ended,
  notCompleted,
  type OperationProps,
  over,
  storeOf,
} from './operate.ts';
import { type CutoverPlan, type RegionFacts, regionOf } from './plan.ts';
import { singletonText } from './singleton-text.ts';
import type { CutoverState } from './state.ts';

/** What an operation would do, in the order in which it would; nothing where there is nothing to do. */
export interface DryRun {
  readonly deeds: readonly Deed[];
  /** Who is at work on it, and would do it instead. @default - nobody */
  readonly by?: string;
}

type Props = Pick<OperationProps, 'plan' | 'ports' | 'state' | 'files' | 'store'>;
/** How a cutover would be run: from its beginning, or on from where it is, perhaps over somebody's change. */
export type RunKind = 'start' | 'resume' | 'adopted' | 'overwritten';

/**
 * What running a plan would do. Reads; writes nothing, takes no lease.
 * @throws ZeroshiftError what running it would: `cutover.begun`, `cutover.another`, `plan.stale`, `lease.held`,
 * `cutover.not-begun`, `cutover.foreign-change`
 */
export async function dryRunCutover(props: Props, kind: RunKind): Promise<DryRun> {
  const { plan, ports } = props;
  const store = storeOf(props as OperationProps);
  const holder = await store.leaseHolder();
  if (holder !== undefined) throw heldBy(holder);
  const records = await store.readRecords();
  if (kind === 'start') {
    if (records.length > 0) throw begunAlready(plan, records);
    const [other] = (await store.underWay()).filter((id) => id !== plan.id);
    if (other !== undefined) throw anotherUnderWay(plan, other);
    await checkFacts(plan, ports);
    return { deeds: deedsForward(plan, replay(plan, records)) };
  }
  begun(plan, records);
  const state = replay(plan, records);
  if (kind === 'resume' && ended(plan, records) !== undefined) return { deeds: [] };
  const found = await groups(props);
  const changes = changedBySomebody(plan, state, found);
  if (kind === 'resume') refuseChanges(changes);
  const accepted =
    kind === 'resume' || changes.length === 0
      ? []
      : [
          {
            step: kind === 'adopted' ? '--adopt' : '--overwrite',
            does: [
              ...changes,
              kind === 'adopted'
                ? 'takes these weights as what a rollback goes back to'
                : 'goes on against them: a rollback goes to the start of before',
              'gives the share again that was given last',
            ],
          },
        ];
  if (state.status === 'rolling-back') return { deeds: [...accepted, ...deedsBack(plan, state, found)] };
  if (state.status === 'finalizing') return { deeds: [...accepted, ...deedsOfFinalize(plan, state)] };
  return { deeds: [...accepted, ...deedsForward(plan, state)] };
}

/**
 * What going back would do. Reads; writes nothing, takes no lease.
 * @throws ZeroshiftError `cutover.not-begun`, `cutover.other-plan`, `cutover.over`, `cutover.foreign-change`
 */
export async function dryRunRollback(props: Props): Promise<DryRun> {
  const { plan } = props;
  const store = storeOf(props as OperationProps);
  const records = await store.readRecords();
  begun(plan, records);
  const state = replay(plan, records);
  if (state.status === 'finalized') throw over(plan, state.status);
  if (state.status === 'rolled-back') return { deeds: [] };
  const holder = await store.leaseHolder();
  const found = await groups(props);
  refuseChanges(changedBySomebody(plan, state, found));
  return {
    deeds: deedsBack(plan, state, found),
    ...(holder === undefined ? {} : { by: `${holder.user} on ${holder.host}, process ${holder.pid}` }),
  };
}

/**
 * What ending a completed cutover would do. Reads; writes nothing, takes no lease.
 * @throws ZeroshiftError `cutover.not-completed`, `cutover.not-begun`, `cutover.other-plan`, `cutover.over`, `lease.held`,
 * `cutover.foreign-change`
 */
export async function dryRunFinalize(props: Props): Promise<DryRun> {
  const { plan } = props;
  const store = storeOf(props as OperationProps);
  const holder = await store.leaseHolder();
  if (holder !== undefined) throw heldBy(holder);
  const records = await store.readRecords();
  begun(plan, records);
  const state = replay(plan, records);
  if (state.status === 'rolled-back') throw over(plan, state.status);
  if (state.status === 'finalized') return { deeds: [] };
  if (state.status !== 'completed' && state.status !== 'finalizing') throw notCompleted(state.status);
  refuseChanges(changedBySomebody(plan, state, await groups(props)));
  return { deeds: deedsOfFinalize(plan, state) };
}

type Groups = ReadonlyMap<string, readonly Endpoint[]>;

const groups = async ({ plan, ports }: Props): Promise<Groups> =>
  new Map(
    await Promise.all(
      plan.regions.map(
        async ({ region, endpointGroupArn }): Promise<[string, readonly Endpoint[]]> => [
          region,
          (await ports.traffic.readGroup(endpointGroupArn)).endpoints,
        ],
      ),
    ),
  );

/** What is otherwise than the engine left it, region by region. */
const changedBySomebody = (plan: CutoverPlan, state: CutoverState, found: Groups): string[] =>
  plan.regions.flatMap((facts) => {
    const there = state.regions[facts.region];
    // What was announced and not read back may be there or not: it is cleared up, and is nobody else's.
    if (there === undefined || there.announced !== undefined) return [];
    const differences = endpointDifferences(there.endpoints, found.get(facts.region) ?? []);
    return differences.length === 0 ? [] : [foreignChangeText(facts, differences)];
  });

function refuseChanges(changes: readonly string[]): void {
  if (changes.length === 0) return;
  throw new ZeroshiftError(`it would hold: ${changes.join('\n    ')}`, {
    code: 'cutover.foreign-change',
    source: 'outside',
    action: 'put it back, or go on from it with `zeroshift cutover --adopt` or `--overwrite`',
  });
}

/** The way back, region by region. Pure. */
function deedsBack(plan: CutoverPlan, state: CutoverState, found: Groups): Deed[] {
  const { from, to } = plan;
  return plan.regions.flatMap((facts) => {
    const there = state.regions[facts.region];
    if (there === undefined) return [];
    const start = there.start ?? ours(facts, facts.endpoints);
    const now = ours(facts, found.get(facts.region) ?? []);
    const changed = Object.entries(start).some(([id, weight]) => now[id] !== weight);
    const drains = (there.shifted || changed) && !there.drained.includes(to);
    const back = there.handOver === 'begun' || there.handOver === 'over';
    const does = [
      ...(changed
        ? [`writes ${weightsText(facts, now)} → ${weightsText(facts, start)}, without waiting`]
        : []),
      ...(drains ? [`restarts the gateways of ${to} a few at a time, so that its connections end`] : []),
      ...(back
        ? [
            `hands back to ${from}: ${(regionOf(plan, facts.region).singletons ?? []).map(singletonText).join(', ')}`,
          ]
        : []),
      ...floorsBack(there.floors.length, facts.region),
    ];
    return does.length === 0 ? [] : [{ step: facts.region, does }];
  });
}

const deedsOfFinalize = (plan: CutoverPlan, { regions }: CutoverState): Deed[] =>
  plan.regions.map(({ region }) => ({
    step: region,
    does: [
      `watches ${plan.from} for ${plan.policy.drainQuiet}, and holds if it has a request or an open connection`,
      ...floorsBack(regions[region]?.floors.length ?? 0, region),
      `after it there is no way back to ${plan.from}`,
    ],
  }));

const floorsBack = (count: number, region: string): string[] =>
  count === 0 ? [] : [`puts ${count} floors back in ${region} to what they were`];

const weightsText = ({ entrances }: RegionFacts, weights: Readonly<Record<string, number>>): string =>
  `blue ${weights[entrances.blue] ?? 'none'}, green ${weights[entrances.green] ?? 'none'}`;
