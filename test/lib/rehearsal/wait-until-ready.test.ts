import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ClusterPort, KubeObject } from '../../../lib/clusters/cluster-port.ts';
import { type Waiting, waitUntilReady } from '../../../lib/rehearsal/wait-until-ready.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const serving = 'serving.knative.dev/v1';
const service = (conditions: readonly object[]): KubeObject => ({
  apiVersion: serving,
  kind: 'Service',
  metadata: { name: 'cart', namespace: 'shop', generation: 1 },
  status: { observedGeneration: 1, latestCreatedRevisionName: 'cart-00001', conditions },
});
const unknown = [
  { type: 'ConfigurationsReady', status: 'Unknown' },
  { type: 'Ready', status: 'Unknown', message: 'Configuration "cart" is waiting for a Revision' },
];
const revision = (conditions: readonly object[]): KubeObject => ({
  apiVersion: serving,
  kind: 'Revision',
  metadata: { name: 'cart-00001', namespace: 'shop' },
  status: { conditions },
});
const pod = (containerStatuses: readonly object[]): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'cart-00001-x', namespace: 'shop' },
  status: { containerStatuses },
});

/** A cluster that holds one of each, and may hold others later. */
const cluster = (objects: readonly KubeObject[]) => {
  const held = { objects };
  const port = {
    get: async ({ kind }: { kind: string }) => held.objects.find((object) => object.kind === kind),
    async *list({ kind }: { kind: string }) {
      yield* held.objects.filter((object) => object.kind === kind);
    },
  } as unknown as ClusterPort;
  return { held, port };
};

async function wait(port: ClusterPort, patience = 180_000, signal?: AbortSignal) {
  const told: Waiting[] = [];
  const began = Date.now();
  const end = waitUntilReady(port, [service([])], {
    patience,
    onWaiting: (waiting) => void told.push(waiting),
    ...(signal && { signal }),
  }).then(
    () => ({ error: undefined, seconds: (Date.now() - began) / 1000 }),
    (error) => ({ error, seconds: (Date.now() - began) / 1000 }),
  );
  await vi.advanceTimersByTimeAsync(patience + 5_000);
  return { ...(await end), told };
}

it.each([
  [
    'that no registry knows',
    [
      revision([
        {
          type: 'Ready',
          status: 'False',
          reason: 'ContainerMissing',
          message: 'Unable to fetch image "a:1"',
        },
      ]),
    ],
    'Unable to fetch image "a:1"',
  ],
  [
    'that cannot be pulled',
    [
      revision([{ type: 'Ready', status: 'Unknown', reason: 'Deploying' }]),
      pod([
        { name: 'queue-proxy', state: { running: {} } },
        { name: 'user-container', state: { waiting: { reason: 'ImagePullBackOff', message: 'not found' } } },
      ]),
    ],
    'ImagePullBackOff: not found',
  ],
])('ends early for an image %s, with the words of the cluster and what to do', async (_, more, why) => {
  const { error, seconds } = await wait(cluster([service(unknown), ...more]).port);
  expect(error).toMatchObject({
    code: 'rehearsal.not-ready',
    exitCode: 1,
    problems: [{ where: 'Service shop/cart', found: why }],
    action: expect.stringContaining('--fleet'),
  });
  expect(seconds).toBeLessThan(20);
});

it('does not give up for a registry that answers again', async () => {
  const missing = revision([{ type: 'Ready', status: 'False', reason: 'ContainerMissing', message: 'late' }]);
  const { held, port } = cluster([service(unknown), missing]);
  setTimeout(() => {
    held.objects = [service(unknown), revision([])];
  }, 6_000);
  setTimeout(() => {
    held.objects = [service(unknown), missing];
  }, 9_000);
  setTimeout(() => {
    held.objects = [service([{ type: 'Ready', status: 'True' }])];
  }, 16_000);
  expect(await wait(port)).toMatchObject({ error: undefined });
});

it('tells every quarter of a minute what is missing, and at last says so', async () => {
  const crashing = pod([
    {
      name: 'user-container',
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 3, message: 'no database\n' } },
    },
  ]);
  const { port } = cluster([service(unknown), revision([]), crashing]);
  const why = 'container user-container ended with exit code 3: no database';
  const { error, told, seconds } = await wait(port, 60_000);
  expect(error).toMatchObject({ code: 'rehearsal.not-ready', exitCode: 1, problems: [{ found: why }] });
  expect(seconds).toBeGreaterThanOrEqual(60);
  expect(told.length).toBeGreaterThanOrEqual(3);
  expect(told[0]).toEqual({
    ready: 0,
    of: 1,
    waiting: [{ object: 'Service shop/cart', why, never: false }],
  });
});

it('ends without a word when it is to end', async () => {
  const ending = new AbortController();
  setTimeout(() => ending.abort(), 3_000);
  const { error, seconds } = await wait(cluster([service(unknown)]).port, 60_000, ending.signal);
  expect(error).toBeUndefined();
  expect(seconds).toBeLessThan(4);
});
