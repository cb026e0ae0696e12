import { type Mailbox, parseMail } from '../mailbox.ts';
import type { Table } from './dynamodb-client.ts';
import { type Machine, thisMachine } from './machine.ts';

/** A partition as a mailbox: an item for each command, in the order of their times. */
export const dynamoMailbox = (table: Table, pk: string, machine: Machine = thisMachine): Mailbox => ({
  send: (mail, now) =>
    table.put(pk, `${String(now).padStart(15, '0')}-${machine.uniqueName()}`, { mail: JSON.stringify(mail) }),
  read: async () => {
    const mails: { mail: NonNullable<ReturnType<typeof parseMail>>; done: () => Promise<void> }[] = [];
    for (const { sk, mail: text } of await table.query(pk)) {
      const done = (): Promise<void> => table.remove(pk, String(sk));
      const mail = parseMail(String(text));
      if (mail === undefined) await done();
      else mails.push({ mail, done });
    }
    return mails;
  },
});
