import { hostname, userInfo } from 'node:os';
import { exitCodes, ZeroshiftError } from '../messages/error.ts';
import { askHolder } from './ask-holder.ts';
import type { CutoverFiles } from './cutover-directory.ts';
import { replay } from './evolve.ts';
import type { Journal } from './journal.ts';
import type { Actor, JournalEvent, JournalRecord } from './journal-event.ts';
import type { Lease } from './lease.ts';
import { checkFacts } from './make-plan.ts';
import type { CutoverPlan } from './plan.ts';
import { type RunnerProps, type RunResult, runCutover } from './runner.ts';
import type { CutoverState } from './state.ts';
import { type CutoverStore, openStore } from './store.ts';

/** What every operation on a cutover needs. */
export interface OperationProps
  extends Pick<RunnerProps, 'plan' | 'ports' | 'onRecord' | 'onWait' | 'signal'> {
  /** What `--state` names: a folder, or `dynamodb:TABLE`. */
  readonly state: string;
  readonly files: CutoverFiles;
  /** @default - the one at `state` */
  readonly store?: CutoverStore;
  /** Who acts. @default - this process */
  readonly by?: Actor;
}

export const storeOf = ({ store, state, plan, files }: OperationProps): CutoverStore =>
  store ?? openStore(state, plan, files);

/** This process. */
export const actor = (): Actor => ({ user: userInfo().username, host: hostname(), pid: process.pid });

export const byOf = (props: OperationProps): Actor => props.by ?? actor();

/**
 * Runs a plan from its beginning.
 * @throws ZeroshiftError `cutover.begun`, `cutover.another`, `plan.stale`, `lease.held`
 */
export const startCutover = (props: OperationProps): Promise<RunResult> =>
  withLease(props, async (journal, lease) => {
    if (journal.records.length > 0) throw begunAlready(props.plan, journal.records);
    const [other] = (await storeOf(props).underWay()).filter((id) => id !== props.plan.id);
    if (other !== undefined) throw anotherUnderWay(props.plan, other);
    await checkFacts(props.plan, props.ports);
    return run(props, journal, lease, { type: 'started', plan: props.plan.digest, by: byOf(props) });
  });

/**
 * Goes on with a cutover that was stopped, held or killed. One that has come to an end has nothing left to do.
 * @throws ZeroshiftError `cutover.not-begun`, `cutover.other-plan`, `lease.held`
 */
export const resumeCutover = (props: OperationProps): Promise<RunResult> =>
  withLease(props, async (journal, lease) => {
    begun(props.plan, journal.records);
    return (
      ended(props.plan, journal.records) ?? run(props, journal, lease, { type: 'resumed', by: byOf(props) })
    );
  });

/**
 * Goes back to the weights of the start. With a holder at work the command goes to its mailbox, and the answer is
 * `undefined` once it has taken it; else this process does it.
 * @throws ZeroshiftError `cutover.not-begun`, `cutover.other-plan`, `cutover.over`, `lease.held`
 */
export async function rollbackCutover(props: OperationProps): Promise<RunResult | undefined> {
  const before = await storeOf(props).readRecords();
  begun(props.plan, before);
  const done = rolledBack(props.plan, before);
  if (done !== undefined) return done;
  // Whoever began it may have died since, on another machine: only the lease can tell.
  if (replay(props.plan, before).status === 'rolling-back')
    return goBack(props).catch((error: unknown) => {
      if (error instanceof ZeroshiftError && error.code === 'lease.held') return undefined;
      throw error;
    });
  const asked = await askHolder(
    storeOf(props),
    props.ports.clock,
    { command: 'rollback', by: byOf(props) },
    (records) => {
      const { status } = replay(props.plan, records);
      return status === 'rolling-back' || status === 'rolled-back';
    },
  );
  if (asked !== undefined) return undefined;
  return goBack(props);
}

const goBack = (props: OperationProps): Promise<RunResult> =>
  withLease(props, async (journal, lease) => {
    // The holder may have come to an end in between.
    const there = rolledBack(props.plan, journal.records);
    if (there !== undefined) return there;
    const again = replay(props.plan, journal.records).status === 'rolling-back';
    const reason = {
      cause: 'request',
      text: `${byOf(props).user} on ${byOf(props).host} asked for it`,
    } as const;
    return run(
      props,
      journal,
      lease,
      again ? { type: 'resumed', by: byOf(props) } : { type: 'rollback-begun', reason },
    );
  });

/**
 * Gives up the way back, once the source is empty.
 * @throws ZeroshiftError `cutover.not-completed`, `cutover.not-begun`, `cutover.other-plan`, `cutover.over`, `lease.held`
 */
export const finalizeCutover = (props: OperationProps): Promise<RunResult> =>
  withLease(props, async (journal, lease) => {
    begun(props.plan, journal.records);
    const { status } = replay(props.plan, journal.records);
    if (status === 'rolled-back') throw over(props.plan, status);
    if (status === 'finalized') return outcomeOf(props.plan, journal.records);
    if (status !== 'completed' && status !== 'finalizing') throw notCompleted(status);
    return run(props, journal, lease, { type: 'finalize-begun', by: byOf(props) });
  });

