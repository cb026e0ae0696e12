import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle, kubeconfigOf, startServer } from './generated-servers.ts';

/** What one process took at most to plan the migration of many services. */
export interface MemoryFigures {
  /** Resident, in MiB: onto an empty target, and onto one that holds all of it. */
  readonly empty: number;
  readonly same: number;
  readonly seconds: number;
  readonly services: number;
}

interface Planned {
  readonly megabytes: number;
  readonly seconds: number;
  readonly sums: Readonly<Record<string, number>>;
}

/** Plans against generated API servers. @throws Error when something is not planned as it should be */
export async function measureMigrationMemory(services = 10_000): Promise<MemoryFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'zeroshift-bench-'));
  const [child, server] = [bundle('migration-memory/child'), bundle('migration-memory/server')];
  const [blue, none] = await Promise.all([
    startServer(server, String(services), 'full'),
    startServer(server, String(services), 'empty'),
  ]);
  const plan = (green: string, verdict: string): Planned => {
    const kubeconfig = join(folder, 'kubeconfig');
    writeFileSync(kubeconfig, kubeconfigOf({ blue: blue.url, green }));
    const { stdout, status } = spawnSync(process.execPath, [child, kubeconfig], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const planned = status === 0 ? (JSON.parse(stdout) as Planned) : undefined;
    if ((planned?.sums[verdict] ?? 0) < 4 * services) throw new Error(`planned otherwise: ${stdout}`);
    return planned as Planned;
  };
  try {
    const empty = plan(none.url, 'create');
    const same = plan(blue.url, 'unchanged');
    return { empty: empty.megabytes, same: same.megabytes, seconds: empty.seconds, services };
  } finally {
    blue.close();
    none.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
