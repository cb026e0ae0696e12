import { describe, expect, it } from 'vitest';
import { aggregatedDiscovery, discoverAll } from '../../../lib/clusters/discovery.ts';
import type { ServedKind } from '../../../lib/clusters/kinds.ts';

const verbs = ['get', 'list', 'delete'];

/** Reads from a table of paths; what is an error there is thrown. */
async function discover(table: Readonly<Record<string, unknown>>) {
  const asked: [string, string | undefined][] = [];
  const learnt = new Map<string, ReadonlyMap<string, ServedKind>>();
  const found = await discoverAll(
    async (path, accept) => {
      asked.push([path, accept]);
      if (table[path] instanceof Error) throw table[path];
      return table[path];
    },
    (apiVersion, kinds) => void learnt.set(apiVersion, kinds),
  );
  return { ...found, asked, learnt };
}

const aggregated = (items: object[]): object => ({ kind: 'APIGroupDiscoveryList', items });
const resource = (plural: string, kind: string, more: object = {}): object => ({
  resource: plural,
  responseKind: { group: '', version: 'v1', kind },
  scope: 'Namespaced',
  verbs,
  ...more,
});

describe('aggregated discovery', () => {
  it('reads everything in two requests; the first version that has a kind is the preferred one', async () => {
    const { resources, unknown, asked, learnt } = await discover({
      '/api': aggregated([
        { metadata: { name: '' }, versions: [{ version: 'v1', resources: [resource('pods', 'Pod')] }] },
      ]),
      '/apis': aggregated([
        {
          metadata: { name: 'autoscaling' },
          versions: [
            { version: 'v2', freshness: 'Current', resources: [resource('horizontals', 'Horizontal')] },
            {
              version: 'v1',
              resources: [
                resource('horizontals', 'Horizontal'),
                resource('olds', 'Old', { scope: 'Cluster', verbs: ['get'] }),
              ],
            },
          ],
        },
      ]),
    });
    expect(asked).toEqual([
      ['/api', aggregatedDiscovery],
      ['/apis', aggregatedDiscovery],
    ]);
    const place = { namespaced: true, verbs };
    expect(resources).toEqual([
      { apiVersion: 'v1', kind: 'Pod', preferred: true, ...place },
      { apiVersion: 'autoscaling/v2', kind: 'Horizontal', preferred: true, ...place },
      { apiVersion: 'autoscaling/v1', kind: 'Horizontal', preferred: false, ...place },
      { apiVersion: 'autoscaling/v1', kind: 'Old', preferred: true, namespaced: false, verbs: ['get'] },
    ]);
    expect(unknown).toEqual([]);
    expect(learnt.get('autoscaling/v1')?.get('Old')).toEqual({
      root: '/apis/autoscaling/v1',
      plural: 'olds',
      namespaced: false,
    });
    expect(learnt.get('v1')?.get('Pod')?.root).toBe('/api/v1');
  });

  it('tells the group whose server is away from one that serves nothing', async () => {
    const { resources, unknown } = await discover({
      '/api': aggregated([]),
      '/apis': aggregated([
        {
          metadata: { name: 'metrics.k8s.io' },
          versions: [{ version: 'v1beta1', freshness: 'Stale', resources: [] }],
        },
        { metadata: { name: 'empty.dev' }, versions: [{ version: 'v1', resources: [] }] },
      ]),
    });
    expect(resources).toEqual([]);
    expect(unknown).toEqual([
      { apiVersion: 'metrics.k8s.io/v1beta1', why: 'the server behind it does not answer' },
    ]);
  });
});

it('falls back to a list for each group version, the preferred first, without subresources', async () => {
  const list = (...names: string[]): object => ({
    resources: names.map((name) => ({ name, kind: name.toUpperCase(), namespaced: true, verbs })),
  });
  const { resources, unknown } = await discover({
    '/api': { kind: 'APIVersions', versions: ['v1'] },
    '/apis': {
      kind: 'APIGroupList',
      groups: [
        {
          name: 'a.dev',
          versions: [{ groupVersion: 'a.dev/v1beta1' }, { groupVersion: 'a.dev/v1' }],
          preferredVersion: { groupVersion: 'a.dev/v1' },
        },
        { name: 'away.dev', versions: [{ groupVersion: 'away.dev/v1' }] },
      ],
    },
    '/api/v1': list('pods', 'pods/status'),
    '/apis/a.dev/v1': list('things'),
    '/apis/a.dev/v1beta1': list('things'),
    '/apis/away.dev/v1': new Error('no answer'),
  });
  expect(resources.map(({ apiVersion, kind, preferred }) => [apiVersion, kind, preferred])).toEqual([
    ['v1', 'PODS', true],
    ['a.dev/v1', 'THINGS', true],
    ['a.dev/v1beta1', 'THINGS', false],
  ]);
  expect(unknown).toEqual([{ apiVersion: 'away.dev/v1', why: 'no answer' }]);
});

it('without an index nothing is known', async () => {
  await expect(discover({ '/api': new Error('no answer'), '/apis': aggregated([]) })).rejects.toThrow(
    'no answer',
  );
});
