import type { ExitCode } from '../messages/error.ts';
import { type Command, type CommandResult, hasEffect } from './commands.ts';
import { decide } from './decide.ts';
import { evolve, replay } from './evolve.ts';
import type { Journal } from './journal.ts';
import type { JournalEvent, JournalRecord } from './journal-event.ts';
import type { Lease } from './lease.ts';
import type { Mailbox } from './mailbox.ts';
import { guardedPorts } from './perform/guarded-ports.ts';
import { failureOf, perform } from './perform/index.ts';
import type { CutoverPlan } from './plan.ts';
import type { CutoverPorts } from './ports.ts';
import type { CutoverState } from './state.ts';
import { takenAs } from './take-command.ts';

export interface RunnerProps {
  readonly plan: CutoverPlan;
  readonly journal: Journal;
  readonly lease: Lease;
  readonly ports: CutoverPorts;
  readonly mailbox: Mailbox;
  /** Told of every record once it is durable. @default - nobody is */
  readonly onRecord?: (record: JournalRecord, state: CutoverState) => void;
  /** Told what is waited for. @default - nobody is */
  readonly onWait?: (reason: string, until: number) => void;
  /** Stops before the next effect. @default - never */
  readonly signal?: AbortSignal;
}

export interface RunResult {
  readonly state: CutoverState;
  readonly exit: ExitCode;
  /** Stopped by the signal; `--resume` goes on. */
  readonly interrupted: boolean;
}

/** Mail is looked for at least this often, in milliseconds. */
const mailInterval = 250;

/**
 * Runs a cutover until it ends or holds: decides, makes the intent durable, acts, records, decides again. What it
 * knows is in the journal; a process that dies here loses nothing.
 * @param first written before anything is decided, such as `started`
 * @throws ZeroshiftError `lease.lost`, `journal.older-token`
 */
export async function runCutover(props: RunnerProps, first?: JournalEvent): Promise<RunResult> {
  const { plan, journal, lease, signal } = props;
  const ports = guardedPorts(props.ports, () => lease.check());
  let state = replay(plan, journal.records);
  const record = async (event: JournalEvent): Promise<void> => {
    await lease.check();
    const written = await journal.append(event, ports.clock.now(), lease.token);
    state = evolve(plan, state, written);
    props.onRecord?.(written, state);
  };
  try {
    return await loop();
  } finally {
    await props.ports.follow?.endAll();
  }

  async function loop(): Promise<RunResult> {
    if (first !== undefined) await record(first);
    while (signal?.aborted !== true) {
      await takeCommands(props, () => state, record);
      const decision = decide(plan, state, ports.clock.now());
      if (decision.kind === 'end') return { state, exit: decision.exit, interrupted: false };
      if (decision.kind === 'record') await record(decision.event);
      else if (decision.kind === 'do') await act({ ...props, ports }, state, decision.command, record);
      else {
        props.onWait?.(decision.reason, decision.until);
        const left = decision.until - ports.clock.now();
        await ports.clock.sleep(Math.max(1, Math.min(left, mailInterval)), signal);
      }
    }
    return { state, exit: 1, interrupted: true };
  }
}

async function act(
  { plan, ports }: RunnerProps,
  state: CutoverState,
  command: Command,
  record: (event: JournalEvent) => Promise<void>,
): Promise<void> {
  if (hasEffect(command) && state.pending !== command) await record({ type: 'issued', command });
  let result: CommandResult;
  try {
    result = await perform(plan, command, ports);
  } catch (error) {
    if (isOurs(error)) throw error;
    await record({
      type: 'failed',
      command: command.kind,
      region: command.region,
      failure: failureOf(error),
    });
    return;
  }
  // Outside of the attempt: a record that cannot be written is no failure of the command.
  await record({ type: 'done', result, region: command.region });
}

/** Losing the lease or the journal is no failure of a command: the process must stop. */
const isOurs = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^(lease|journal)\./.test(String(error.code));

async function takeCommands(
  { plan, mailbox }: RunnerProps,
  state: () => CutoverState,
  record: (event: JournalEvent) => Promise<void>,
): Promise<void> {
  for (const { mail, done } of await mailbox.read()) {
    const event = takenAs(plan, state(), mail);
    // A rollback that is under way, or done, is what was asked for.
    if (event.type !== 'refused' || mail.command !== 'rollback') await record(event);
    await done();
  }
}
