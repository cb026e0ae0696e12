import { exitCodes, ZeroshiftError } from '../../messages/error.ts';
import { type Journal, readRecords, recordAfter } from '../journal.ts';
import type { JournalEvent, JournalRecord } from '../journal-event.ts';
import { bodyOf, textOf } from './dynamodb-body.ts';
import type { Item, Table } from './dynamodb-client.ts';

/*
 * A journal is a partition: an item for each record, by its sequence number, and an item `head`. A record counts from the
 * moment that the head holds it: the head is changed only by who knows the record before, under a token that is not older.
 * Only then the record is written to its own item; whoever opens the journal writes what a process that died did not.
 */
const head = 'head';
const sortKey = (seq: number): string => String(seq).padStart(10, '0');

/** The records of a journal; none where there is none. Changes nothing. */
export async function readDynamoJournal(table: Table, pk: string): Promise<JournalRecord[]> {
  return (await read(table, pk)).records;
}

async function read(
  table: Table,
  pk: string,
): Promise<{ records: JournalRecord[]; last: Item | undefined; isWritten: boolean }> {
  const items = await table.query(pk);
  const last = items.find(({ sk }) => sk === head);
  const lines: string[] = [];
  for (const item of items) if (item.sk !== head) lines.push(await textOf(table, pk, item));
  // What was appended between two pages is not read, or by the head alone; both are a journal as it once was.
  const isWritten = typeof last?.seq !== 'number' || lines.length > last.seq;
  if (last !== undefined && lines.length === last.seq) lines.push(await textOf(table, pk, last));
  const source = `${table.place.name}, ${pk}`;
  const { records } = readRecords(lines.map((line) => `${line}\n`).join(''), source);
  return { records, last, isWritten };
}

/** The last event of a journal, without reading it all. Changes nothing. */
export async function lastOfDynamoJournal(table: Table, pk: string): Promise<JournalEvent | undefined> {
  const last = await table.get(pk, head);
  if (typeof last?.seq !== 'number') return undefined;
  return (JSON.parse(await textOf(table, pk, last)) as JournalRecord).event;
}

/**
 * Opens a journal for appending. From here on nobody with an older token can write to it.
 * @throws ZeroshiftError `journal.older-token`, `journal.damaged`, `journal.unavailable`
 */
export async function openDynamoJournal(table: Table, pk: string, token: number): Promise<Journal> {
  const condition = { expression: 'attribute_not_exists(#token) OR #token <= :token', values: { token } };
  if (!(await table.set(pk, head, { token }, condition))) throw olderToken(table, token);
  const { records, last, isWritten } = await read(table, pk);
  if (!isWritten && last !== undefined) await table.put(pk, sortKey(Number(last.seq)), bodyIn(last));
  return new DynamoJournal(table, pk, records);
}

const bodyIn = ({ text = '', parts = 0, id = '' }: Item): Item => ({ text, parts, id });

class DynamoJournal implements Journal {
  readonly #table: Table;
  readonly #pk: string;
  readonly records: readonly JournalRecord[];
  #last: JournalRecord | undefined;
  /** Set once a write has failed: what came of it is not known. */
  #broken = false;

  constructor(table: Table, pk: string, records: JournalRecord[]) {
    this.#table = table;
    this.#pk = pk;
    this.records = records;
    this.#last = records.at(-1);
  }

  async append(event: JournalEvent, at: number, token: number): Promise<JournalRecord> {
    const before = this.#last;
    const record = recordAfter(before, event, at, token);
    try {
      if (this.#broken) throw new Error('an earlier write failed');
      this.#broken = true;
      await this.#write(before, record);
      this.#broken = false;
    } catch (cause) {
      if (cause instanceof ZeroshiftError && cause.code === 'journal.older-token') throw cause;
      throw new ZeroshiftError(
        `the journal cannot be written: ${cause instanceof Error ? cause.message : cause}`,
        {
          code: 'journal.not-written',
          source: 'outside',
          problems: [{ where: this.#pk, value: event.type, allowed: 'a table that takes it' }],
          action: 'go on with `zeroshift cutover --resume` once it does',
          cause,
        },
      );
    }
    this.#last = record;
    return record;
  }

  async #write(before: JournalRecord | undefined, record: JournalRecord): Promise<void> {
    const { seq, hash, token } = record;
    const body = { parts: 0, id: '', ...(await bodyOf(this.#table, this.#pk, hash, JSON.stringify(record))) };
    const known =
      before === undefined
        ? { expression: 'attribute_not_exists(#seq)', values: {} }
        : { expression: '#seq = :seq AND #hash = :hash', values: { seq: before.seq, hash: before.hash } };
    const written = await this.#table.set(
      this.#pk,
      head,
      { seq, hash, token, ...body },
      {
        expression: `${known.expression} AND #token <= :token`,
        values: { ...known.values, token },
      },
    );
    // A write whose answer was lost is sent again, and finds that it has taken effect.
    if (!written && (await this.#table.get(this.#pk, head))?.hash !== hash)
      throw olderToken(this.#table, token);
    await this.#table.put(this.#pk, sortKey(seq), bodyIn(body));
  }

  async close(): Promise<void> {}
}

const olderToken = (table: Table, token: number): ZeroshiftError =>
  new ZeroshiftError('somebody else has written to the journal of this cutover', {
    code: 'journal.older-token',
    source: 'outside',
    problems: [{ where: table.place.name, value: token, allowed: 'the newest token, one process at a time' }],
    action: 'see who is at work with `zeroshift status`, then go on',
    exitCode: exitCodes.leaseHeld,
  });
