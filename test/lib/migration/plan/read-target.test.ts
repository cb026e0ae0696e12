import { expect, it } from 'vitest';
import type { KubeObject } from '../../../../lib/clusters/cluster-port.ts';
import { ZeroshiftError } from '../../../../lib/messages/error.ts';
import type { InventorySource } from '../../../../lib/migration/inventory/index.ts';
import { readTarget } from '../../../../lib/migration/plan/read-target.ts';
import { entry, make } from './plan-inputs.ts';

const inPlace = (namespace: string, name: string): KubeObject =>
  make('ConfigMap', name, { data: { A: '1' } }, { namespace });
const namespaces = ['bank', 'shop'].map((name) => make('Namespace', `/${name}`));
const maps = ['bank', 'shop'].flatMap((place) =>
  ['a', 'b', 'c', 'd', 'e'].map((name) => inPlace(place, name)),
);

function clusterOf(
  objects: readonly KubeObject[],
  unreadable: readonly string[] = [],
  knative: readonly string[] = [],
) {
  const asked: string[] = [];
  const ask = (what: string): void => {
    asked.push(what);
    if (unreadable.includes(what))
      throw new ZeroshiftError('not for you', {
        code: 'cluster.forbidden',
        source: 'outside',
        action: 'ask somebody',
      });
  };
  const served = (kind: string, namespaced: boolean, apiVersion = 'v1') => ({
    apiVersion,
    kind,
    namespaced,
    verbs: ['get', 'list'],
    preferred: true,
  });
  const cluster: InventorySource = {
    discover: async () => ({
      resources: [
        served('ConfigMap', true),
        served('Namespace', false),
        ...knative.map((kind) => served(kind, true, 'serving.knative.dev/v1')),
      ],
      unknown: [],
    }),
    async get({ kind, namespace, name }) {
      ask(`get ${kind} ${name}`);
      return objects.find(
        (one) => one.kind === kind && one.metadata.name === name && one.metadata.namespace === namespace,
      );
    },
    async *list({ kind }, { namespace } = {}) {
      if (namespace !== 'knative-serving') ask(`list ${kind} ${namespace}`);
      for (const one of objects) if (one.kind === kind && one.metadata.namespace === namespace) yield one;
    },
  };
  return { cluster, asked };
}

const read = (cluster: InventorySource) => {
  const entries = [...maps, ...namespaces].map((object) => entry(object));
  return readTarget(cluster, cluster, {
    entries,
    histories: { of: () => ({ revisions: [] }) as never },
    context: { from: 'blue', to: 'green', region: 'eu-west-1' },
  });
};

it('asks for nothing in a namespace that the target does not have', async () => {
  const { cluster, asked } = clusterOf([make('Namespace', '/bank'), inPlace('bank', 'a')]);
  const { objects } = await read(cluster);
  expect(asked).toEqual(['get Namespace bank', 'get Namespace shop', 'list ConfigMap bank']);
  expect(maps.map((one) => objects.has(`ConfigMap ${one.metadata.namespace}/${one.metadata.name}`))).toEqual(
    maps.map((one) => one.metadata.namespace === 'bank' && one.metadata.name === 'a'),
  );
});

it('sees the Configuration of a revision that was made while it read', async () => {
  const made = (kind: string, more: object = {}) =>
    make(`serving.knative.dev/v1 ${kind}`, 'cart', {}, { uid: `uid of ${kind}`, ...more });
  const configuration = made('Configuration');
  const owner = { kind: 'Configuration', name: 'cart', uid: 'uid of Configuration', controller: true };
  const revision = made('Revision', { name: 'cart-00001', ownerReferences: [owner] });
  const service = made('Service');
  const there: KubeObject[] = [make('Namespace', '/shop'), service];
  const { cluster } = clusterOf(there, [], ['Service', 'Configuration', 'Revision']);
  const working: InventorySource = {
    ...cluster,
    async *list(kind, options) {
      // Its controller gets on just now.
      if (kind.kind === 'Revision') {
        there.push(configuration);
        yield revision;
      } else yield* cluster.list(kind, options);
    },
  };
  const entries = [make('Namespace', '/shop'), service].map((object) => entry(object));
  const { objects } = await readTarget(working, working, {
    entries,
    histories: { of: () => ({ revisions: [] }) as never },
    context: { from: 'blue', to: 'green', region: 'eu-west-1' },
  });
  expect(objects.has('Revision.serving.knative.dev shop/cart-00001')).toBe(true);
  expect(objects.get('Configuration.serving.knative.dev shop/cart')?.metadata.uid).toBe(
    'uid of Configuration',
  );
});

it('asks for what is in a namespace that it may not see', async () => {
  const { cluster, asked } = clusterOf(maps, ['get Namespace shop']);
  const { unread, objects } = await read(cluster);
  expect([...unread.values()]).toEqual(['not for you']);
  expect(asked).toContain('list ConfigMap shop');
  expect(objects.has('ConfigMap shop/a')).toBe(true);
});
