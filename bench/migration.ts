// 1,000 services with what they need from one real cluster to the other, against kubectl. Needs the clusters of
// `npm run clusters -- up`. Figures of one run on one machine: read the ratios. An argument is the number of services.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { build } from 'esbuild';
import { createKubernetesCluster, type DefinitionPort } from '../lib/clusters/index.ts';
import { buildPrograms, kubectl, sharedKubeconfig } from '../test/cluster/index.ts';
import { namespaceNames, namespaceOf, objectsOf } from './migration/objects.ts';
import { allReady } from './migration/ready.ts';

const services = Number(process.argv[2] ?? 1000);
const run = String(process.pid);
/** Milliseconds until all must be ready: more than twice what the target's autoscaler takes in any case. */
const patience = 300_000 + services * 1000;
/**
 * Milliseconds. Knative's autoscaler writes four times for each revision that is made, and its client may write ten times
 * a second after the first twenty: a constant in its program, whoever applies the services. Shown in docs/migration.md by
 * its own log and by a program without it.
 */
const autoscalerMs = Math.max(0, 4 * services - 20) * 100;
/** The second round is the other way round, so that neither always comes after the other; of many services one takes long. */
const rounds = services > 200 ? 1 : 2;
const kubeconfig = sharedKubeconfig();
const namespaces = namespaceNames(run);
const objects = objectsOf(run, services);
const portOf = (name: string): DefinitionPort =>
  createKubernetesCluster({ name, kubeconfig, context: name }, { timeoutMs: 60_000 });
const [blue, green] = [portOf('blue'), portOf('green')];

const total = <Item>(items: readonly Item[], of: (item: Item) => number): number =>
  items.reduce((sum, item) => sum + of(item), 0);
const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
const row = (what: string, figure: string, aim = ''): void =>
  console.log(`${what.padEnd(52)} ${figure.padEnd(64)} ${aim}`);
const list = (items: readonly object[]): string => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });

async function outputOf(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const status = await new Promise((resolve) => child.once('close', resolve));
  if (status !== 0) throw new Error(`${child.spawnargs.slice(0, 3).join(' ')} ended with ${status}`);
  return text;
}

interface Measured {
  readonly output: string;
  /** Milliseconds until the process ended, and until all were ready. */
  readonly appliedMs: number;
  readonly readyMs: number;
}

/** A process, from its start until all services are ready on green. */
async function measure(program: string, ...words: readonly string[]): Promise<Measured> {
  const began = performance.now();
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ready = allReady(green, namespaces, services, patience);
  ready.catch(() => undefined);
  const output = await outputOf(child);
  const appliedMs = performance.now() - began;
  return { output, appliedMs, readyMs: Math.max(appliedMs, (await ready) - began) };
}

/** Takes away the namespaces of this run, and returns once they are gone. */
async function clear(...clusters: readonly DefinitionPort[]): Promise<void> {
  const gone = async (cluster: DefinitionPort, name: string): Promise<boolean> => {
    const found = await cluster.get({ apiVersion: 'v1', kind: 'Namespace', name });
    if (found !== undefined && found.metadata.deletionTimestamp === undefined) await cluster.remove(found);
    return found === undefined;
  };
  for (;;) {
    const answers = await Promise.all(
      clusters.flatMap((cluster) => namespaces.map((name) => gone(cluster, name))),
    );
    if (answers.every(Boolean)) return;
    await pause(2000);
  }
}

const folder = await mkdtemp(join(tmpdir(), 'zeroshift-bench-'));
try {
  const program = (await buildPrograms([kubectl], (line) => console.error(line)))(kubectl);
  const file = join(folder, 'objects.json');
  await writeFile(file, list([...namespaces.map(namespaceOf), ...objects]));
  await build({
    entryPoints: ['bench/migration/child.ts'],
    outfile: 'dist/bench/migration-child.mjs',
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
  });
  const kubectlApply = (context: string) => [
    '--kubeconfig',
    kubeconfig,
    '--context',
    context,
    'apply',
    '--server-side',
    '-f',
    file,
  ];
  const migrate = () => measure(process.execPath, 'dist/bench/migration-child.mjs', kubeconfig, run);

  const prepared = performance.now();
  await outputOf(spawn(program, kubectlApply('blue'), { stdio: ['ignore', 'pipe', 'inherit'] }));
  await allReady(blue, namespaces, services, patience);
  row(`${services} services ready on blue`, seconds(performance.now() - prepared));

  const bulks: Measured[] = [];
  const migrations: Measured[] = [];
  const takeBulk = async (): Promise<void> => {
    const bulk = await measure(program, ...kubectlApply('green'));
    row(
      'kubectl apply --server-side, one file',
      `applied ${seconds(bulk.appliedMs)}, ready ${seconds(bulk.readyMs)}`,
    );
    bulks.push(bulk);
  };
  const takeMigration = async (): Promise<void> => {
    const migration = await migrate();
    row('migration', `applied ${seconds(migration.appliedMs)}, ready ${seconds(migration.readyMs)}`);
    console.log(`  ${migration.output.trim()}`);
    migrations.push(migration);
  };
  await takeBulk();
  await clear(green);
  await takeMigration();
  const again = await migrate();
  row('migration again, all unchanged', `ready ${seconds(again.readyMs)}`);
  console.log(`  ${again.output.trim()}`);
  if (rounds === 2) {
    await clear(green);
    await takeMigration();
    await clear(green);
    await takeBulk();
  }

  const ready = (all: readonly Measured[]): number => total(all, ({ readyMs }) => readyMs);
  const applied = (all: readonly Measured[]): number => total(all, ({ appliedMs }) => appliedMs);
  const beyond = (all: readonly Measured[]): number => ready(all) - rounds * autoscalerMs;
  const ratio = (one: number, other: number): string => (one / other).toFixed(2);
  const [first] = migrations;
  row('kubectl / migration, until all is applied', ratio(applied(bulks), applied(migrations)), 'at least 2');
  row('kubectl / migration, until all are ready', ratio(ready(bulks), ready(migrations)), 'at least 2');
  row("  of which the target's autoscaler takes in any case", seconds(autoscalerMs));
  row('  the rest of both', ratio(beyond(bulks), beyond(migrations)));
  row('migration / again', ratio(first?.readyMs ?? 0, again.readyMs), 'at least 5');
  row('migration / again, own work', ratio(first?.appliedMs ?? 0, again.appliedMs));
  row('seconds a service until ready, migration', (ready(migrations) / rounds / services / 1000).toFixed(2));
} finally {
  await rm(folder, { recursive: true, force: true });
  await clear(blue, green);
}
