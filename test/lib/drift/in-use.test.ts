import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ClusterPort, KubeObject } from '../../../lib/clusters/index.ts';
import { cutoverFiles, openJournal, savePlan, takeLease } from '../../../lib/cutover/index.ts';
import { actor } from '../../../lib/cutover/operate.ts';
import { type InUseProps, refuseWhileInUse, whileUnused } from '../../../lib/drift/index.ts';
import type { GatewaySample } from '../../../lib/metrics/metrics-port.ts';
import { temporaryDirectories } from '../../helpers/temporary-directory.ts';
import { samplePlan } from '../runbook/sample-plan.ts';

const folder = temporaryDirectories();

interface World {
  weights: Record<string, number>;
  pods: number;
  samples: Partial<GatewaySample>[];
}

/** A colour without weight in two regions, whose gateways are quiet. */
async function world(changes: Partial<World> = {}) {
  const now: World = { weights: { 'eu-west-1': 0, 'us-east-1': 0 }, pods: 2, samples: [{}, {}], ...changes };
  const slept: number[] = [];
  const watched: string[] = [];
  const empty: GatewaySample = {
    at: 0,
    flows: 7,
    openFlows: 0,
    requests: 10,
    errors: 0,
    latency: [],
    sources: ['a'],
  };
  const cluster = {
    async *list() {
      for (let i = 0; i < now.pods; i++) yield { metadata: { name: `pod-${i}` } } as KubeObject;
    },
  } as unknown as ClusterPort;
  const props: InUseProps = {
    state: await folder(),
    fleet: 'shop',
    colour: 'green',
    quiet: 60_000,
    regions: Object.keys(now.weights).map((region) => ({
      region,
      endpointGroupArn: region,
      entranceArn: 'green',
      cluster,
      metrics: {
        gateways: async () => {
          watched.push(region);
          return { ...empty, ...now.samples[Math.floor((watched.length - 1) / 2)] };
        },
      },
    })),
    traffic: {
      readGroup: async (arn) => ({
        arn,
        region: arn,
        endpoints: [
          { id: 'blue', weight: 100 },
          { id: 'green', weight: now.weights[arn] ?? 0 },
        ],
      }),
      writeGroup: () => Promise.reject(new Error('a write')),
      status: () => Promise.resolve('DEPLOYED'),
    },
    clock: {
      now: () => 0,
      sleep: async (milliseconds) => void slept.push(milliseconds),
    },
    onWatch: () => watched.push('watch') && watched.pop(),
  };
  return { now, props, slept };
}

const done = async (check: () => Promise<void>): Promise<string> => {
  await check();
  return 'done';
};

describe('a colour that is not used', () => {
  it('may lose something, once its gateways were quiet for as long as finalize asks', async () => {
    const { props, slept } = await world();
    expect(await whileUnused(props, done)).toBe('done');
    expect(slept).toEqual([60_000]);
  });

  it('is not watched where there is no gateway', async () => {
    const { props, slept } = await world({ pods: 0 });
    expect(await whileUnused(props, done)).toBe('done');
    expect(slept).toEqual([]);
  });
});

describe('nothing of a colour is deleted', () => {
  it('while it has weight in any of the regions', async () => {
    const { props } = await world({ weights: { 'eu-west-1': 0, 'us-east-1': 1 } });
    const error = {
      code: 'prune.has-weight',
      exitCode: 1,
      problems: [{ where: 'weight of green in us-east-1', value: 1, allowed: '0' }],
      action: expect.stringContaining('zeroshift plan --to blue'),
    };
    await expect(refuseWhileInUse(props)).rejects.toMatchObject(error);
    await expect(whileUnused(props, done)).rejects.toMatchObject(error);
  });

  it('when weight comes between two deletions', async () => {
    const { now, props } = await world();
    const deleted: string[] = [];
    const work = whileUnused(props, async (check) => {
      await check();
      deleted.push('first');
      now.weights['eu-west-1'] = 100;
      await check();
      deleted.push('second');
    });
    await expect(work).rejects.toMatchObject({ code: 'prune.has-weight' });
    expect(deleted).toEqual(['first']);
  });

  it.each<[string, Partial<GatewaySample>[], string]>([
    ['requests come past the accelerator', [{}, { requests: 11 }], '1 requests'],
    ['flows are open', [{}, { openFlows: 3 }], '3 open flows'],
    ['gateways restarted', [{}, { sources: ['b'] }], 'gateways that restarted'],
  ])('while %s', async (_, samples, value) => {
    const { props } = await world({ samples });
    await expect(whileUnused(props, done)).rejects.toMatchObject({
      code: 'prune.has-requests',
      problems: [{ value }, { value }],
    });
  });

  it('while a cutover has begun and is neither finalized nor rolled back', async () => {
    const { props } = await world();
    const plan = samplePlan();
    await savePlan(props.state, plan);
    expect(await whileUnused(props, done)).toBe('done');
    const journal = await openJournal(cutoverFiles(props.state, plan).journal);
    await journal.append({ type: 'started', plan: plan.digest, by: actor() }, 0, 1);
    await expect(refuseWhileInUse(props)).rejects.toMatchObject({
      code: 'prune.cutover-under-way',
      problems: [{ value: plan.id }],
    });
    await journal.append({ type: 'ended', outcome: 'completed' }, 0, 1);
    await expect(whileUnused(props, done)).rejects.toMatchObject({ code: 'prune.cutover-under-way' });
    await journal.append({ type: 'ended', outcome: 'finalized' }, 0, 1);
    await journal.close();
    expect(await whileUnused(props, done)).toBe('done');
  });

  it('while somebody holds the lease, and no cutover begins meanwhile', async () => {
    const { props } = await world();
    const lease = await takeLease(join(props.state, 'shop', 'lease'), actor());
    await expect(whileUnused(props, done)).rejects.toMatchObject({ code: 'lease.held', exitCode: 6 });
    await lease.release();
    await whileUnused(props, async () => {
      await expect(takeLease(join(props.state, 'shop', 'lease'), actor())).rejects.toMatchObject({
        code: 'lease.held',
      });
    });
  });
});
