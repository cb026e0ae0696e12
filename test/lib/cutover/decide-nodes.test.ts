import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../lib/clusters/cluster-port.ts';
import {
  type CutoverPlan,
  type CutoverPorts,
  cutoverFiles,
  finalizeCutover,
  type JournalRecord,
  type OperationProps,
  readJournal,
  resumeCutover,
  rollbackCutover,
  savePlan,
  startCutover,
} from '../../../lib/cutover/index.ts';
import type { DoctorReading } from '../../../lib/cutover/ports.ts';
import { colours } from '../../../lib/fleet/colour.ts';
import { ZeroshiftError } from '../../../lib/messages/error.ts';
import { SimulatedWorld } from '../../helpers/simulated-world.ts';

/* Nodes under gateways are held from the preflight to the end of the hold, and given back whatever happens. */

const doNotDisrupt = 'karpenter.sh/do-not-disrupt';
const region = 'eu-west-1';

let state: string;
let world: SimulatedWorld;
let plan: CutoverPlan;
let reading: DoctorReading;
/** Called before each write to a pod. */
let strike: (() => void) | undefined;

const pods = (): KubeObject[] =>
  colours.flatMap((colour) =>
    [...world.cluster(region, colour).objects.values()].filter(
      ({ kind, metadata }) => kind === 'Pod' && metadata.labels?.app === '3scale-kourier-gateway',
    ),
  );
const said = (): (string | undefined)[] => pods().map(({ metadata }) => metadata.annotations?.[doNotDisrupt]);
const marks = (): string[] =>
  pods().flatMap(({ metadata }) =>
    Object.keys(metadata.annotations ?? {}).filter((key) => key.startsWith('zeroshift.dev/')),
  );

function ports(): CutoverPorts {
  const both = world.ports.regions[region];
  if (both === undefined) throw new Error('no region');
  const [blue, green] = colours.map((colour) => {
    const { cluster } = both[colour];
    const struck: typeof cluster = Object.assign(Object.create(cluster), {
      patch: async (...[reference, patch]: Parameters<typeof cluster.patch>) => {
        if (reference.kind === 'Pod') strike?.();
        return cluster.patch(reference, patch);
      },
      get: (reference: Parameters<typeof cluster.get>[0]) => cluster.get(reference),
      list: (...given: Parameters<typeof cluster.list>) => cluster.list(...given),
      apply: (object: KubeObject) => cluster.apply(object),
      create: (object: KubeObject) => cluster.create(object),
      ready: () => cluster.ready(),
      discover: () => world.cluster(region, colour).discover(),
      dryRun: (object: KubeObject) => world.cluster(region, colour).dryRun(object),
      remove: (object: KubeObject) => world.cluster(region, colour).remove(object),
    });
    return { ...both[colour], cluster: struck };
  });
  if (blue === undefined || green === undefined) throw new Error('no colours');
  return { ...world.ports, doctor: { look: async () => reading }, regions: { [region]: { blue, green } } };
}

const props = (onRecord?: (record: JournalRecord) => void): OperationProps => ({
  plan,
  ports: ports(),
  state,
  files: cutoverFiles(state, plan),
  ...(onRecord === undefined ? {} : { onRecord }),
});

