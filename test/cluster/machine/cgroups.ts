import { access, mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from './until.ts';

interface Hierarchy {
  readonly folder: string;
  readonly options: readonly string[];
  readonly version: 1 | 2;
}

/** Cgroup hierarchies of this machine, of both versions. */
async function hierarchies(): Promise<Hierarchy[]> {
  const lines = (await readFile('/proc/self/mounts', 'utf8')).split('\n').map((line) => line.split(' '));
  return lines.flatMap(([, folder = '', type, options = '']) =>
    type === 'cgroup' || type === 'cgroup2'
      ? [{ folder, options: options.split(','), version: type === 'cgroup' ? 1 : 2 } as const]
      : [],
  );
}

const nameOf = (cluster: string): string => `zeroshift-${cluster}`;

/** Makes the cgroup below which a cluster's pods are, in every hierarchy, and gives its name. */
export async function makeCgroups(cluster: string): Promise<string> {
  const name = nameOf(cluster);
  const found = await hierarchies();
  const only2 = found.every(({ version }) => version === 2);
  for (const { folder, options, version } of found) {
    if (version === 2 && !only2) continue;
    const at = join(folder, name);
    await mkdir(at, { recursive: true });
    if (version === 1 && options.includes('cpuset'))
      // A new one has none of either, and nothing could run in it.
      for (const file of ['cpuset.cpus', 'cpuset.mems'])
        await writeFile(join(at, file), await readFile(join(folder, file)));
    if (version === 2) {
      const controllers = (await readFile(join(at, 'cgroup.controllers'), 'utf8')).trim().split(/\s+/);
      await writeFile(join(at, 'cgroup.subtree_control'), controllers.map((one) => `+${one}`).join(' '));
    }
  }
  return `/${name}`;
}

async function removeTree(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  for (const entry of entries ?? []) if (entry.isDirectory()) await removeTree(join(folder, entry.name));
  if (entries !== undefined) await rmdir(folder);
}

/** Whether a cluster has cgroups. */
export async function hasCgroups(cluster: string): Promise<boolean> {
  const there = (await hierarchies()).map(({ folder }) =>
    access(join(folder, nameOf(cluster))).then(
      () => true,
      () => false,
    ),
  );
  return (await Promise.all(there)).includes(true);
}

/** Takes a cluster's cgroups away, once the kernel lets go of the last process in them. */
export async function removeCgroups(cluster: string): Promise<void> {
  for (const { folder } of await hierarchies())
    await until(`the end of ${folder}/${nameOf(cluster)}`, 20, async () => {
      await removeTree(join(folder, nameOf(cluster)));
      return true;
    });
}
