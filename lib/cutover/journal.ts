import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, readFile, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { exitCodes, ZeroshiftError } from '../messages/error.ts';
import { canonicalJson } from './canonical-json.ts';
import type { JournalEvent, JournalRecord } from './journal-event.ts';

/** The append-only record of a cutover. */
export interface Journal {
  readonly records: readonly JournalRecord[];
  /**
   * Durable when it resolves.
   * @throws ZeroshiftError `journal.older-token` when a newer lease has written
   */
  append(event: JournalEvent, at: number, token: number): Promise<JournalRecord>;
  close(): Promise<void>;
}

const hashOf = (record: Omit<JournalRecord, 'hash'>): string =>
  createHash('sha256').update(canonicalJson(record)).digest('hex');

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
  const body = { seq: last === undefined ? 0 : last.seq + 1, at, token, event, prev: last?.hash ?? '' };
  return JSON.parse(canonicalJson({ ...body, hash: hashOf(body) })) as JournalRecord;
}

/** A record as the line that a journal holds. */
export const lineOf = (record: JournalRecord): string => `${canonicalJson(record)}\n`;

/**
 * Reads the records of a journal's text. A torn last line is dropped, and reported by its length in bytes; a line
 * that is torn, changed or missing before that is refused.
 * @throws ZeroshiftError `journal.damaged`
 */
export function readRecords(text: string, source: string): { records: JournalRecord[]; torn: number } {
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  const records: JournalRecord[] = [];
  for (const [index, line] of lines.entries()) {
    const record = parse(line);
    const previous = records.at(-1);
    const good =
      record !== undefined &&
      record.seq === records.length &&
      record.prev === (previous?.hash ?? '') &&
      record.hash === hashOf(withoutHash(record));
    if (!good)
      throw new ZeroshiftError(`the journal is damaged in line ${index + 1}`, {
        code: 'journal.damaged',
        source: 'outside',
        problems: [{ where: source, value: line.slice(0, 80), allowed: 'the record that was written there' }],
        action: 'restore the file; the weights can be read with `zeroshift status`',
      });
    records.push(record);
  }
  // A line without its end was being written when the process died: nothing rests on it.
  return { records, torn: Buffer.byteLength(last) };
}

const withoutHash = ({ hash, ...rest }: JournalRecord): Omit<JournalRecord, 'hash'> => rest;

function parse(line: string): JournalRecord | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as JournalRecord) : undefined;
  } catch {
    return undefined;
  }
}

/** The records of a journal file; none where there is no file. Changes nothing. */
export async function readJournal(file: string): Promise<JournalRecord[]> {
  try {
    return readRecords(await readFile(file, 'utf8'), file).records;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** Opens a journal file for appending, and makes it where there is none. Each record is on the disk before it counts. */
export async function openJournal(file: string): Promise<Journal> {
  await mkdir(dirname(file), { recursive: true });
  const handle = await open(file, 'a+');
  try {
    const text = await handle.readFile('utf8');
    const { records, torn } = readRecords(text, file);
    if (torn > 0) await truncate(file, Buffer.byteLength(text) - torn);
    return new FileJournal(handle, records);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

class FileJournal implements Journal {
  constructor(
    private readonly handle: FileHandle,
    private readonly all: JournalRecord[],
  ) {}

  get records(): readonly JournalRecord[] {
    return this.all;
  }

  async append(event: JournalEvent, at: number, token: number): Promise<JournalRecord> {
    const record = recordAfter(this.all.at(-1), event, at, token);
    await this.handle.appendFile(lineOf(record));
    await this.handle.datasync();
    this.all.push(record);
    return record;
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}
