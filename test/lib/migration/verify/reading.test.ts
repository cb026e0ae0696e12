import { expect, it } from 'vitest';
import type { KubeObject } from '../../../../lib/clusters/index.ts';
import { sumVerdicts } from '../../../../lib/migration/verify/index.ts';
import { cartOf, now, ReadCluster, twoClusters, unready, verdictOf, verdictsOf } from './two-clusters.ts';

it('looks at what is asked for only, and never at systems or at what is being deleted', async () => {
  const { blue, green } = twoClusters();
  const system = cartOf('blue').map((object) => ({
    ...object,
    metadata: { ...object.metadata, namespace: 'knative-serving' },
  }));
  blue.objects.push(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'knative-serving' } },
    ...system.filter(({ kind }) => kind !== 'Namespace'),
  );
  expect((await verdictsOf(blue, green)).map(({ namespace }) => namespace)).toEqual(['shop']);
  expect(await verdictsOf(blue, green, { only: new Set(['shop/other']) })).toEqual([]);
  expect(await verdictsOf(blue, green, { namespaces: ['bank'] })).toEqual([]);
  expect(await verdictsOf(blue, green, { only: new Set(['shop/cart']) })).toHaveLength(1);
  blue.change('Service', 'cart', ({ metadata }) => {
    metadata.deletionTimestamp = now.toISOString();
  });
  expect(await verdictsOf(blue, green, { namespaces: ['shop'] })).toEqual([]);
});

it('says less where pods and events may not be read, and nothing where Knative may not', async () => {
  const { blue, green } = twoClusters();
  green.change('Service', 'cart', unready('X', 'y'));
  for (const kind of ['Pod', 'Event', 'ConfigMap']) {
    green.forbidden.add(kind);
    blue.forbidden.add(kind);
  }
  expect(await verdictOf(blue, green)).toMatchObject({ notReady: ['Ready is False: X: y'] });
  green.forbidden.add('Revision');
  await expect(verdictOf(blue, green)).rejects.toMatchObject({ code: 'cluster.refused' });
});

it('takes the latest warning of an object that says nothing itself', async () => {
  const { blue, green } = twoClusters();
  green.change('Service', 'cart', (object) => {
    object.status = {};
  });
  const event = (reason: string, minute: number, type = 'Warning'): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `cart.${reason}`, namespace: 'shop' },
    involvedObject: { kind: 'Service', name: 'cart' },
    type,
    reason,
    message: `because of ${reason}`,
    lastTimestamp: `2026-11-24T11:${minute}:00Z`,
  });
  green.objects.push(event('Older', 10), event('Newer', 30), event('Created', 50, 'Normal'));
  expect((await verdictOf(blue, green)).notReady).toEqual(['Newer: because of Newer']);
});

it('reads a thousand services in few calls, a few at a time', async () => {
  const many = (colour: 'blue' | 'green'): ReadCluster => {
    const cart = JSON.stringify(cartOf(colour).filter(({ kind }) => kind !== 'Namespace'));
    const names = Array.from({ length: 1000 }, (_, index) => `svc-${index}`);
    return new ReadCluster([
      ...cartOf(colour).slice(0, 1),
      ...names.flatMap(
        (name) => JSON.parse(cart.replaceAll('cart', name).replaceAll('www.', `${name}.`)) as KubeObject[],
      ),
    ]);
  };
  const [blue, green] = [many('blue'), many('green')];
  green.objects = green.objects.map((object) =>
    object.kind === 'Service' && object.metadata.name.endsWith('7')
      ? { ...object, status: { ...object.status, conditions: [] } }
      : object,
  );
  const verdicts = await verdictsOf(blue, green);
  expect(sumVerdicts(verdicts)).toMatchObject({ same: 900, different: 0, notReady: 100 });
  expect(blue.calls).toBeLessThan(10);
  // Lists, the events once, and two reads for each that is not ready.
  expect(green.calls).toBeLessThan(10 + 2 * 100);
  expect(green.most).toBeLessThanOrEqual(16);
}, 20_000);
