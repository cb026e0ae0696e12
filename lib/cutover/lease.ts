import { randomUUID } from 'node:crypto';
import { link, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { makeFolder } from '../files/index.ts';
import { exitCodes, ZeroshiftError } from '../messages/error.ts';
import type { Actor } from './journal-event.ts';
import { processStart, startUnknown } from './process-start.ts';

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
const usualHeartbeat = 2_000;

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
): Promise<Lease> {
  await makeFolder(directory);
  const tokens = await tokensIn(directory);
  const newest = tokens.at(-1);
  if (newest !== undefined) await refuseIfHeld(directory, newest, actor, heartbeat);
  const token = (newest ?? 0) + 1;
  const holder: Holder = { ...actor, startedAt: await processStart(actor.pid) };
  const written = join(directory, `.taking-${actor.pid}-${token}-${randomUUID()}`);
  await writeFile(written, JSON.stringify(holder));
  // A link is made whole or not at all, and only by one of several takers.
  await link(written, fileOf(directory, token))
    .catch((cause: unknown) => {
      throw held('somebody else has just taken the lease', cause);
    })
    .finally(() => rm(written, { force: true }));
  // Whoever read the folder long ago can still take a token that was given up and removed since.
  if ((await tokensIn(directory)).at(-1) !== token) {
    await rm(fileOf(directory, token), { force: true });
    throw held('somebody else has just taken the lease');
  }
  for (const old of tokens.slice(0, -1)) await rm(fileOf(directory, old), { force: true });
  return hold(directory, token, holder, heartbeat);
}

/** Who holds the lease now, if anybody does. Changes nothing. */
export async function leaseHolder(directory: string): Promise<(Actor & { token: number }) | undefined> {
  const token = (await tokensIn(directory)).at(-1);
  if (token === undefined) return undefined;
  const holder = await readHolder(directory, token);
  if (holder === undefined || holder.released || !(await seemsAlive(holder))) return undefined;
  return { user: holder.user, host: holder.host, pid: holder.pid, token };
}

function hold(directory: string, token: number, holder: Holder, heartbeat: number): Lease {
  const file = fileOf(directory, token);
  const beat = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => undefined);
  }, heartbeat);
  beat.unref();
  return {
    token,
    async check() {
      const newest = (await tokensIn(directory)).at(-1);
      if (newest !== token)
        throw new ZeroshiftError('this process has lost the lease', {
          code: 'lease.lost',
          source: 'outside',
          problems: [{ where: 'token', value: token, allowed: `the newest, ${newest}` }],
          exitCode: exitCodes.leaseHeld,
        });
    },
    async release() {
      clearInterval(beat);
      const released = `${file}.released`;
      await writeFile(released, JSON.stringify({ ...holder, released: true }));
      await rename(released, file);
    },
  };
}

async function tokensIn(directory: string): Promise<number[]> {
  const names = await readdir(directory).catch(() => []);
  return names
    .map((name) => /^lease-(\d+)\.json$/.exec(name)?.[1])
    .filter((token) => token !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
}

async function readHolder(directory: string, token: number): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(fileOf(directory, token), 'utf8')) as Holder;
  } catch {
    // Being written, or left half written by a process that died: nobody acts under it.
    return undefined;
  }
}

const seemsAlive = async (holder: Holder): Promise<boolean> => {
  if (holder.host !== hostname()) return true;
  const start = await processStart(holder.pid);
  return start !== '' && start === holder.startedAt;
};

async function refuseIfHeld(
  directory: string,
  token: number,
  actor: Actor,
  heartbeat: number,
): Promise<void> {
  const holder = await readHolder(directory, token);
  if (holder === undefined || holder.released) return;
  if (holder.host === actor.host) {
    if (!(await seemsAlive(holder))) return;
    // Where the system does not tell when a process started, its pid may be another's by now: see whether its heart beats.
    if (holder.startedAt !== startUnknown || holder.pid === process.pid) throw heldBy(holder);
  }
  if (await beats(fileOf(directory, token), heartbeat)) throw heldBy(holder);
}

/** Whether the file is touched within four heartbeats of our own clock. */
async function beats(file: string, heartbeat: number): Promise<boolean> {
  const touched = async (): Promise<number> => (await stat(file)).mtimeMs;
  const before = await touched();
  for (let i = 0; i < 8; i++) {
    await delay(heartbeat / 2);
    if ((await touched()) !== before) return true;
  }
  return false;
}

const held = (message: string, cause?: unknown): ZeroshiftError =>
  new ZeroshiftError(message, {
    code: 'lease.held',
    source: 'user',
    action: 'wait until it is done, or send it a command: `zeroshift rollback`',
    exitCode: exitCodes.leaseHeld,
    cause,
  });

const heldBy = (holder: Holder): ZeroshiftError =>
  held(`the lease is held by ${holder.user} on ${holder.host}, process ${holder.pid}`);
