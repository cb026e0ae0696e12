import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, keeperOf, placeOf, run } from './machine/index.ts';

/** Everything of the machine that a cluster could leave behind, by subject. */
export type MachineState = Readonly<Record<string, readonly string[]>>;

const runs = join(cacheFolder(), 'run');

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');

/** The cluster that is looked at; others may be up, and live, at the same time. */
const spare = 'spare';

const isOthers = (name: string): boolean =>
  ['zeroshift-', 'zs-', `${runs}/`].some(
    (start) => name.includes(start) && !name.includes(`${start}${spare}`),
  );

/** What is below a folder. @param files whether that is files, too, and not folders alone */
async function below(folder: string, depth: number, files = true): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found = entries.map(async (entry) => {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) return files ? [path] : [];
    return depth > 1 && !isOthers(path) ? [path, ...(await below(path, depth - 1, files))] : [path];
  });
  return (await Promise.all(found)).flat();
}

/** Settings of the kernel that can be written and that nobody but a person or a program changes. */
async function settings(): Promise<string[]> {
  const files = (
    await Promise.all(['vm', 'kernel', 'net', 'fs'].map((name) => below(`/proc/sys/${name}`, 8)))
  ).flat();
  const read = files.map(async (file) => {
    const { mode } = await stat(file).catch(() => ({ mode: 0 }));
    if ((mode & 0o222) === 0 || (mode & 0o444) === 0 || /ns_last_pid|\/random\//.test(file)) return '';
    return `${file} = ${(await readFile(file, 'utf8').catch(() => '')).trim()}`;
  });
  return Promise.all(read);
}

/** The parent of a process, or 0 where it has ended. */
async function parentOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^PPid:\s*(\d+)$/m.exec(text)?.[1] ?? 0);
}

async function otherKeepers(): Promise<Set<number>> {
  const found = new Set<number>();
  for (const name of await readdir(runs).catch(() => [])) {
    if (name === spare || name === 'kubeconfig') continue;
    const keeper = await keeperOf({ ...placeOf(spare), folder: join(runs, name) });
    if (keeper !== undefined) found.add(keeper.pid);
  }
  return found;
}

/** Whether a process is a descendant of one of these, or has ended. */
async function isBelow(pid: number, keepers: ReadonlySet<number>): Promise<boolean> {
  for (let look = 0; look < 100; look++) {
    let at = pid;
    while (at > 1 && !keepers.has(at)) at = await parentOf(at);
    if (at > 0) return at > 1;
    // One on the way has ended, and its children have another parent now.
    if ((await parentOf(pid)) === 0) return true;
  }
  return false;
}

/** Processes that are in namespaces of processes other than this one's and other clusters', or that name the cache. */
async function processes(): Promise<string[]> {
  const keepers = await otherKeepers();
  const own = await readlink('/proc/self/ns/pid');
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
  const found = pids.map(async (pid) => {
    const space = await readlink(`/proc/${pid}/ns/pid`).catch(() => own);
    const line = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ');
    if (space === own && (!line.includes(runs) || isOthers(line))) return '';
    return (await isBelow(pid, keepers)) ? '' : `${pid} ${line}`;
  });
  return Promise.all(found);
}

/** The machine as it is now, apart from clusters other than `spare`. */
export async function machineState(): Promise<MachineState> {
  const [mounts, links, routes, spaces, rules, natRules, groups, folders] = await Promise.all([
    readFile('/proc/self/mountinfo', 'utf8'),
    run('ip', ['-o', '-brief', 'link']),
    run('ip', ['route', 'show', 'table', 'all']),
    run('ip', ['netns', 'list']),
    run('iptables', ['-S']),
    run('iptables', ['-t', 'nat', '-S']),
    below('/sys/fs/cgroup', 12, false),
    Promise.all(['/run', '/var/lib', '/var/log', '/etc/cni', runs].map((name) => below(name, 2))),
  ]);
  const state = {
    mounts: lines(mounts),
    links: lines(links),
    routes: lines(routes),
    networkNamespaces: lines(spaces),
    rules: [...lines(rules), ...lines(natRules)],
    cgroups: groups,
    settings: await settings(),
    processes: await processes(),
    files: folders.flat(),
  };
  return Object.fromEntries(
    Object.entries(state).map(([name, found]) => [
      name,
      found.filter((line) => line !== '' && !isOthers(line)).sort(),
    ]),
  );
}

/** What a later state has more or less than an earlier one, as lines for a person. */
export const differences = (before: MachineState, after: MachineState): string[] =>
  Object.keys(before).flatMap((subject) => {
    const [old, now] = [new Set(before[subject]), new Set(after[subject])];
    return [
      ...[...now].filter((line) => !old.has(line)).map((line) => `more ${subject}: ${line}`),
      ...[...old].filter((line) => !now.has(line)).map((line) => `less ${subject}: ${line}`),
    ];
  });
