import { type CutoverFiles, cutoversUnderWay, leaseDirectory } from './cutover-directory.ts';
import { type Journal, openJournal, readJournal } from './journal.ts';
import type { Actor, JournalRecord } from './journal-event.ts';
import { isLeaseHeld, type Lease, leaseHolder, takeLease, usualHeartbeat } from './lease.ts';
import { fileMailbox, type Mailbox } from './mailbox.ts';
import type { CutoverPlan } from './plan.ts';
import { dynamoStore, takeTableLease } from './store/dynamodb-state.ts';
import { type Machine, thisMachine } from './store/machine.ts';
import { tablePlace } from './store/table-place.ts';

/** Where a cutover's journal and mailbox and the fleet's lease are kept. */
export interface CutoverStore {
  readonly mailbox: Mailbox;
  /** None where the cutover has not begun. Changes nothing. */
  readRecords(): Promise<readonly JournalRecord[]>;
  /** For the holder of the lease only. Where it can be told, nobody with an older token than his can write from then on. */
  openJournal(token: number): Promise<Journal>;
  /** @throws ZeroshiftError `lease.held` (exit 6) */
  takeLease(actor: Actor): Promise<Lease>;
  /** Who is at work on the fleet now. Changes nothing. */
  leaseHolder(): Promise<Actor | undefined>;
  /** Whether that one is really there: on another machine its heart is watched, for seconds. Changes nothing. */
  isHeld(by: Actor): Promise<boolean>;
  /** Ids of the fleet's cutovers that have begun and are neither rolled back nor finalized. Changes nothing. */
  underWay(): Promise<readonly string[]>;
}

/** The store of a plan's cutover. `state` is what `--state` names: a folder, or a table as `dynamodb:TABLE`. */
export function openStore(
  state: string,
  plan: Pick<CutoverPlan, 'fleet' | 'id'>,
  files: CutoverFiles,
): CutoverStore {
  const place = tablePlace(state);
  return place === undefined ? fileStore(state, plan.fleet, files) : dynamoStore(place, plan.fleet, plan.id);
}

/**
 * Takes the lease of a fleet for something else than a cutover.
 * @throws ZeroshiftError `lease.held` (exit 6)
 */
export function takeFleetLease(state: string, fleet: string, actor: Actor): Promise<Lease> {
  const place = tablePlace(state);
  return place === undefined
    ? takeLease(leaseDirectory(state, fleet), actor)
    : takeTableLease(place, fleet, actor);
}

/** A store in files. `state` is a folder. */
export const fileStore = (
  state: string,
  fleet: string,
  files: CutoverFiles,
  machine: Machine = thisMachine,
): CutoverStore => ({
  mailbox: fileMailbox(files.mailbox, machine),
  readRecords: () => readJournal(files.journal, machine),
  openJournal: () => openJournal(files.journal, machine),
  takeLease: (actor) => takeLease(leaseDirectory(state, fleet), actor, usualHeartbeat, machine),
  isHeld: (by) => isLeaseHeld(leaseDirectory(state, fleet), by, usualHeartbeat, machine),
  leaseHolder: () => leaseHolder(leaseDirectory(state, fleet), machine),
  underWay: () => cutoversUnderWay(state, fleet),
});
