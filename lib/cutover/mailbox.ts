import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../files/index.ts';
import type { Actor } from './journal-event.ts';

/** A command from another terminal; needs no lease. The holder takes it. */
export interface Mail {
  readonly command: 'rollback';
  readonly by: Actor;
}

/** Where commands for one cutover arrive. */
export interface Mailbox {
  send(mail: Mail, now: number): Promise<void>;
  /**
   * What has arrived, oldest first. Each stays until `done` is called: a command is not lost with the process that read it.
   */
  read(): Promise<readonly { readonly mail: Mail; readonly done: () => Promise<void> }[]>;
}

/** A folder as a mailbox. */
export const fileMailbox = (directory: string): Mailbox => ({
  send: (mail, now) => sendMail(directory, mail, now),
  read: () => readMail(directory),
});

/** Puts a command into a cutover's mailbox; whole or not at all. */
async function sendMail(directory: string, mail: Mail, now: number): Promise<void> {
  await makeFolder(directory);
  const name = `${String(now).padStart(15, '0')}-${mail.by.pid}.json`;
  await writeFile(join(directory, `.${name}`), JSON.stringify(mail));
  await rename(join(directory, `.${name}`), join(directory, name));
}

async function readMail(directory: string): Promise<{ mail: Mail; done: () => Promise<void> }[]> {
  const names = (await readdir(directory).catch(() => [])).filter((name) => /^\d.*\.json$/.test(name)).sort();
  const mails: { mail: Mail; done: () => Promise<void> }[] = [];
  for (const name of names) {
    const done = () => rm(join(directory, name), { force: true });
    const mail = await parse(join(directory, name));
    if (mail === undefined) await done();
    else mails.push({ mail, done });
  }
  return mails;
}

/** Undefined for what is not a command: a stranger's file must not stop a cutover. */
async function parse(file: string): Promise<Mail | undefined> {
  try {
    const mail = JSON.parse(await readFile(file, 'utf8')) as Mail;
    return mail.command === 'rollback' && typeof mail.by === 'object' ? mail : undefined;
  } catch {
    return undefined;
  }
}
