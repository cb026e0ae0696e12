import { execFileSync, fork, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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

function bundle(name: string): string {
  const outfile = `dist/bench/${name}.mjs`;
  execFileSync('node_modules/.bin/esbuild', [
    `bench/migration-memory/${name}.ts`,
    `--outfile=${outfile}`,
    '--bundle',
    '--packages=external',
    '--platform=node',
    '--format=esm',
    '--log-level=warning',
  ]);
  return outfile;
}

/** An API server in a process of its own, so that what it takes does not count. */
async function startServer(file: string, services: number, content: 'full' | 'empty') {
  const child = fork(file, [String(services), content], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const port = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    child.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
  });
  return { url: `https://127.0.0.1:${port}`, close: () => child.kill() };
}

const kubeconfigOf = (places: Readonly<Record<string, string>>): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: Object.entries(places).map(([name, server]) => ({
      name,
      cluster: { server, 'insecure-skip-tls-verify': true },
    })),
    users: [{ name: 'bench', user: {} }],
    contexts: Object.keys(places).map((name) => ({ name, context: { cluster: name, user: 'bench' } })),
  });

/** Plans against generated API servers. @throws Error when something is not planned as it should be */
export async function measureMigrationMemory(services = 10_000): Promise<MemoryFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'zeroshift-bench-'));
  const [child, server] = [bundle('child'), bundle('server')];
  const [blue, none] = await Promise.all([
    startServer(server, services, 'full'),
    startServer(server, services, 'empty'),
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
