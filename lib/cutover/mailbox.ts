import { join } from 'node:path';
import { ZeroshiftError } from '../messages/error.ts';
import type { Actor } from './journal-event.ts';
import { type Machine, thisMachine } from './store/machine.ts';

/** What can be asked for from elsewhere. */
export const mailCommands = ['rollback', 'pause', 'resume', 'promote', 'approve'] as const;

/** A command from another terminal; needs no lease. The holder takes it. */
export interface Mail {
  readonly command: (typeof mailCommands)[number];
  /** The step that is meant, where the command is for one. @default - the one that it is in when it is taken */
  readonly step?: string;
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
export const fileMailbox = (directory: string, machine: Machine = thisMachine): Mailbox => ({
  send: (mail, now) => sendMail(machine, directory, mail, now),
  read: () => readMail(machine, directory),
});

/** Puts a command into a cutover's mailbox; whole or not at all. */
async function sendMail(machine: Machine, directory: string, mail: Mail, now: number): Promise<void> {
  await machine.makeFolder(directory);
  const name = `${String(now).padStart(15, '0')}-${mail.by.pid}.json`;
  try {
    await machine.write(join(directory, `.${name}`), JSON.stringify(mail));
    await machine.rename(join(directory, `.${name}`), join(directory, name));
  } catch (cause) {
    throw new ZeroshiftError(
      `the command cannot be sent: ${cause instanceof Error ? cause.message : cause}`,
      {
        code: 'mailbox.not-written',
        source: 'outside',
        problems: [{ where: directory, found: 'an error', allowed: 'a folder on a disk that has room' }],
        action: 'make room, then give the command again',
        cause,
      },
    );
  }
}

async function readMail(
  machine: Machine,
  directory: string,
): Promise<{ mail: Mail; done: () => Promise<void> }[]> {
  const names = (await machine.names(directory)).filter((name) => /^\d.*\.json$/.test(name)).sort();
  const mails: { mail: Mail; done: () => Promise<void> }[] = [];
  for (const name of names) {
    const done = () => machine.remove(join(directory, name));
    const text = await machine.read(join(directory, name)).catch(() => undefined);
    // Taken meanwhile, or not to be read now: whatever it says is not lost.
    if (text === undefined) continue;
    const mail = parseMail(text);
    if (mail === undefined) await done();
    else mails.push({ mail, done });
  }
  return mails;
}

/** A command as a mailbox keeps it; undefined for what is none: a stranger's file must not stop a cutover. */
export function parseMail(text: string): Mail | undefined {
  try {
    const mail = JSON.parse(text) as Mail;
    return mailCommands.includes(mail.command) && typeof mail.by === 'object' ? mail : undefined;
  } catch {
    return undefined;
  }
}
