import { ZeroshiftError } from '../../messages/error.ts';
import type { Actor, JournalEvent } from '../journal-event.ts';
import { type Lease, usualHeartbeat } from '../lease.ts';
import { type CutoverPlan, openPlan } from '../plan.ts';
import type { CutoverStore } from '../store.ts';
import { bodyOf, textOf } from './dynamodb-body.ts';
import { type Table, tableAt } from './dynamodb-client.ts';
import { lastOfDynamoJournal, openDynamoJournal, readDynamoJournal } from './dynamodb-journal.ts';
import { dynamoLeaseHolder, isDynamoLeaseHeld, takeDynamoLease } from './dynamodb-lease.ts';
import { dynamoMailbox } from './dynamodb-mailbox.ts';
import { type Machine, thisMachine } from './machine.ts';
import type { TablePlace } from './table-place.ts';

const cutovers = (fleet: string): string => `${fleet}/cutovers`;
const leaseKey = (fleet: string): string => `${fleet}/lease`;
const journalKey = (fleet: string, id: string): string => `${fleet}/cutovers/${id}/journal`;
const mailboxKey = (fleet: string, id: string): string => `${fleet}/cutovers/${id}/mailbox`;

/** A store in a table. Several fleets may share one. */
export const dynamoStore = (place: TablePlace, fleet: string, plan: string): CutoverStore =>
  tableStore((room) => tableAt(place, room), fleet, plan, thisMachine);

/** The same over whatever plays the table, on whatever plays the machine. */
export function tableStore(
  tableOf: (room: string) => Table,
  fleet: string,
  plan: string,
  machine: Machine,
): CutoverStore {
  const journal = tableOf('journal');
  const lease = tableOf('lease');
  const key = journalKey(fleet, plan);
  return {
    mailbox: dynamoMailbox(tableOf('mailbox'), mailboxKey(fleet, plan), machine),
    readRecords: () => readDynamoJournal(journal, key),
    openJournal: (token) => openDynamoJournal(journal, key, token),
    takeLease: (actor) => takeDynamoLease(lease, leaseKey(fleet), actor, usualHeartbeat, machine),
    isHeld: () => isDynamoLeaseHeld(lease, leaseKey(fleet), usualHeartbeat, machine),
    leaseHolder: () => dynamoLeaseHolder(lease, leaseKey(fleet), machine),
    underWay: () => tableCutoversUnderWay(journal.place, fleet),
  };
}

export const takeTableLease = (place: TablePlace, fleet: string, actor: Actor): Promise<Lease> =>
  takeDynamoLease(tableAt(place, 'lease'), leaseKey(fleet), actor);

/**
 * Keeps a plan where its cutover will look for it; whole or not at all, and never over another one.
 * @throws ZeroshiftError `plan.exists`
 */
export async function savePlanInTable(place: TablePlace, plan: CutoverPlan): Promise<void> {
  const table = tableAt(place, 'plan');
  const pk = cutovers(plan.fleet);
  const body = await bodyOf(table, pk, plan.digest, JSON.stringify(plan));
  const item = { ...body, digest: plan.digest };
  const made = await table.set(pk, plan.id, item, { expression: 'attribute_not_exists(#digest)' });
  if (made || (await table.get(pk, plan.id))?.digest === plan.digest) return;
  throw new ZeroshiftError('there is another plan of this name', {
    code: 'plan.exists',
    source: 'user',
    problems: [{ where: plan.id, value: plan.digest, allowed: 'the plan that is there, or a new name' }],
    action: 'make the plan once more: a second later it has another name',
  });
}

/** The plan that a command means when it names none: that of the cutover under way, else the newest. */
export async function newestPlanInTable(place: TablePlace, fleet: string): Promise<CutoverPlan | undefined> {
  const table = tableAt(place, 'plan');
  const pk = cutovers(fleet);
  const ids = await newestFirst(place, fleet);
  let chosen = ids[0];
  for (const id of ids)
    if (await isUnderWay(place, fleet, id)) {
      chosen = id;
      break;
    }
  if (chosen === undefined) return undefined;
  const item = (await table.get(pk, chosen)) ?? {};
  return openPlan(await textOf(table, pk, item), `${place.name}, ${pk} ${chosen}`);
}

/** All plans of a fleet, the newest first. `read` throws ZeroshiftError `plan.invalid`, `plan.changed`. */
export async function plansInTable(
  place: TablePlace,
  fleet: string,
): Promise<{ readonly id: string; readonly read: () => CutoverPlan }[]> {
  const table = tableAt(place, 'plan');
  const pk = cutovers(fleet);
  const plans: { id: string; read: () => CutoverPlan }[] = [];
  for (const id of await newestFirst(place, fleet)) {
    const item = (await table.get(pk, id)) ?? {};
    const text = await textOf(table, pk, item);
    plans.push({ id, read: () => openPlan(text, `${place.name}, ${pk} ${id}`) });
  }
  return plans;
}

/** Ids of the fleet's cutovers that have begun and are neither rolled back nor finalized. */
export async function tableCutoversUnderWay(place: TablePlace, fleet: string): Promise<string[]> {
  const ids: string[] = [];
  for (const id of await newestFirst(place, fleet)) if (await isUnderWay(place, fleet, id)) ids.push(id);
  return ids;
}

/** By the time at which their names end. */
async function newestFirst(place: TablePlace, fleet: string): Promise<string[]> {
  const time = (name: string): string => /[^-]*$/.exec(name)?.[0] ?? '';
  const items = await tableAt(place, 'plan').query(cutovers(fleet));
  return items.map(({ sk }) => String(sk)).sort((a, b) => (time(a) < time(b) ? 1 : -1));
}

/** What cannot be read is taken to be under way: whoever asks for it is told what is wrong with it. */
async function isUnderWay(place: TablePlace, fleet: string, id: string): Promise<boolean> {
  const last = await lastOfDynamoJournal(tableAt(place, 'journal'), journalKey(fleet, id));
  return isOpen(last);
}

/** Whether a journal with this last event belongs to a cutover that is under way. */
export const isOpen = (last: JournalEvent | undefined): boolean =>
  last !== undefined && !(last.type === 'ended' && last.outcome !== 'completed');
