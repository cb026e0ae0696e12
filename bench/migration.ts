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
const kubeconfig = sharedKubeconfig();
const namespaces = namespaceNames(run);
const objects = objectsOf(run, services);
const portOf = (name: string): DefinitionPort =>
  createKubernetesCluster({ name, kubeconfig, context: name }, { timeoutMs: 60_000 });
const [blue, green] = [portOf('blue'), portOf('green')];

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
  const ready = allReady(green, namespaces, services);
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
  await allReady(blue, namespaces, services);
  row(`${services} services ready on blue`, seconds(performance.now() - prepared));

  const bulk = await measure(program, ...kubectlApply('green'));
  row(
    'kubectl apply --server-side, one file',
    `applied ${seconds(bulk.appliedMs)}, ready ${seconds(bulk.readyMs)}`,
  );
  await clear(green);

  const first = await migrate();
  row('migration', `applied ${seconds(first.appliedMs)}, ready ${seconds(first.readyMs)}`);
  console.log(`  ${first.output.trim()}`);
  const second = await migrate();
  row('migration again, all unchanged', `ready ${seconds(second.readyMs)}`);
  console.log(`  ${second.output.trim()}`);

  row('kubectl / migration, until all are ready', (bulk.readyMs / first.readyMs).toFixed(2), 'at least 2');
  row('kubectl / migration, until all is applied', (bulk.appliedMs / first.appliedMs).toFixed(2));
  row('migration / again', (first.readyMs / second.readyMs).toFixed(2), 'at least 5');
  row('migration / again, until all is applied', (first.appliedMs / second.appliedMs).toFixed(2));
} finally {
  await rm(folder, { recursive: true, force: true });
  await clear(blue, green);
}
