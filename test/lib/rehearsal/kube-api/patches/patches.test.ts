import { describe, expect, it } from 'vitest';
import { shapesOf } from '../../../../../lib/rehearsal/kube-api/field-shapes.ts';
import { rehearsalResources, StatusError } from '../../../../../lib/rehearsal/kube-api/index.ts';
import {
  jsonPatch,
  mergePatch,
  strategicMergePatch,
} from '../../../../../lib/rehearsal/kube-api/patches/index.ts';

const deployments = rehearsalResources.find(({ plural }) => plural === 'deployments');
if (deployments === undefined) throw new Error('no deployments');
const shapes = shapesOf(deployments);
const pod = (spec: object) => ({ spec: { template: { spec } } });
const strategic = (before: object, patch: object) => {
  const result = strategicMergePatch(pod(before), pod(patch), shapes) as {
    spec: { template: { spec: unknown } };
  };
  return result.spec.template.spec;
};

describe('merge patch', () => {
  it.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{ a: 'foo' }, null, null],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j with %j is %j', (document, patch, result) => {
    expect(mergePatch(document, patch)).toEqual(result);
  });
});

describe('JSON patch', () => {
  it.each([
    [{ a: [1, 3] }, [{ op: 'add', path: '/a/1', value: 2 }], { a: [1, 2, 3] }],
    [{ a: [1] }, [{ op: 'add', path: '/a/-', value: 2 }], { a: [1, 2] }],
    [{ 'a/b': { '~': 1 } }, [{ op: 'replace', path: '/a~1b/~0', value: 2 }], { 'a/b': { '~': 2 } }],
    [{ a: { b: 1 }, c: {} }, [{ op: 'move', from: '/a/b', path: '/c/d' }], { a: {}, c: { d: 1 } }],
    [{ a: { b: [1] } }, [{ op: 'copy', from: '/a/b', path: '/c' }], { a: { b: [1] }, c: [1] }],
    [{ a: [1, 2, 3] }, [{ op: 'remove', path: '/a/1' }], { a: [1, 3] }],
    [{ a: 1 }, [{ op: 'test', path: '/a', value: 1 }], { a: 1 }],
  ])('%j with %j is %j', (document, patch, result) => {
    const before = structuredClone(document);
    expect(jsonPatch(document, patch)).toEqual(result);
    expect(document).toEqual(before);
  });

  it.each([
    [[{ op: 'test', path: '/a', value: 2 }], 422],
    [[{ op: 'remove', path: '/b' }], 422],
    [[{ op: 'replace', path: '/l/5', value: 1 }], 422],
    [[{ op: 'add', path: '/l/01', value: 1 }], 422],
    [[{ op: 'add', path: 'a', value: 1 }], 400],
    [[{ op: 'invent', path: '/a' }], 400],
    [{ op: 'remove', path: '/a' }, 400],
  ])('refuses %j with %i', (patch, code) => {
    expect(() => jsonPatch({ a: 1, l: [1] }, patch)).toThrow(StatusError);
    try {
      jsonPatch({ a: 1, l: [1] }, patch);
    } catch (error) {
      expect((error as StatusError).code).toBe(code);
    }
  });
});

describe('strategic merge patch', () => {
  const two = {
    containers: [
      { name: 'a', image: 'a:1', env: [{ name: 'X', value: '1' }] },
      { name: 'b', image: 'b:1' },
    ],
  };

  it('merges items by their key, also inside of items', () => {
    const patch = {
      containers: [{ name: 'a', image: 'a:2', env: [{ name: 'Y', value: '2' }] }, { name: 'c' }],
    };
    expect(strategic(two, patch)).toEqual({
      containers: [
        {
          name: 'a',
          image: 'a:2',
          env: [
            { name: 'X', value: '1' },
            { name: 'Y', value: '2' },
          ],
        },
        { name: 'b', image: 'b:1' },
        { name: 'c' },
      ],
    });
  });

  it('deletes items and puts the rest into the asked order', () => {
    const patch = {
      '$setElementOrder/containers': [{ name: 'b' }, { name: 'c' }],
      containers: [{ name: 'c' }, { $patch: 'delete', name: 'a' }],
    };
    expect(strategic(two, patch)).toEqual({ containers: [{ name: 'b', image: 'b:1' }, { name: 'c' }] });
  });

  it('replaces where it is told to, keeps only the retained keys, replaces other lists', () => {
    expect(strategic(two, { containers: [{ $patch: 'replace' }, { name: 'z' }] })).toEqual({
      containers: [{ name: 'z' }],
    });
    expect(
      strategic({ securityContext: { a: 1 } }, { securityContext: { $patch: 'replace', b: 2 } }),
    ).toEqual({
      securityContext: { b: 2 },
    });
    const strategy = (value: object) => ({ spec: { strategy: value } });
    expect(
      strategicMergePatch(
        strategy({ type: 'RollingUpdate', rollingUpdate: {} }),
        strategy({ $retainKeys: ['type'], type: 'Recreate' }),
        shapes,
      ),
    ).toEqual(strategy({ type: 'Recreate' }));
    expect(strategic({ tolerations: [{ key: 'a' }] }, { tolerations: [{ key: 'b' }] })).toEqual({
      tolerations: [{ key: 'b' }],
    });
  });

  it('adds to and deletes from sets', () => {
    const metadata = (value: object) => ({ metadata: value });
    expect(
      strategicMergePatch(
        metadata({ finalizers: ['a', 'b'] }),
        metadata({ finalizers: ['c'], '$deleteFromPrimitiveList/finalizers': ['a'] }),
        shapes,
      ),
    ).toEqual(metadata({ finalizers: ['b', 'c'] }));
  });

  it('refuses an item without its key', () => {
    expect(() => strategic(two, { containers: [{ image: 'x' }] })).toThrow(/merge key/);
  });
});
