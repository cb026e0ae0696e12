import { randomUUID } from 'node:crypto';
import {
  link,
  open,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { makeFolder } from '../../files/index.ts';
import { processStart } from '../process-start.ts';

/** A file that is only written at its end. */
export interface AppendedFile {
  read(): Promise<Buffer>;
  /** Bytes. */
  size(): Promise<number>;
  append(bytes: Buffer): Promise<void>;
  truncate(length: number): Promise<void>;
  /** On the disk when it resolves. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** What stores ask of the machine that the process runs on: its disk, its processes and its time. */
export interface Machine {
  readonly host: string;
  /**
   * What tells this machine, since it was started, from every other: host names are given twice, and only with it a process
   * id means something. Undefined where the system does not tell.
   */
  identity(): Promise<string | undefined>;
  /** Identifies a running process beyond its pid; empty when it does not run. */
  processStart(pid: number): Promise<string>;
  /** Never given twice. */
  uniqueName(): string;
  sleep(milliseconds: number): Promise<void>;
  /** Runs again and again, without keeping the process, until the function that it returns is called. */
  every(milliseconds: number, run: () => void): () => void;
  makeFolder(path: string): Promise<void>;
  /** Names in a folder; none where there is no folder. */
  names(path: string): Promise<readonly string[]>;
  /** Undefined where there is no file. */
  read(path: string): Promise<string | undefined>;
  write(path: string, text: string): Promise<void>;
  /** Whole or not at all, and not where there is something: then it throws. */
  link(from: string, to: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** No matter whether it is there. */
  remove(path: string): Promise<void>;
  /** Milliseconds since the epoch. */
  modified(path: string): Promise<number>;
  touch(path: string): Promise<void>;
  /** Opens a file for appending, and makes it where there is none. */
  openAppended(path: string): Promise<AppendedFile>;
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** The machine that this process runs on. */
export const thisMachine: Machine = {
  host: hostname(),
  identity: async () => {
    try {
      const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
      // Containers of one machine count their processes apart.
      return `${boot} ${await readlink('/proc/self/ns/pid')}`;
    } catch {
      return undefined;
    }
  },
  processStart,
  uniqueName: () => randomUUID(),
  sleep: (milliseconds) => delay(milliseconds),
  every: (milliseconds, run) => {
    const timer = setInterval(run, milliseconds);
    timer.unref();
    return () => clearInterval(timer);
  },
  makeFolder: (path) => makeFolder(path),
  names: (path) => readdir(path).catch(() => []),
  read: async (path) => {
    try {
      return await readFile(path, 'utf8');
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  },
  write: (path, text) => writeFile(path, text),
  link,
  rename,
  remove: (path) => rm(path, { force: true }),
  modified: async (path) => (await stat(path)).mtimeMs,
  touch: async (path) => {
    const now = new Date();
    await utimes(path, now, now);
  },
  openAppended: async (path) => {
    const handle = await open(path, 'a+');
    return {
      read: () => handle.readFile(),
      size: async () => (await handle.stat()).size,
      append: (bytes) => handle.appendFile(bytes),
      truncate: (length) => handle.truncate(length),
      // A new file is there after a power cut only when its folder is on the disk too.
      sync: async () => {
        await handle.datasync();
        await syncFolder(dirname(path));
      },
      close: () => handle.close(),
    };
  },
};

const synced = new Set<string>();

/** Once is enough. Not every system can do it. */
async function syncFolder(path: string): Promise<void> {
  if (synced.has(path)) return;
  synced.add(path);
  const handle = await open(path, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
