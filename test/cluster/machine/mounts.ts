import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from './cache-folder.ts';
import { findProgram } from './programs.ts';
import { run } from './run.ts';

/** Folders to which some part writes whatever it is told: they are the cluster's own, and empty. */
const own = { '/run': '755', '/tmp': '1777', '/var/lib': '755', '/var/log': '755' } as const;

/**
 * Kernel settings that kubelet would change for the whole machine. It finds what it wants in a file over each of them,
 * and leaves them alone.
 */
const settings = {
  'vm/overcommit_memory': '1',
  'vm/panic_on_oom': '0',
  'kernel/panic': '10',
  'kernel/panic_on_oops': '1',
  'kernel/keys/root_maxkeys': '1000000',
  'kernel/keys/root_maxbytes': '25000000',
} as const;

/** Runs a program in the mount namespace of a process. */
const inside = (pid: number, program: string, ...args: string[]): Promise<string> =>
  run('nsenter', [`--target=${pid}`, '--mount', '--', findProgram(program) ?? program, ...args]);

/** What a cluster sees of the machine's files, as mounts in the namespace of its keeper: they end with it. */
export async function privateMounts(pid: number, folder: string): Promise<void> {
  const home = cacheFolder();
  const tmpfs = (at: string, mode: string) =>
    inside(pid, 'mount', '-t', 'tmpfs', '-o', `mode=${mode}`, 'tmpfs', at);
  await tmpfs('/run', own['/run']);
  // The cache may be below one of the folders that are covered.
  await inside(pid, 'mkdir', '/run/home');
  await inside(pid, 'mount', '--bind', home, '/run/home');
  for (const [at, mode] of Object.entries(own)) if (at !== '/run') await tmpfs(at, mode);
  await inside(pid, 'mkdir', '-p', home);
  await inside(pid, 'mount', '--move', '/run/home', home);
  // The store syncs each write: in memory that costs nothing.
  await mkdir(join(folder, 'etcd'), { recursive: true });
  await tmpfs(join(folder, 'etcd'), '700');
  for (const [name, value] of Object.entries(settings)) {
    const file = join(folder, 'settings', name);
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, `${value}\n`);
    await inside(pid, 'mount', '--bind', file, join('/proc/sys', name));
  }
}
