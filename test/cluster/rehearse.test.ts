import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createKubernetesCluster } from '../../lib/clusters/index.ts';
import { colours } from '../../lib/fleet/index.ts';
import { foreignServices } from '../../lib/rehearsal/contexts/foreign-services.ts';
import { findOwn } from '../../lib/rehearsal/contexts/remove-own.ts';
import { type BuiltCommand, buildCommand } from '../helpers/build-command.ts';
import { sharedKubeconfig, until } from './index.ts';
import { onClusters } from './on-clusters.ts';

const portOf = (colour: string) =>
  createKubernetesCluster({ name: colour, kubeconfig: sharedKubeconfig(), context: colour });

/** What other tests made is on its way out. */
const withoutServices = (colour: string) =>
  until(`the end of the services on ${colour}`, 240, async () => {
    const [first] = await foreignServices(portOf(colour), colour);
    if (first !== undefined) throw new Error(`${first.where} is there`);
    return true;
  });

interface Ran {
  readonly exit: number;
  readonly events: { readonly event: string; readonly [field: string]: unknown }[];
}

const rehearse = (file: string, out: string, ...more: string[]): Promise<Ran> =>
  new Promise((resolve) => {
    const fleet = join(import.meta.dirname, 'rehearsed.config.ts');
    const words = ['rehearse', '--json', '--fleet', fleet, '--kubeconfig', sharedKubeconfig()];
    execFile(
      process.execPath,
      [file, ...words, '--contexts', colours.join(','), '--out', out, ...more],
      { maxBuffer: 64 << 20, timeout: 480_000 },
      (error, stdout) => {
        const events = stdout
          .split('\n')
          .filter((line) => line.startsWith('{'))
          .map((line) => JSON.parse(line));
        resolve({ exit: error === null ? 0 : Number(error.code ?? -1), events });
      },
    );
  });

const endOf = (events: Ran['events']): Ran['events'][number] => {
  const finished = events.find(({ event }) => event === 'rehearsal.finished');
  if (finished === undefined) throw new Error(`it did not finish: ${JSON.stringify(events.slice(-2))}`);
  return finished;
};

onClusters('a rehearsal on two clusters', () => {
  let command: BuiltCommand;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zeroshift-rehearsal-'));
    command = await buildCommand();
    await Promise.all(colours.map(withoutServices));
  });
  afterAll(async () => {
    await command?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const nothingLeft = async (): Promise<void> => {
    for (const colour of colours) {
      const port = portOf(colour);
      expect((await findOwn(port)).map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([]);
      const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace: 'default' };
      expect(await port.get({ ...lease, name: 'zeroshift-rehearsal' })).toBeUndefined();
    }
  };

  it('replaces one by the other under load without losing a request, and leaves nothing', async () => {
    const { exit, events } = await rehearse(command.file, join(folder, 'cutover'));
    const finished = endOf(events);
    expect({ exit, ...finished }).toMatchObject({ exit: 0, outcome: 'completed', lost: 0, lostBy: [] });
    expect(Number(finished.requests)).toBeGreaterThan(4000);
    expect(finished.answered).toBe(finished.requests);
    expect(events.map(({ event }) => event)).toContain('rehearsal.cleaned');
    await nothingLeft();
  }, 500_000);

  it('goes back when green gets a bad release', async () => {
    const { exit, events } = await rehearse(
      command.file,
      join(folder, 'fault'),
      '--fault',
      'bad-green',
      '--keep',
    );
    const finished = endOf(events);
    expect({ exit, ...finished }).toMatchObject({
      exit: 5,
      outcome: 'rolled-back',
      rollback: { gate: 'success-rate' },
    });
    // All of them by what the bad release answered, and none of blue's.
    expect(finished.lostBy).toEqual([expect.stringMatching(/^\d+ by status$/)]);
  }, 500_000);
});