/** The state of a cutover as its journal tells it, and who is at work on it. Changes nothing. */
export async function cutoverStatus(
  state: string,
  plan: CutoverPlan,
  files: CutoverFiles,
): Promise<{ state: CutoverState; records: readonly JournalRecord[]; holder: Actor | undefined }> {
  const store = openStore(state, plan, files);
  const records = await store.readRecords();
  samePlan(plan, records);
  return { state: replay(plan, records), records, holder: await store.leaseHolder() };
}

export async function withLease<T>(
  props: OperationProps,
  operation: (journal: Journal, lease: Lease) => Promise<T>,
): Promise<T> {
  const store = storeOf(props);
  const lease = await store.takeLease(byOf(props));
  try {
    const journal = await store.openJournal(lease.token);
    try {
      return await operation(journal, lease);
    } finally {
      await journal.close();
    }
  } finally {
    await lease.release();
  }
}

export function run(
  props: OperationProps,
  journal: Journal,
  lease: Lease,
  first: JournalEvent,
): Promise<RunResult> {
  const { state, files, store, by: _, ...rest } = props;
  return runCutover({ ...rest, journal, lease, mailbox: storeOf(props).mailbox }, first);
}

export const anotherUnderWay = (plan: CutoverPlan, other: string): ZeroshiftError =>
  new ZeroshiftError('another cutover of this fleet is not over yet', {
    code: 'cutover.another',
    source: 'user',
    problems: [{ where: 'PLAN', value: plan.id, allowed: `first the end of ${other}` }],
    action: 'see `zeroshift status`, then `zeroshift finalize` or `zeroshift rollback`',
  });

export const notCompleted = (status: string): ZeroshiftError =>
  new ZeroshiftError('the cutover is not completed', {
    code: 'cutover.not-completed',
    source: 'user',
    problems: [{ where: 'cutover', value: status, allowed: 'a completed one' }],
    action: 'go on with `zeroshift cutover --resume`, or go back with `zeroshift rollback`',
  });

export function begunAlready(plan: CutoverPlan, records: readonly JournalRecord[]): ZeroshiftError {
  const { status } = replay(plan, records);
  const actions: Partial<Record<CutoverState['status'], string>> = {
    completed: 'end it with `zeroshift finalize`, or go back with `zeroshift rollback`; then make a new plan',
    'rolled-back': 'make a new plan with `zeroshift plan`',
    finalized: 'make a new plan with `zeroshift plan`',
  };
  return new ZeroshiftError(`this cutover has begun already: it is ${status}`, {
    code: 'cutover.begun',
    source: 'user',
    problems: [{ where: 'PLAN', value: plan.id, allowed: 'a plan that was not run yet' }],
    action: actions[status] ?? 'go on with `zeroshift cutover --resume`',
  });
}

export function begun(plan: CutoverPlan, records: readonly JournalRecord[]): void {
  if (records.length === 0)
    throw new ZeroshiftError('this cutover has not begun', {
      code: 'cutover.not-begun',
      source: 'user',
      problems: [{ where: 'cutover', value: plan.id, allowed: 'one that was started' }],
      action: 'start it with `zeroshift cutover`',
    });
  samePlan(plan, records);
}

/** A journal says which plan it belongs to: under another one its steps would mean something else. */
function samePlan(plan: CutoverPlan, [first]: readonly JournalRecord[]): void {
  if (first === undefined || (first.event.type === 'started' && first.event.plan === plan.digest)) return;
  throw new ZeroshiftError('this journal belongs to another plan', {
    code: 'cutover.other-plan',
    source: 'user',
    problems: [
      {
        where: 'plan digest',
        value: plan.digest,
        allowed: first.event.type === 'started' ? first.event.plan : 'the one that the journal begins with',
      },
    ],
    action: 'put the plan back with which the cutover was started',
  });
}

/** What a cutover came to, where it has come to an end. */
export function ended(plan: CutoverPlan, records: readonly JournalRecord[]): RunResult | undefined {
  const { status } = replay(plan, records);
  const over = status === 'completed' || status === 'rolled-back' || status === 'finalized';
  return over ? outcomeOf(plan, records) : undefined;
}

function outcomeOf(plan: CutoverPlan, records: readonly JournalRecord[]): RunResult {
  const state = replay(plan, records);
  const exit = state.status === 'rolled-back' ? exitCodes.rolledBack : exitCodes.done;
  return { state, exit, interrupted: false };
}

/** @throws ZeroshiftError `cutover.over` where there is no way back any more */
function rolledBack(plan: CutoverPlan, records: readonly JournalRecord[]): RunResult | undefined {
  const { status } = replay(plan, records);
  if (status === 'finalized') throw over(plan, status);
  return status === 'rolled-back' ? outcomeOf(plan, records) : undefined;
}

export const over = (plan: CutoverPlan, status: string): ZeroshiftError =>
  new ZeroshiftError(`this cutover is over: it is ${status}`, {
    code: 'cutover.over',
    source: 'user',
    problems: [{ where: 'cutover', value: plan.id, allowed: 'one that is under way' }],
    action: 'make a new plan with `zeroshift plan`',
  });
