import { expect, it } from 'vitest';
import type { ClusterPort, KubeObject } from '../../../../lib/clusters/index.ts';
import { waitUntilReady } from '../../../../lib/migration/apply/index.ts';
import { SimulatedClock } from '../../../helpers/simulated-clock.ts';
import { make, serving } from '../inventory/populated.ts';

/** The state of each service by the second of the clock. */
type Script = Readonly<Record<string, (second: number) => 'True' | 'False' | 'Unknown' | undefined>>;

const reasons = { False: 'RevisionFailed', Unknown: 'Deploying', True: '' };

function cluster(script: Script, clock: SimulatedClock, isTarget: boolean): Pick<ClusterPort, 'list'> {
  const began = clock.now();
  return {
    async *list() {
      for (const [name, at] of Object.entries(script)) {
        const status = at((clock.now() - began) / 1000);
        if (status === undefined) continue;
        const conditions = [{ type: 'Ready', status, reason: reasons[status], message: `${name} says so` }];
        yield {
          ...make(`${serving} Service`, name, { status: { observedGeneration: 3, conditions } }),
          metadata: { name, namespace: 'shop', generation: name === 'stale' && isTarget ? 4 : 3 },
        } as KubeObject;
      }
    },
  };
}

const named = (...names: string[]) => names.map((name) => ({ namespace: 'shop', name }));
const always = (status: 'True' | 'False' | 'Unknown') => (): 'True' | 'False' | 'Unknown' => status;

async function wait(script: Script, source: Script = {}) {
  const clock = new SimulatedClock();
  const began = clock.now();
  const ready = Object.fromEntries(Object.keys(script).map((name) => [name, always('True')]));
  const result = await waitUntilReady({
    target: cluster(script, clock, true),
    source: cluster({ ...ready, ...source }, clock, false),
    services: named(...Object.keys(script)),
    clock,
  });
  return { result, seconds: (clock.now() - began) / 1000 };
}

it('waits until all are ready at their own generation', async () => {
  const { result, seconds } = await wait({
    a: always('True'),
    b: (second) => (second < 40 ? 'Unknown' : 'True'),
    late: (second) => (second < 20 ? undefined : 'True'),
  });
  expect(result).toEqual({ ready: 3, unready: [], unreadyOnBoth: [] });
  expect(seconds).toBeGreaterThanOrEqual(40);
  expect(seconds).toBeLessThan(50);
});

it('does not take an old Ready for a new one, and ends after ten minutes', async () => {
  const { result, seconds } = await wait({ stale: always('True') });
  expect(result.unready).toMatchObject([{ name: 'stale' }]);
  expect(seconds).toBeGreaterThanOrEqual(600);
  expect(seconds).toBeLessThan(610);
});

it('does not wait for what is not ready on the source either', async () => {
  const { result, seconds } = await wait(
    { a: always('True'), broken: always('False'), gone: always('Unknown') },
    { broken: always('False'), gone: () => undefined },
  );
  expect(result).toMatchObject({
    ready: 1,
    unready: [],
    unreadyOnBoth: [{ name: 'broken', why: 'broken says so' }, { name: 'gone' }],
  });
  expect(seconds).toBe(0);
});

it('gives up once those that are left have said for a minute that they failed', async () => {
  const { result, seconds } = await wait({
    broken: always('False'),
    slow: (second) => (second < 90 ? 'Unknown' : 'True'),
  });
  expect(result).toMatchObject({ ready: 1, unready: [{ name: 'broken', why: 'broken says so' }] });
  expect(seconds).toBeGreaterThanOrEqual(90);
  expect(seconds).toBeLessThan(100);
});

it('waits for very many as long as Knative takes for them', async () => {
  const many = Array.from({ length: 1700 }, (_, index) => [
    `service-${index}`,
    (second: number) => (second < 0.4 * (index + 1) ? ('Unknown' as const) : ('True' as const)),
  ]);
  const { result, seconds } = await wait(Object.fromEntries(many));
  expect(result).toEqual({ ready: 1700, unready: [], unreadyOnBoth: [] });
  expect(seconds).toBeGreaterThanOrEqual(680);
});
