import { describe, expect, it } from 'vitest';
import type { KubeObject, Reference } from '../../../../lib/clusters/cluster-port.ts';
import { ZeroshiftError } from '../../../../lib/messages/error.ts';
import type { InventorySource } from '../../../../lib/migration/inventory/index.ts';
import { keyOf, keyText } from '../../../../lib/migration/inventory/names.ts';
import { InStep, readObjects } from '../../../../lib/migration/plan/read-objects.ts';

const secret = (namespace: string, name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { namespace, name },
  data: { TOKEN: name },
});
const referenceTo = (namespace: string, name: string): Reference => ({
  apiVersion: 'v1',
  kind: 'Secret',
  namespace,
  name,
});
const names = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `s-${String(from + index).padStart(3, '0')}`);

const refusedAs = (code: string): ZeroshiftError =>
  new ZeroshiftError('not for you', { code, source: 'outside', action: 'ask somebody' });

/** A cluster that notes what it is asked. */
function clusterOf(
  objects: readonly KubeObject[],
  { failsAt }: { readonly failsAt?: (asked: string) => ZeroshiftError | undefined } = {},
) {
  const asked: string[] = [];
  /** Objects that were taken of lists. */
  let read = 0;
  const ask = (what: string): void => {
    asked.push(what);
    const error = failsAt?.(what);
    if (error !== undefined) throw error;
  };
  const source: InventorySource = {
    async get({ namespace, name }) {
      ask(`get ${namespace}/${name}`);
      return objects.find((one) => one.metadata.namespace === namespace && one.metadata.name === name);
    },
    async *list(_kind, { namespace } = {}) {
      ask(`list ${namespace ?? 'all'}`);
      for (const object of objects) {
        if (namespace !== undefined && object.metadata.namespace !== namespace) continue;
        read++;
        ask(`item ${object.metadata.namespace}/${object.metadata.name}`);
        yield object;
      }
    },
    discover: () => Promise.reject(new Error('nobody asks for that')),
  };
  return {
    source,
    get read() {
      return read;
    },
    /** Without the items of lists. */
    get asked() {
      return asked.filter((what) => !what.startsWith('item'));
    },
  };
}

const inShop = (all: readonly string[]): KubeObject[] => all.map((name) => secret('shop', name));
const wishedInShop = (all: readonly string[]): Reference[] => all.map((name) => referenceTo('shop', name));

describe('single objects in step with a list', () => {
  it('come from one list when they are asked for in its order, all at once', async () => {
    const cluster = clusterOf(inShop(names(0, 50)));
    const wished = wishedInShop(names(0, 50));
    const inStep = new InStep(cluster.source, wished);
    const found = await Promise.all(wished.map((one) => inStep.read(one)));
    expect(found.map(({ object }) => object?.metadata.name)).toEqual(names(0, 50));
    expect(cluster.asked).toEqual(['list shop']);
  });

  it('come by their names where there are only three of them', async () => {
    const cluster = clusterOf(inShop(names(0, 50)));
    const wished = wishedInShop(names(10, 13));
    const inStep = new InStep(cluster.source, wished);
    for (const one of wished) expect((await inStep.read(one)).object?.metadata.name).toBe(one.name);
    expect(cluster.asked).toEqual(wished.map(({ name }) => `get shop/${name}`));
  });

  it('skip what the list has besides, and read no further than they must', async () => {
    const cluster = clusterOf(inShop(names(0, 50)));
    const wished = wishedInShop(['s-002', 's-005', 's-008', 's-009']);
    const inStep = new InStep(cluster.source, wished);
    for (const one of wished) expect((await inStep.read(one)).object?.metadata.name).toBe(one.name);
    expect(cluster.asked).toEqual(['list shop']);
    expect(cluster.read).toBe(10);
  });

  it('are asked for by name where the list is beyond them, or does not have them', async () => {
    const cluster = clusterOf(inShop(['a', 'c', 'd', 'e', 'f']));
    const wished = wishedInShop(['d', 'a', 'b', 'e', 'z']);
    const inStep = new InStep(cluster.source, wished);
    const found: (string | undefined)[] = [];
    for (const one of wished) found.push((await inStep.read(one)).object?.metadata.name);
    expect(found).toEqual(['d', 'a', undefined, 'e', undefined]);
    expect(cluster.asked).toEqual(['list shop', 'get shop/a', 'get shop/b', 'get shop/z']);
  });

  it('of several namespaces come from a list each, one after the other', async () => {
    const all = names(0, 5).flatMap((name) => [secret('bank', name), secret('shop', name)]);
    const cluster = clusterOf(all);
    const wished = ['bank', 'shop'].flatMap((namespace) =>
      names(0, 5).map((name) => referenceTo(namespace, name)),
    );
    const inStep = new InStep(cluster.source, wished);
    for (const { namespace = '', ...one } of wished)
      expect((await inStep.read({ namespace, ...one })).object?.metadata.namespace).toBe(namespace);
    expect(cluster.asked).toEqual(['list bank', 'list shop']);
  });

  it('come by their names where they may not be listed, and the list is tried once', async () => {
    const cluster = clusterOf(inShop(names(0, 5)), {
      failsAt: (what) => (what === 'list shop' ? refusedAs('cluster.forbidden') : undefined),
    });
    const wished = wishedInShop(names(0, 5));
    const inStep = new InStep(cluster.source, wished);
    const found = await Promise.all(wished.map((one) => inStep.read(one)));
    expect(found.map(({ object }) => object?.metadata.name)).toEqual(names(0, 5));
    expect(cluster.asked).toEqual(['list shop', ...wished.map(({ name }) => `get shop/${name}`)]);
  });

  it('say why one cannot be read, and the next can', async () => {
    const cluster = clusterOf(inShop(names(0, 2)), {
      failsAt: (what) => (what === 'get shop/s-000' ? refusedAs('cluster.forbidden') : undefined),
    });
    const inStep = new InStep(cluster.source, wishedInShop(names(0, 2)));
    expect(await inStep.read(referenceTo('shop', 's-000'))).toEqual({ why: 'not for you' });
    expect((await inStep.read(referenceTo('shop', 's-001'))).object?.data).toEqual({ TOKEN: 's-001' });
  });

  it('end without credentials, also for those that wait for their turn', async () => {
    const cluster = clusterOf(inShop(names(0, 5)), { failsAt: () => refusedAs('cluster.unauthorized') });
    const wished = wishedInShop(names(0, 5));
    const inStep = new InStep(cluster.source, wished);
    const ends = await Promise.allSettled(wished.map((one) => inStep.read(one)));
    expect(ends.map(({ status }) => status)).toEqual(wished.map(() => 'rejected'));
  });
});

