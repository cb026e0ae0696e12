import { exitCodes, ZeroshiftError } from '../messages/error.ts';
import type { JournalRecord } from './journal-event.ts';
import type { Mail } from './mailbox.ts';
import type { Clock } from './ports.ts';
import type { CutoverStore } from './store.ts';

/** Milliseconds. */
const takenWithin = 60_000;
const lookEvery = 200;
/** A process that is there takes a command sooner than that, unless a call of its own keeps it waiting. */
const doubtAfter = 2_000;

/**
 * Sends a command to a holder that is at work, and waits until its journal shows that it was taken. Undefined when nobody is
 * there, or the holder went away before it looked: then the command is done here, and the mail is found done.
 * @returns the journal that shows it
 * @throws ZeroshiftError `rollback.not-taken`, `command.not-taken` (exit 6)
 */
export async function askHolder(
  store: CutoverStore,
  clock: Clock,
  mail: Mail,
  isTaken: (records: readonly JournalRecord[]) => boolean,
): Promise<readonly JournalRecord[] | undefined> {
  if ((await store.leaseHolder()) === undefined) return undefined;
  await store.mailbox.send(mail, clock.now());
  const sentAt = clock.now();
  const deadline = sentAt + takenWithin;
  let doubted = false;
  while (clock.now() < deadline) {
    const records = await store.readRecords();
    if (isTaken(records)) return records;
    if ((await store.leaseHolder()) === undefined) return undefined;
    // On another machine only the heart tells that a process has died.
    if (!doubted && clock.now() > sentAt + doubtAfter) {
      doubted = true;
      if (!(await store.isHeld(mail.by))) return undefined;
    }
    await clock.sleep(lookEvery);
  }
  throw new ZeroshiftError('the process that holds the lease does not take the command', {
    code: mail.command === 'rollback' ? 'rollback.not-taken' : 'command.not-taken',
    source: 'outside',
    action: 'stop that process (it loses nothing) and give the command again',
    exitCode: exitCodes.leaseHeld,
  });
}
