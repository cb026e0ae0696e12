import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { readLocatorFile } from '../../../../lib/fleet/index.ts';
import { ZeroshiftError } from '../../../../lib/messages/error.ts';
import type { AcceleratorInfo, ClusterInfo } from '../../../../lib/rehearsal/world/parts.ts';
import type { StartPart } from '../../../../lib/rehearsal/world/start-part.ts';
import { startWorld, type WorldProps } from '../../../../lib/rehearsal/world/start-world.ts';
import type { Care, Thread } from '../../../../lib/rehearsal/world/thread.ts';
import { exampleFleet } from '../../../helpers/fleet.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zeroshift-world-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const fleet = exampleFleet();
const failed = (part: string) =>
  new ZeroshiftError(`${part} failed`, { code: 'rehearsal.part-failed', source: 'zeroshift' });

/** Parts that only exist on paper. `delays`: milliseconds until each is up, or the reason why it never is. */
function parts(delays: Readonly<Record<string, number | Error>> = {}) {
  const calls = {
    started: [] as string[],
    closed: [] as string[],
    told: [] as unknown[],
    seeds: [] as number[],
  };
  let care: Care | undefined;
  const thread = async <Info>(name: string, info: Info, given: Care): Promise<Thread<Info>> => {
    care = given;
    const delay = delays[name] ?? 0;
    if (delay instanceof Error) throw delay;
    await new Promise((resolve) => setTimeout(resolve, delay));
    calls.started.push(name);
    return {
      info,
      tell: (message) => calls.told.push([name, message]),
      close: async () => void calls.closed.push(name),
    };
  };
  const start: StartPart = {
    cluster: ({ colour, seed, directory: folder }, given) => {
      calls.seeds.push(seed);
      return thread<ClusterInfo>(
        colour,
        {
          name: `shop-${colour}`,
          kubeconfig: join(folder, `${colour}.kubeconfig`),
          context: `shop-${colour}`,
          entrance: {
            arn: `arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/shop-${colour}/1`,
            addresses: { '80': '127.0.0.1:1' },
            healthUrl: 'http://127.0.0.1:1/',
          },
        },
        given,
      );
    },
    accelerator: ({ seed, endpoints }, given) => {
      calls.seeds.push(seed);
      calls.told.push(endpoints.map(({ weight }) => weight));
      return thread<AcceleratorInfo>(
        'accelerator',
        {
          acceleratorArn: 'arn:aws:globalaccelerator::111122223333:accelerator/a',
          listenerArn: 'arn:aws:globalaccelerator::111122223333:accelerator/a/listener/l',
          endpointGroupArn:
            'arn:aws:globalaccelerator::111122223333:accelerator/a/listener/l/endpoint-group/g',
          controlPlane: 'http://127.0.0.1:1',
          addresses: { '80': '127.0.0.1:1' },
        },
        given,
      );
    },
    entrance: () => Promise.reject(new Error('clusters of its own have their entrances')),
    load: () => Promise.reject(new Error('a world has no load')),
  };
  return { start, calls, fail: (error: ZeroshiftError) => care?.onFailure(error) };
}

const world = (start: StartPart, more: Partial<WorldProps> = {}) =>
  startWorld({
    fleet,
    directory,
    seed: 1,
    live: 'blue',
    start,
    signal: new AbortController().signal,
    ...more,
  });

it('starts an accelerator and two clusters and writes a locator that leads to them from anywhere', async () => {
  const { start, calls } = parts();
  const made = await world(start);
  expect(calls.started).toEqual(['blue', 'green', 'accelerator']);
  expect(calls.told).toEqual([[100, 0]]);
  // Each draws from a sequence of its own; the load's is the seed itself.
  expect(new Set([1, ...calls.seeds]).size).toBe(4);
  const locator = await readLocatorFile(made.locatorFile, fleet);
  expect(locator).toEqual(made.locator);
  expect(locator.regions[0]?.colours.green.cluster.kubeconfig).toBe(join(directory, 'green.kubeconfig'));
  await made.setFault('green', 'errors');
  expect(calls.told.at(-1)).toEqual(['green', { fault: 'errors' }]);
  await made.close();
  expect(calls.closed.sort()).toEqual(['accelerator', 'blue', 'green']);
});

it.each([
  ['the other cluster starts later', { green: failed('green'), blue: 60 }, ['blue']],
  ['the accelerator does not start', { accelerator: failed('accelerator') }, ['blue', 'green']],
])('closes what it had started when %s', async (_, delays, closed) => {
  const { start, calls } = parts(delays);
  await expect(world(start)).rejects.toMatchObject({ code: 'rehearsal.part-failed' });
  expect(calls.closed.sort()).toEqual(closed);
});

it('tells when a part ends although nobody closed it', async () => {
  const { start, fail } = parts();
  const made = await world(start);
  const told = vi.fn();
  made.failed.addEventListener('abort', told);
  const error = failed('green');
  fail(error);
  fail(failed('blue'));
  expect(told).toHaveBeenCalledTimes(1);
  expect(made.failed.reason).toBe(error);
});

it('refuses a fleet of two regions before anything is started', async () => {
  const { start, calls } = parts();
  const [region] = fleet.regions;
  if (region === undefined) throw new Error('the example has a region');
  const two = { ...fleet, regions: [region, { ...region, name: 'us-east-1' }] };
  await expect(world(start, { fleet: two })).rejects.toMatchObject({
    code: 'rehearsal.regions',
    exitCode: 2,
  });
  expect(calls.started).toEqual([]);
});