describe('objects of one kind', () => {
  const wish = (references: readonly Reference[]) =>
    references.map((reference) => ({ text: keyText(keyOf(asObject(reference))), reference }));
  const asObject = ({ apiVersion, kind, namespace, name }: Reference): KubeObject => ({
    apiVersion,
    kind,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
  });
  const readAll = async (source: InventorySource, references: readonly Reference[]) => {
    const found: string[] = [];
    for await (const { asked, object, why } of readObjects(source, wish(references)))
      found.push(`${asked.reference.name}${object === undefined ? (why ?? ' is not there') : ''}`);
    return found;
  };

  it('come from a list of each namespace that has four of them, and the others by name', async () => {
    const cluster = clusterOf([...inShop(names(0, 9)), ...names(0, 9).map((name) => secret('bank', name))]);
    const wished = [...wishedInShop(names(0, 4)), ...names(4, 7).map((name) => referenceTo('bank', name))];
    expect((await readAll(cluster.source, wished)).sort()).toEqual(names(0, 7));
    expect(cluster.asked).toEqual(['list shop', ...names(4, 7).map((name) => `get bank/${name}`)]);
  });

  it('that a list does not have are not asked for again', async () => {
    const cluster = clusterOf(inShop(names(0, 3)));
    expect(await readAll(cluster.source, wishedInShop(names(0, 6)))).toEqual(names(0, 3));
    expect(cluster.asked).toEqual(['list shop']);
  });

  it.each([
    ['may not be listed', 'list shop'],
    ['are in a list that breaks', 'item shop/s-003'],
  ])('that %s come by their names, each once', async (_, at) => {
    const cluster = clusterOf(inShop(names(0, 6)), {
      failsAt: (what) => (what === at ? refusedAs('cluster.unavailable') : undefined),
    });
    expect(await readAll(cluster.source, wishedInShop(names(0, 6)))).toEqual(names(0, 6));
    const missed = at === 'list shop' ? names(0, 6) : names(3, 6);
    expect(cluster.asked).toEqual(['list shop', ...missed.map((name) => `get shop/${name}`)]);
  });

  it('of many namespaces come from one list of the whole cluster', async () => {
    const places = Array.from({ length: 32 }, (_, index) => `place-${index}`);
    const cluster = clusterOf(places.flatMap((place) => names(0, 4).map((name) => secret(place, name))));
    const wished = places.flatMap((place) => names(0, 4).map((name) => referenceTo(place, name)));
    expect(await readAll(cluster.source, wished)).toHaveLength(128);
    expect(cluster.asked).toEqual(['list all']);
  });

  it('end without credentials', async () => {
    const cluster = clusterOf([], { failsAt: () => refusedAs('cluster.unauthorized') });
    await expect(readAll(cluster.source, wishedInShop(names(0, 6)))).rejects.toThrow('not for you');
  });
});
