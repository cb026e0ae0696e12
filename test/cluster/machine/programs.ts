import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** Where programs are looked for, whatever the caller's path; system programs are not on everybody's. */
const folders = [
  ...(process.env.PATH ?? '').split(':'),
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/local/go/bin',
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
].filter((folder) => folder.startsWith('/'));

const runnable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** A program's path, or undefined where there is none. */
export const findProgram = (name: string): string | undefined =>
  folders.map((folder) => join(folder, name)).find(runnable);

/** Where distributions put the plugins of the container network. */
const cniFolders = ['/usr/lib/cni', '/opt/cni/bin', '/usr/libexec/cni'];

/** The folder of the container network's plugins, or undefined. */
export const cniFolder = (): string | undefined =>
  cniFolders.find((folder) =>
    ['bridge', 'host-local', 'portmap', 'loopback'].every((name) => runnable(join(folder, name))),
  );
