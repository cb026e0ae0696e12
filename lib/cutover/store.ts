import { type CutoverFiles, cutoversUnderWay, leaseDirectory } from './cutover-directory.ts';
import { type Journal, openJournal, readJournal } from './journal.ts';
import type { Actor, JournalRecord } from './journal-event.ts';
import { type Lease, leaseHolder, takeLease } from './lease.ts';
import { fileMailbox, type Mailbox } from './mailbox.ts';

/** Where a cutover's journal and mailbox and the fleet's lease are kept. */
export interface CutoverStore {
  readonly mailbox: Mailbox;
  /** None where the cutover has not begun. Changes nothing. */
  readRecords(): Promise<readonly JournalRecord[]>;
  /** For the holder of the lease only. */
  openJournal(): Promise<Journal>;
  /** @throws ZeroshiftError `lease.held` (exit 6) */
  takeLease(actor: Actor): Promise<Lease>;
  /** Who is at work on the fleet now. Changes nothing. */
  leaseHolder(): Promise<Actor | undefined>;
  /** Ids of the fleet's cutovers that have begun and are neither rolled back nor finalized. Changes nothing. */
  underWay(): Promise<readonly string[]>;
}

/** A store in files. `state` is the folder that `--state` names. */
export const fileStore = (state: string, fleet: string, files: CutoverFiles): CutoverStore => ({
  mailbox: fileMailbox(files.mailbox),
  readRecords: () => readJournal(files.journal),
  openJournal: () => openJournal(files.journal),
  takeLease: (actor) => takeLease(leaseDirectory(state, fleet), actor),
  leaseHolder: () => leaseHolder(leaseDirectory(state, fleet)),
  underWay: () => cutoversUnderWay(state, fleet),
});
