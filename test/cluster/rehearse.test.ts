import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
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

/** Asks for the end of what a rehearsal left, and does not wait for it. */
async function abandon(colour: string): Promise<void> {
  const port = portOf(colour);
  for (const object of await findOwn(port)) if (object.kind !== 'Namespace') await port.remove(object);
}

interface Event {
  readonly event: string;
  readonly [field: string]: unknown;
}

interface Ran {
  /** Null where it was killed. */
  readonly exit: number | null;
  readonly events: readonly Event[];
}

interface Rehearsal {
  readonly file: string;
  readonly out: string;
  /** More words for the command. */
  readonly words?: readonly string[];
  /** It is killed once it has finished, before it cleans up. */
  readonly abandoned?: boolean;
}

const rehearse = ({ file, out, words = [], abandoned = false }: Rehearsal): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const fleet = join(import.meta.dirname, 'rehearsed.config.ts');
    const first = ['rehearse', '--json', '--fleet', fleet, '--kubeconfig', sharedKubeconfig()];
    const command = [file, ...first, '--contexts', colours.join(','), '--out', out, ...words];
    const child = spawn(process.execPath, command, {
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: 480_000,
      killSignal: 'SIGKILL',
    });
    const events: Event[] = [];
    createInterface(child.stdout).on('line', (line) => {
      if (!line.startsWith('{')) return;
      const event = JSON.parse(line) as Event;
      events.push(event);
      if (abandoned && event.event === 'rehearsal.finished') child.kill('SIGKILL');
    });
    child.once('error', reject);
    child.once('close', (exit) => resolve({ exit, events }));
  });

const endOf = ({ events }: Ran): Event => {
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
    await Promise.all(colours.map(abandon));
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

  it('ends early when an image cannot be had, says so, and leaves nothing', async () => {
    const fleet = join(import.meta.dirname, '../../examples/shop/fleet.config.ts');
    const began = performance.now();
    const { exit, events } = await rehearse({
      file: command.file,
      out: join(folder, 'images'),
      words: ['--fleet', fleet],
    });
    expect(exit).toBe(1);
    expect(performance.now() - began).toBeLessThan(90_000);
    expect(events.at(-1)).toMatchObject({
      event: 'error.failed',
      code: 'rehearsal.not-ready',
      problems: expect.arrayContaining([expect.stringContaining('Unable to fetch image')]),
    });
    await nothingLeft();
  }, 200_000);

  it('replaces one by the other under load without losing a request, and leaves nothing', async () => {
    const ran = await rehearse({ file: command.file, out: join(folder, 'cutover') });
    const finished = endOf(ran);
    expect(finished).toMatchObject({
      outcome: 'completed',
      rollback: null,
      exit: 0,
      lost: 0,
      lostBy: [],
    });
    expect(ran.exit).toBe(0);
    expect(Number(finished.requests)).toBeGreaterThan(4000);
    expect(finished.answered).toBe(finished.requests);
    expect(ran.events.map(({ event }) => event)).toContain('rehearsal.cleaned');
    await nothingLeft();
  }, 500_000);

  // What the first one cleans up this one leaves to its own end: pods take half a minute.
  it('goes back when green gets a bad release', async () => {
    const out = join(folder, 'fault');
    const words = ['--fault', 'bad-green'];
    const ran = await rehearse({ file: command.file, out, words, abandoned: true });
    const finished = endOf(ran);
    expect(finished).toMatchObject({ outcome: 'rolled-back', exit: 5, rollback: { gate: 'success-rate' } });
    // All of them by what the bad release answered, and none of blue's.
    expect(finished.lostBy).toEqual([expect.stringMatching(/^\d+ by status$/)]);
    // Whoever watches knows of the fault before an error is seen.
    const told = ran.events.findIndex(({ event }) => event === 'rehearsal.fault');
    const firstLost = ran.events.findIndex(
      ({ event, lost }) => event === 'rehearsal.second' && Number(lost) > 0,
    );
    const back = ran.events.findIndex(({ event }) => event === 'cutover.rolling-back');
    expect(told).toBeGreaterThan(0);
    expect(told).toBeLessThan(firstLost);
    expect(told).toBeLessThan(back);
  }, 500_000);
});