beforeEach(async () => {
  state = mkdtempSync(join(tmpdir(), 'zeroshift-nodes-'));
  world = await new SimulatedWorld({ shares: [50, 100], few: true, singletons: false }).settle();
  const [first] = pods();
  Object.assign(first?.metadata ?? {}, { annotations: { [doNotDisrupt]: 'false', team: 'edge' } });
  plan = await world.plan();
  await savePlan(state, plan);
  reading = { results: [], movingNodes: true };
  strike = undefined;
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

const before = ['false', undefined, undefined, undefined];

describe('nodes that something takes away by itself', () => {
  it('are held through the cutover, those of pods that came meanwhile too, and given back at its end', async () => {
    const seen: (readonly (string | undefined)[])[] = [];
    expect(said()).toEqual(before);
    const result = await startCutover(
      props(({ event }) => {
        if (event.type === 'judged') seen.push(said());
      }),
    );
    expect(result.state.status).toBe('completed');
    // At the shares, and through the hold, though the drain has replaced the source's pods by then.
    expect(seen.length).toBeGreaterThanOrEqual(3);
    expect(new Set(seen.at(0))).toEqual(new Set(['true']));
    expect(new Set(seen.at(-1))).toEqual(new Set(['true']));
    expect(said().every((value) => value === undefined)).toBe(true);
    expect(marks()).toEqual([]);
    const held = (await readJournal(cutoverFiles(state, plan).journal)).flatMap(({ event }) =>
      event.type === 'done' && event.result.kind === 'hold-nodes' ? [event.result.held] : [],
    );
    expect(held[0]?.map(({ before: was }) => was)).toEqual(before);
  });

  it('are given back by a rollback, with what each pod said before', async () => {
    const abort = new AbortController();
    await startCutover({
      ...props(({ event }) => {
        if (event.type === 'step-entered' && event.step.endsWith('shift-50')) abort.abort();
      }),
      signal: abort.signal,
    });
    expect(said()).toEqual(['true', 'true', 'true', 'true']);
    const result = await rollbackCutover(props());
    expect(result?.state.status).toBe('rolled-back');
    expect(said()).toEqual(before);
    expect(pods()[0]?.metadata.annotations).toEqual({ [doNotDisrupt]: 'false', team: 'edge' });
    expect(marks()).toEqual([]);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'are given back after a death before write %i to a pod',
    async (count) => {
      let left = count;
      strike = () => {
        if (--left === 0) throw new ZeroshiftError('dead', { code: 'lease.lost', source: 'outside' });
      };
      await expect(startCutover(props())).rejects.toMatchObject({ code: 'lease.lost' });
      const result = count % 2 === 0 ? await rollbackCutover(props()) : await resumeCutover(props());
      expect(result?.state.status).toBe(count % 2 === 0 ? 'rolled-back' : 'completed');
      if (count % 2 === 0 && count <= 4) expect(said()).toEqual(before);
      else expect(said().filter((value) => value === 'true')).toEqual([]);
      expect(marks()).toEqual([]);
    },
  );

  it('a late write of a process that is gone changes nothing', async () => {
    strike = () => {
      throw new ZeroshiftError('dead', { code: 'lease.lost', source: 'outside' });
    };
    const [first] = pods();
    const name = first?.metadata.name ?? '';
    const version = first?.metadata.resourceVersion;
    const late = () =>
      world.cluster(region, 'blue').patch(
        { apiVersion: 'v1', kind: 'Pod', namespace: 'kourier-system', name },
        {
          metadata: {
            resourceVersion: version,
            annotations: { [doNotDisrupt]: 'true', 'zeroshift.dev/held-for': plan.id },
          },
        },
      );
    await expect(startCutover(props())).rejects.toMatchObject({ code: 'lease.lost' });
    strike = undefined;
    await rollbackCutover(props());
    await expect(late()).rejects.toMatchObject({ code: 'cluster.conflict' });
    expect(said()).toEqual(before);
  });

  it('nobody holds where nothing takes nodes away', async () => {
    reading = { results: [], movingNodes: false };
    const kinds: string[] = [];
    await startCutover(
      props(({ event }) => {
        if (event.type === 'issued') kinds.push(event.command.kind);
        if (event.type === 'judged') expect(said()).not.toContain('true');
      }),
    );
    await finalizeCutover(props());
    expect(kinds).toContain('set-weights');
    expect(kinds.filter((kind) => kind.endsWith('-nodes'))).toEqual([]);
  });
});

describe('the preflight', () => {
  it('refuses what the doctor fails, with value and remedy in the words that the journal keeps', async () => {
    const bad = { check: 'node-expiry', where: 'eu-west-1 green', limit: 'none', verdict: 'fail' } as const;
    reading = {
      movingNodes: true,
      results: [
        { ...bad, value: 'n1 goes at 14:00', todo: 'replace it' },
        { ...bad, check: 'x', value: 'y', verdict: 'pass' },
      ],
    };
    const { state: after, exit } = await startCutover(props());
    expect(exit).toBe(1);
    expect(after.held?.text).toContain(
      'node-expiry of eu-west-1 green: n1 goes at 14:00: replace it; allowed: none',
    );
    expect(said()).toEqual(before);
    // What is mended lets it go on.
    reading = { movingNodes: false, results: [{ ...bad, value: 'it was replaced', verdict: 'pass' }] };
    expect((await resumeCutover(props())).state.status).toBe('completed');
  });

  it('goes on with warnings and what is not known, and journals them', async () => {
    const warned = { check: 'spot-nodes', where: 'eu-west-1 green', limit: 'none', value: 'n1' };
    reading = {
      movingNodes: false,
      results: [
        { ...warned, verdict: 'warn' },
        { ...warned, check: 'aws', verdict: 'unknown' },
        { ...warned, check: 'api-server', verdict: 'pass' },
      ],
    };
    expect((await startCutover(props())).state.status).toBe('completed');
    const records = await readJournal(cutoverFiles(state, plan).journal);
    const done = records.flatMap(({ event }) =>
      event.type === 'done' && event.result.kind === 'preflight' ? [event.result] : [],
    );
    expect(done[0]?.checks?.others.map(({ check }) => check)).toEqual(
      expect.arrayContaining(['spot-nodes', 'aws']),
    );
    expect(done[0]?.checks?.others.map(({ check }) => check)).not.toContain('api-server');
  });
});
