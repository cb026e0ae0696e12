import { join } from 'node:path';
import { exitCodes, ZeroshiftError } from '../messages/error.ts';
import type { Actor } from './journal-event.ts';
import { startUnknown } from './process-start.ts';
import { type Machine, thisMachine } from './store/machine.ts';

/** Who may act on a fleet now. */
export interface Lease {
  /** Grows with every holder. */
  readonly token: number;
  /** @throws ZeroshiftError `lease.lost` when somebody else has taken it */
  check(): Promise<void>;
  release(): Promise<void>;
}

interface Holder extends Actor {
  /** When the process started, so that a pid that is used again is not mistaken for it. */
  readonly startedAt: string;
  readonly released?: boolean;
}

/** Milliseconds. A holder touches its file this often; a taker on another machine watches it for four times as long. */
export const usualHeartbeat = 2_000;

const fileOf = (directory: string, token: number): string => join(directory, `lease-${token}.json`);

/**
 * Takes the lease of a fleet. One left behind is taken over: at once when its process on this machine is gone, and
 * after its heart has not beaten for a while, measured here, when it is another machine's.
 * @param heartbeat milliseconds, the same for every taker
 * @throws ZeroshiftError `lease.held` (exit 6)
 */
export async function takeLease(
  directory: string,
  actor: Actor,
  heartbeat: number = usualHeartbeat,
  machine: Machine = thisMachine,
): Promise<Lease> {
  await machine.makeFolder(directory);
  const tokens = await tokensIn(machine, directory);
  const newest = tokens.at(-1);
  if (newest !== undefined) await refuseIfHeld(machine, directory, newest, actor, heartbeat);
  const token = (newest ?? 0) + 1;
  const holder: Holder = { ...actor, startedAt: await machine.processStart(actor.pid) };
  const written = join(directory, `.taking-${actor.pid}-${token}-${machine.uniqueName()}`);
  await machine.write(written, JSON.stringify(holder)).catch((cause: unknown) => {
    throw notWritten(directory, cause);
  });
  // A link is made whole or not at all, and only by one of several takers.
  await machine
    .link(written, fileOf(directory, token))
    .catch((cause: unknown) => {
      throw held('somebody else has just taken the lease', cause);
    })
    .finally(() => machine.remove(written));
  // Whoever read the folder long ago can still take a token that was given up and removed since.
  if ((await tokensIn(machine, directory)).at(-1) !== token) {
    await machine.remove(fileOf(directory, token));
    throw held('somebody else has just taken the lease');
  }
  for (const old of tokens.slice(0, -1)) await machine.remove(fileOf(directory, old));
  return hold(machine, directory, token, holder, heartbeat);
}

/** Who holds the lease now, if anybody does. Changes nothing. */
export async function leaseHolder(
  directory: string,
  machine: Machine = thisMachine,
): Promise<(Actor & { token: number }) | undefined> {
  const token = (await tokensIn(machine, directory)).at(-1);
  if (token === undefined) return undefined;
  const holder = await readHolder(machine, directory, token);
  if (holder === undefined || holder.released || !(await seemsAlive(machine, holder))) return undefined;
  return { user: holder.user, host: holder.host, pid: holder.pid, token };
}

/** Whether a holder is really there: one on another machine is watched for as long as a taker would. Changes nothing. */
export async function isLeaseHeld(
  directory: string,
  actor: Actor,
  heartbeat: number = usualHeartbeat,
  machine: Machine = thisMachine,
): Promise<boolean> {
  const newest = (await tokensIn(machine, directory)).at(-1);
  if (newest === undefined) return false;
  return refuseIfHeld(machine, directory, newest, actor, heartbeat).then(
    () => false,
    () => true,
  );
}

function hold(machine: Machine, directory: string, token: number, holder: Holder, heartbeat: number): Lease {
  const file = fileOf(directory, token);
  const stop = machine.every(heartbeat, () => {
    machine.touch(file).catch(() => undefined);
  });
  return {
    token,
    async check() {
      const newest = (await tokensIn(machine, directory)).at(-1);
      if (newest !== token)
        throw new ZeroshiftError('this process has lost the lease', {
          code: 'lease.lost',
          source: 'outside',
          problems: [{ where: 'token', value: token, allowed: `the newest, ${newest}` }],
          exitCode: exitCodes.leaseHeld,
        });
    },
    async release() {
      stop();
      const released = `${file}.released`;
      try {
        await machine.write(released, JSON.stringify({ ...holder, released: true }));
        await machine.rename(released, file);
      } catch {
        // A disk that is full hides no other failure: who comes next sees that the process is gone.
      }
    },
  };
}

async function tokensIn(machine: Machine, directory: string): Promise<number[]> {
  const names = await machine.names(directory);
  return names
    .map((name) => /^lease-(\d+)\.json$/.exec(name)?.[1])
    .filter((token) => token !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
}

async function readHolder(machine: Machine, directory: string, token: number): Promise<Holder | undefined> {
  try {
    return JSON.parse((await machine.read(fileOf(directory, token))) ?? '') as Holder;
  } catch {
    // Being written, or left half written by a process that died: nobody acts under it.
    return undefined;
  }
}

const seemsAlive = async (machine: Machine, holder: Holder): Promise<boolean> => {
  if (holder.host !== machine.host) return true;
  const start = await machine.processStart(holder.pid);
  return start !== '' && start === holder.startedAt;
};

async function refuseIfHeld(
  machine: Machine,
  directory: string,
  token: number,
  actor: Actor,
  heartbeat: number,
): Promise<void> {
  const holder = await readHolder(machine, directory, token);
  if (holder === undefined || holder.released) return;
  if (holder.host === actor.host) {
    if (!(await seemsAlive(machine, holder))) return;
    // Where the system does not tell when a process started, its pid may be another's by now: see whether its heart beats.
    if (holder.startedAt !== startUnknown || holder.pid === actor.pid) throw heldBy(holder);
  }
  if (await beats(machine, fileOf(directory, token), heartbeat)) throw heldBy(holder);
}

/** Whether the file is touched within four heartbeats of our own clock. */
async function beats(machine: Machine, file: string, heartbeat: number): Promise<boolean> {
  // A file that is gone was cleared away by whoever has taken the lease since.
  const touched = (): Promise<number | undefined> => machine.modified(file).catch(() => undefined);
  const before = await touched();
  for (let i = 0; before !== undefined && i < 8; i++) {
    await machine.sleep(heartbeat / 2);
    if ((await touched()) !== before) return true;
  }
  return before === undefined;
}

const notWritten = (directory: string, cause: unknown): ZeroshiftError =>
  new ZeroshiftError(`the lease cannot be written: ${cause instanceof Error ? cause.message : cause}`, {
    code: 'lease.not-written',
    source: 'outside',
    problems: [{ where: directory, found: 'an error', allowed: 'a folder on a disk that has room' }],
    action: 'make room, then give the command again',
    cause,
  });

export const held = (message: string, cause?: unknown): ZeroshiftError =>
  new ZeroshiftError(message, {
    code: 'lease.held',
    source: 'user',
    action:
      'wait until it is done. `zeroshift status` says whether it is a cutover, which `zeroshift rollback` would take back',
    exitCode: exitCodes.leaseHeld,
    cause,
  });

export const heldBy = (holder: Actor): ZeroshiftError =>
  held(`the lease is held by ${holder.user} on ${holder.host}, process ${holder.pid}`);
