import { exitCodes, ZeroshiftError } from '../messages/error.ts';
import { endpointDifferences, sameEndpoints } from '../traffic/endpoint-difference.ts';
import { replaceWeights } from '../traffic/weights.ts';
import { askHolder } from './ask-holder.ts';
import { evolve, replay } from './evolve.ts';
import { foreignChangeText } from './foreign-change.ts';
import type { FoundGroup, JournalEvent, JournalRecord } from './journal-event.ts';
import type { Mail } from './mailbox.ts';
import { begun, byOf, ended, type OperationProps, run, storeOf, withLease } from './operate.ts';
import type { CutoverPlan, RegionFacts } from './plan.ts';
import type { RunResult } from './runner.ts';
import type { CutoverState, RegionState } from './state.ts';
import { takenAs } from './take-command.ts';

/** What a person can tell a cutover, apart from going back. */
export type HandCommand = Exclude<Mail['command'], 'rollback'>;

/** What became of a command. */
export interface TakenCommand {
  readonly event: JournalEvent;
  readonly state: CutoverState;
  /** Whether a process at work took it, or it is only in the journal for the next one. */
  readonly atWork: boolean;
}

/**
 * Tells a cutover to pause, go on, cut a bake short or begin what waits for an approval. The process at work takes it; with
 * none this one writes it into the journal, for the one that goes on.
 * @param step the step that is meant. @default - the one that it is in, or that waits
 * @throws ZeroshiftError `cutover.not-now` with the reason, `cutover.not-begun`, `cutover.other-plan`, `lease.held`, `command.not-taken`
 */
export async function commandCutover(
  props: OperationProps,
  command: HandCommand,
  step?: string,
): Promise<TakenCommand> {
  const { plan } = props;
  const store = storeOf(props);
  const before = await store.readRecords();
  begun(plan, before);
  const state = replay(plan, before);
  const meant = step ?? meantBy(plan, state, command);
  const mail: Mail = { command, by: byOf(props), ...(meant === undefined ? {} : { step: meant }) };
  // Refused at once, before a process at work is asked.
  allowed(plan, takenAs(plan, state, mail));
  const answered = (records: readonly JournalRecord[]): JournalRecord | undefined =>
    records.slice(before.length).find(({ event }) => isAnswer(event, mail));
  const records = await askHolder(store, props.ports.clock, mail, (all) => answered(all) !== undefined);
  const answer = records && answered(records);
  if (answer !== undefined)
    return { event: allowed(plan, answer.event), state: replay(plan, records ?? []), atWork: true };
  if (command === 'promote')
    throw notNow(plan, 'no process is at work on it: its time begins anew with `zeroshift cutover --resume`');
  return withLease(props, async (journal, lease) => {
    const now = replay(plan, journal.records);
    const event = allowed(plan, takenAs(plan, now, mail));
    const record = await journal.append(event, props.ports.clock.now(), lease.token);
    const after = evolve(plan, now, record);
    props.onRecord?.(record, after);
    return { event, state: after, atWork: false };
  });
}

/** A command says which step it means, so that one that comes late does not hit the next. */
const meantBy = (plan: CutoverPlan, state: CutoverState, command: HandCommand): string | undefined =>
  command === 'promote' ? plan.steps[state.step]?.id : command === 'approve' ? state.awaiting : undefined;

const answers: Readonly<Record<HandCommand, JournalEvent['type']>> = {
  pause: 'paused',
  resume: 'unpaused',
  promote: 'promoted',
  approve: 'approved',
};

function isAnswer(event: JournalEvent, { command, by }: Mail): boolean {
  if (command === 'rollback' || !('by' in event)) return false;
  const mine = event.by.pid === by.pid && event.by.host === by.host;
  return mine && (event.type === answers[command] || (event.type === 'refused' && event.command === command));
}

function allowed(plan: CutoverPlan, event: JournalEvent): JournalEvent {
  if (event.type === 'refused') throw notNow(plan, event.why);
  return event;
}

const notNow = (plan: CutoverPlan, why: string): ZeroshiftError =>
  new ZeroshiftError(`that cannot be done now: ${why}`, {
    code: 'cutover.not-now',
    source: 'user',
    problems: [{ where: 'cutover', found: plan.id, allowed: 'one that is where the command can help' }],
    action: 'see `zeroshift status`',
  });

/**
 * Goes on over what somebody else changed in the endpoint groups. With `adopted` it is the new start, to which a rollback goes;
 * with `overwritten` that stays what it was. On the way to the target the share that was given last is given again; endpoints
 * of others keep what they have either way. Where nothing was changed this is a resume.
 * @throws ZeroshiftError `cutover.entrance-gone`, and what `resumeCutover` throws
 */
export const acceptChange = (props: OperationProps, how: 'adopted' | 'overwritten'): Promise<RunResult> =>
  withLease(props, async (journal, lease) => {
    const { plan } = props;
    begun(plan, journal.records);
    const state = replay(plan, journal.records);
    const over = state.status === 'rolled-back' || state.status === 'finalized';
    const groups = over ? [] : await foundGroups(props, state);
    const done = groups.length === 0 ? ended(plan, journal.records) : undefined;
    if (done !== undefined) return done;
    const by = byOf(props);
    return run(
      props,
      journal,
      lease,
      groups.length === 0 ? { type: 'resumed', by } : { type: how, by, groups },
    );
  });

/** The groups that are not as this cutover left them. */
async function foundGroups({ plan, ports }: OperationProps, state: CutoverState): Promise<FoundGroup[]> {
  const found: FoundGroup[] = [];
  for (const facts of plan.regions) {
    const { endpoints } = await ports.traffic.readGroup(facts.endpointGroupArn);
    const there = state.regions[facts.region];
    if (there === undefined || isOurs(there, endpoints)) continue;
    refuseGone(facts, there, endpoints);
    // Health is looked at again when it counts.
    const plain = endpoints.map(({ health, healthReason, ...endpoint }) => endpoint);
    found.push({ region: facts.region, endpoints: plain });
  }
  return found;
}

/** As it was read back last, or as it may be after a write whose result is not known. */
const isOurs = ({ endpoints, announced = [] }: RegionState, found: FoundGroup['endpoints']): boolean =>
  [
    endpoints,
    ...announced.map((weights) => replaceWeights(endpoints, new Map(Object.entries(weights)))),
  ].some((expected) => sameEndpoints(expected, found));

function refuseGone(facts: RegionFacts, there: RegionState, found: FoundGroup['endpoints']): void {
  const ids = Object.values(facts.entrances);
  if (ids.every((id) => found.some((endpoint) => endpoint.id === id))) return;
  throw new ZeroshiftError(foreignChangeText(facts, endpointDifferences(there.endpoints, found)), {
    code: 'cutover.entrance-gone',
    source: 'outside',
    action: 'register the entrance again, with its weight; nothing can go on without it',
    exitCode: exitCodes.error,
  });
}
