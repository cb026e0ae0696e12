import { type Journal, readRecords, recordAfter } from '../../lib/cutover/journal.ts';
import type { Actor, JournalEvent, JournalRecord } from '../../lib/cutover/journal-event.ts';
import type { Lease } from '../../lib/cutover/lease.ts';
import type { Mail, Mailbox } from '../../lib/cutover/mailbox.ts';
import type { CutoverStore } from '../../lib/cutover/store.ts';
import { exitCodes, ZeroshiftError } from '../../lib/messages/error.ts';

/** Journal, lease and mailbox in memory: what is in here outlives a process. */
export class SimulatedStore implements CutoverStore {
  /** The complete lines, and what a crash left of one. */
  readonly lines: string[] = [];
  torn = '';
  #token = 0;
  #holder: Actor | undefined;
  #mails: { readonly mail: Mail }[] = [];

  readonly mailbox: Mailbox = {
    send: async (mail) => {
      this.#mails.push({ mail });
    },
    read: async () =>
      this.#mails.map((entry) => ({
        mail: entry.mail,
        done: async () => {
          this.#mails = this.#mails.filter((other) => other !== entry);
        },
      })),
  };

  get text(): string {
    return this.lines.join('') + this.torn;
  }

  /** Of the records. */
  get newestToken(): number {
    return Math.max(0, ...this.lines.map((line) => (JSON.parse(line) as JournalRecord).token));
  }

  async readRecords(): Promise<JournalRecord[]> {
    return readRecords(this.text, 'journal').records;
  }

  async openJournal(): Promise<Journal> {
    const records = await this.readRecords();
    this.torn = '';
    return {
      records,
      append: async (event: JournalEvent, at: number, token: number) => {
        if (this.lines.length !== records.length)
          throw new ZeroshiftError('somebody else has written', {
            code: 'journal.older-token',
            source: 'user',
          });
        const record = recordAfter(records.at(-1), event, at, token);
        this.lines.push(`${JSON.stringify(record)}\n`);
        records.push(record);
        return record;
      },
      close: async () => undefined,
    };
  }

  async takeLease(actor: Actor): Promise<Lease> {
    if (this.#holder !== undefined)
      throw new ZeroshiftError('the lease is held', {
        code: 'lease.held',
        source: 'user',
        exitCode: exitCodes.leaseHeld,
      });
    this.#holder = actor;
    const token = ++this.#token;
    return {
      token,
      check: async () => {
        if (token !== this.#token)
          throw new ZeroshiftError('lost', { code: 'lease.lost', source: 'outside' });
      },
      release: async () => {
        if (token === this.#token) this.#holder = undefined;
      },
    };
  }

  async underWay(): Promise<readonly string[]> {
    return [];
  }

  async isHeld(): Promise<boolean> {
    return this.#holder !== undefined;
  }

  async leaseHolder(): Promise<Actor | undefined> {
    return this.#holder;
  }

  /** The holder's process has died, or is taken for dead. */
  loseHolder(): void {
    this.#holder = undefined;
  }
}
