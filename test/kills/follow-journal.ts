import { closeSync, existsSync, fstatSync, openSync, readSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { JournalRecord } from '../../lib/cutover/index.ts';

/** Tells of each record of a journal as soon as it is in its file; the folder must exist. */
export function followJournal(
  file: string,
  tell: (record: JournalRecord) => void,
): { look(): void; stop(): void } {
  let read = 0;
  const look = (): void => {
    if (!existsSync(file)) return;
    const handle = openSync(file, 'r');
    try {
      const size = fstatSync(handle).size;
      // A torn last line is cut off by who goes on: it was never told.
      if (size <= read) return;
      const bytes = Buffer.alloc(size - read);
      readSync(handle, bytes, 0, bytes.length, read);
      const end = bytes.lastIndexOf(0x0a) + 1;
      read += end;
      for (const line of bytes.subarray(0, end).toString('utf8').split('\n').filter(Boolean))
        tell(JSON.parse(line) as JournalRecord);
    } finally {
      closeSync(handle);
    }
  };
  const watcher = watch(dirname(file), (_, name) => {
    if (name === null || name === basename(file)) look();
  });
  // A watch that missed something must not stop a run.
  const timer = setInterval(look, 20);
  look();
  return {
    look,
    stop: () => {
      watcher.close();
      clearInterval(timer);
    },
  };
}
