import { exitCodes, ZeroshiftError } from '../../messages/error.ts';
import type { Actor } from '../journal-event.ts';
import { held, heldBy, type Lease, usualHeartbeat } from '../lease.ts';
import { startUnknown } from '../process-start.ts';
import type { Condition, Item, Table } from './dynamodb-client.ts';
import { type Machine, thisMachine } from './machine.ts';

const sk = 'lease';

interface Holder extends Actor {
  readonly token: number;
  /** Of this taking: who asks again whether it was he. */
  readonly id: string;
  /** Another one with each beat of the holder's heart. */
  readonly beat: number;
  readonly released: boolean;
  /** When the process started, so that a pid that is used again is not mistaken for it. */
  readonly startedAt: string;
  /** Empty where it is not known. */
  readonly machine: string;
}

/**
 * Takes the lease of a fleet. One left behind is taken over: at once when its process on this machine is gone, and
 * after its heart has not beaten for a while, measured here, when it is another machine's.
 * @param heartbeat milliseconds, the same for every taker
 * @throws ZeroshiftError `lease.held` (exit 6), `lease.unavailable`, `lease.denied`
 */
export async function takeDynamoLease(
  table: Table,
  pk: string,
  actor: Actor,
  heartbeat: number = usualHeartbeat,
  machine: Machine = thisMachine,
): Promise<Lease> {
  const before = await readHolder(table, pk);
  if (before !== undefined) await refuseIfHeld(machine, table, pk, before, heartbeat);
  const id = machine.uniqueName();
  const holder: Holder = {
    user: actor.user,
    host: actor.host,
    pid: actor.pid,
    token: (before?.token ?? 0) + 1,
    id,
    beat: 0,
    released: false,
    startedAt: await machine.processStart(actor.pid),
    machine: (await machine.identity()) ?? '',
  };
  const condition: Condition =
    before === undefined
      ? { expression: 'attribute_not_exists(#id)' }
      : { expression: '#id = :id AND #beat = :beat', values: { id: before.id, beat: before.beat } };
  const taken = await table.set(pk, sk, { ...holder }, condition);
  // A write whose answer was lost is sent again, and finds that it has taken effect.
  if (!taken && (await readHolder(table, pk))?.id !== id)
    throw held('somebody else has just taken the lease');
  return hold(machine, table, pk, holder, heartbeat);
}

/** Who holds the lease now, if anybody does. Changes nothing. */
export async function dynamoLeaseHolder(
  table: Table,
  pk: string,
  machine: Machine = thisMachine,
): Promise<(Actor & { token: number }) | undefined> {
  const holder = await readHolder(table, pk);
  if (holder === undefined || holder.released || (await isGone(machine, holder))) return undefined;
  return { user: holder.user, host: holder.host, pid: holder.pid, token: holder.token };
}

/** Whether a holder is really there: one on another machine is watched for as long as a taker would. Changes nothing. */
export async function isDynamoLeaseHeld(
  table: Table,
  pk: string,
  heartbeat: number = usualHeartbeat,
  machine: Machine = thisMachine,
): Promise<boolean> {
  const holder = await readHolder(table, pk);
  if (holder === undefined) return false;
  return refuseIfHeld(machine, table, pk, holder, heartbeat).then(
    () => false,
    () => true,
  );
}

function hold(machine: Machine, table: Table, pk: string, { id, token }: Holder, heartbeat: number): Lease {
  let beat = 0;
  let beating: Promise<unknown> | undefined;
  const mine: Condition = { expression: '#id = :id', values: { id } };
  const stop = machine.every(heartbeat, () => {
    // One at a time: a table that is slow is not helped by more.
    beating ??= table
      .set(pk, sk, { beat: ++beat }, mine)
      .catch(() => undefined)
      .finally(() => {
        beating = undefined;
      });
  });
  return {
    token,
    async check() {
      const newest = await readHolder(table, pk);
      if (newest?.id === id) return;
      throw new ZeroshiftError('this process has lost the lease', {
        code: 'lease.lost',
        source: 'outside',
        problems: [{ where: 'token', value: token, allowed: `the newest, ${newest?.token}` }],
        exitCode: exitCodes.leaseHeld,
      });
    },
    async release() {
      stop();
      await beating;
      // It is somebody else's by now where this does not hold; and no failure of it shall hide another one.
      await table.set(pk, sk, { released: true }, mine).catch(() => undefined);
    },
  };
}

async function readHolder(table: Table, pk: string): Promise<Holder | undefined> {
  const item: Item | undefined = await table.get(pk, sk);
  return item === undefined ? undefined : (item as unknown as Holder);
}

/** Whether it ran on this machine and does not run any more. */
async function isGone(machine: Machine, holder: Holder): Promise<boolean> {
  if (holder.machine === '' || holder.machine !== (await machine.identity())) return false;
  const start = await machine.processStart(holder.pid);
  return start === '' || start !== holder.startedAt;
}

async function refuseIfHeld(
  machine: Machine,
  table: Table,
  pk: string,
  holder: Holder,
  heartbeat: number,
): Promise<void> {
  if (holder.released || (await isGone(machine, holder))) return;
  // Where it is known that it runs, nobody needs to watch its heart.
  const here = holder.machine !== '' && holder.machine === (await machine.identity());
  if (here && holder.startedAt !== startUnknown) throw heldBy(holder);
  for (let i = 0; i < 8; i++) {
    await machine.sleep(heartbeat / 2);
    const now = await readHolder(table, pk);
    if (now?.released) return;
    if (now?.beat !== holder.beat || now.id !== holder.id) throw heldBy(holder);
  }
}
