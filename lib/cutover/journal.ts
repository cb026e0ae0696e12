import { hash as hashOf } from 'node:crypto';
import { dirname } from 'node:path';
import { exitCodes, ZeroshiftError } from '../messages/error.ts';
import { canonicalJson } from './canonical-json.ts';
import type { JournalEvent, JournalRecord } from './journal-event.ts';
import { type AppendedFile, type Machine, thisMachine } from './store/machine.ts';

/** The append-only record of a cutover. */
export interface Journal {
  /** As it was when it was opened. What is appended is not kept: a hold of days has many records. */
  readonly records: readonly JournalRecord[];
  /**
   * Durable when it resolves.
   * @throws ZeroshiftError `journal.older-token` when somebody else has written, `journal.not-written`
   */
  append(event: JournalEvent, at: number, token: number): Promise<JournalRecord>;
  close(): Promise<void>;
}

const sha256 = (text: string): string => hashOf('sha256', text);

/** Whether a record is what was written: a line that holds nothing else than its canonical text need not be written again to see it. */
function isWhole(record: JournalRecord, line: string): boolean {
  const { hash, ...body } = record;
  const [before, after, more] = line.split(`"hash":"${hash}",`);
  const asWritten = after !== undefined && more === undefined && sha256(`${before}${after}`) === hash;
  return asWritten || sha256(canonicalJson(body)) === hash;
}

/**
 * The record that comes after another one, as a reader will get it back.
 * @throws ZeroshiftError `journal.older-token`
 */
export function recordAfter(
  last: JournalRecord | undefined,
  event: JournalEvent,
  at: number,
  token: number,
): JournalRecord {
  if (last !== undefined && token < last.token)
    throw new ZeroshiftError('somebody else has gone on with this cutover', {
      code: 'journal.older-token',
      source: 'user',
      problems: [{ where: 'token', value: token, allowed: `${last.token} or newer` }],
      exitCode: exitCodes.leaseHeld,
    });
  const seq = last === undefined ? 0 : last.seq + 1;
  const text = canonicalJson({ seq, at, token, event, prev: last?.hash ?? '' });
  const { prev, ...body } = JSON.parse(text) as JournalRecord;
  // Its keys in order, as they are hashed.
  return { at: body.at, event: body.event, hash: sha256(text), prev, seq, token };
}

/** A record as the line that a journal holds; its keys are in order already. */
const lineOf = (record: JournalRecord): string => `${JSON.stringify(record)}\n`;

/**
 * Reads the records of a journal's text. A torn last line is dropped, and reported by its length in bytes; a line
 * that is torn, changed or missing before that is refused. Where a process wrote that had lost the lease without knowing it,
 * the newer token counts.
 * @throws ZeroshiftError `journal.damaged`
 */
export function readRecords(text: string, source: string): { records: JournalRecord[]; torn: number } {
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  const records: JournalRecord[] = [];
  for (const [index, line] of lines.entries()) {
    const record = parse(line);
    const whole = record !== undefined && isWhole(record, line);
    if (whole && isOutdated(record, records)) continue;
    // What an older token wrote after this one's holder had read: it came too late.
    while (whole && records.length > record.seq && (records.at(-1)?.token ?? 0) < record.token) records.pop();
    if (!whole || !follows(record, records))
      throw new ZeroshiftError(`the journal is damaged in line ${index + 1}`, {
        code: 'journal.damaged',
        source: 'outside',
        problems: [{ where: source, value: line.slice(0, 80), allowed: 'the record that was written there' }],
        action:
          'restore the file; until then `zeroshift status` reads the weights, and runbook.md beside the journal says how to go back by hand',
      });
    records.push(record);
  }
  // A line without its end was being written when the process died: nothing rests on it.
  return { records, torn: Buffer.byteLength(last) };
}

const follows = (record: JournalRecord, records: readonly JournalRecord[]): boolean =>
  record.seq === records.length &&
  record.prev === (records.at(-1)?.hash ?? '') &&
  record.token >= (records.at(-1)?.token ?? 0);

/** Written under an older token than the record before it, by a process that had read what came before both. */
const isOutdated = (record: JournalRecord, records: readonly JournalRecord[]): boolean =>
  record.token < (records.at(-1)?.token ?? 0) &&
  record.seq < records.length &&
  record.prev === (records[record.seq - 1]?.hash ?? '');

function parse(line: string): JournalRecord | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as JournalRecord) : undefined;
  } catch {
    return undefined;
  }
}

/** The records of a journal file; none where there is no file. Changes nothing. */
export async function readJournal(file: string, machine: Machine = thisMachine): Promise<JournalRecord[]> {
  return readRecords((await machine.read(file)) ?? '', file).records;
}

/** Opens a journal file for appending, and makes it where there is none. Each record is on the disk before it counts. */
export async function openJournal(file: string, machine: Machine = thisMachine): Promise<Journal> {
  await machine.makeFolder(dirname(file));
  const handle = await machine.openAppended(file);
  try {
    const bytes = await handle.read();
    const { records, torn } = readRecords(bytes.toString('utf8'), file);
    // Counted in the file's own bytes: a torn line can end within a character.
    const length = torn === 0 ? bytes.length : bytes.lastIndexOf(0x0a) + 1;
    if (torn > 0) await handle.truncate(length);
    // What is built upon from here on must be there after a power cut: the one who wrote it may not have come to it.
    await handle.sync();
    return new FileJournal(file, handle, records, length);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

class FileJournal implements Journal {
  private last: JournalRecord | undefined;

  constructor(
    private readonly file: string,
    private readonly handle: AppendedFile,
    readonly records: readonly JournalRecord[],
    /** What the file holds as far as this process knows, in bytes; undefined once a write has failed. */
    private length: number | undefined,
  ) {
    this.last = records.at(-1);
  }

  async append(event: JournalEvent, at: number, token: number): Promise<JournalRecord> {
    const record = recordAfter(this.last, event, at, token);
    const bytes = Buffer.from(lineOf(record));
    if (this.length !== undefined && (await this.handle.size()) !== this.length)
      throw new ZeroshiftError('somebody else has written to the journal of this cutover', {
        code: 'journal.older-token',
        source: 'outside',
        problems: [{ where: this.file, value: token, allowed: 'one process at a time' }],
        action: 'see who is at work with `zeroshift status`, then go on',
        exitCode: exitCodes.leaseHeld,
      });
    try {
      // After a write that failed in its middle, the next one would stand behind a torn line.
      if (this.length === undefined) throw new Error('an earlier write failed');
      const known = this.length;
      this.length = undefined;
      await this.handle.append(bytes);
      await this.handle.sync();
      this.length = known + bytes.length;
    } catch (cause) {
      throw new ZeroshiftError(
        `the journal cannot be written: ${cause instanceof Error ? cause.message : cause}`,
        {
          code: 'journal.not-written',
          source: 'outside',
          problems: [{ where: this.file, value: event.type, allowed: 'a file on a disk that has room' }],
          action: 'make room, then go on with `zeroshift cutover --resume`',
          cause,
        },
      );
    }
    this.last = record;
    return record;
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}
