import { describe, expect, it } from 'vitest';
import {
  comparable,
  compareReleased,
  composeServing,
  differencesBetween,
  release,
} from '../../../constructs/knative/index.ts';
import type { KubeObject } from '../../../lib/clusters/cluster-port.ts';

const texts = (ours: unknown, upstream: unknown): string[] =>
  differencesBetween(ours, upstream).map(
    (one) => `${one.path}: ${JSON.stringify(one.ours)} / ${JSON.stringify(one.upstream)}`,
  );

describe('differences', () => {
  it('name the field, and items of a list by their names', () => {
    const pod = (image: string, env: object[]) => ({ containers: [{ name: 'a', image, env }] });
    const [x, y] = [
      { name: 'X', value: '1' },
      { name: 'Y', value: '2' },
    ];
    expect(texts(pod('one', [x, y]), pod('two', [y]))).toEqual([
      'containers[a].env[X]: {"name":"X","value":"1"} / undefined',
      'containers[a].image: "one" / "two"',
    ]);
    expect(texts(pod('one', [x, y]), pod('one', [y, x]))).toEqual([
      'containers[a].env, order of names: ["X","Y"] / ["Y","X"]',
    ]);
    expect(texts({ 'a/b': [1, 2] }, { 'a/b': [1, 3, 4] })).toEqual([
      '["a/b"][1]: 2 / 3',
      '["a/b"][2]: undefined / 4',
    ]);
  });

  it('tell text from number, null from nothing, a list from an object, empty from absent', () => {
    expect(texts({ a: '1' }, { a: 1 })).toHaveLength(1);
    expect(texts({}, { a: null })).toHaveLength(1);
    expect(texts({ a: [] }, { a: {} })).toHaveLength(1);
    expect(texts({}, { a: {} })).toHaveLength(1);
    expect(texts({ a: false }, {})).toHaveLength(1);
    expect(texts({ a: [{}], b: { c: 0 } }, { b: { c: 0 }, a: [{}] })).toEqual([]);
  });
});

describe('what is compared', () => {
  it('leaves out examples, their checksums and descriptions inside schemas, and nothing else', () => {
    const map = (data: object | undefined, annotations: object): KubeObject =>
      ({ kind: 'ConfigMap', metadata: { name: 'a', annotations }, ...(data && { data }) }) as KubeObject;
    const checksum = { 'knative.dev/example-checksum': '12' };
    expect(comparable(map({ _example: 'x' }, checksum))).toEqual({
      kind: 'ConfigMap',
      metadata: { name: 'a' },
    });
    expect(comparable(map({ _example: 'x', key: 'y' }, { other: 'z', ...checksum }))).toEqual(
      map({ key: 'y' }, { other: 'z' }),
    );
    expect(comparable(map({}, {}))).toEqual(map({}, {}));
    const crd = (more: object) =>
      ({
        kind: 'CustomResourceDefinition',
        metadata: { name: 'a' },
        spec: {
          versions: [
            {
              additionalPrinterColumns: [{ name: 'a', description: 'kept' }],
              schema: {
                openAPIV3Schema: { properties: { description: { type: 'string', ...more } }, ...more },
              },
            },
          ],
        },
      }) as unknown as KubeObject;
    expect(comparable(crd({ description: 'text' }))).toEqual(crd({}));
  });

  it('looks at each copy of a CRD, and misses one that a file of CRDs lacks', () => {
    const objects = composeServing(release('1.23.0'), 'upstream');
    const crds = objects.filter(({ kind }) => kind === 'CustomResourceDefinition');
    const core = objects.map((object) => ({ file: 'core.yaml', object }));
    const copies = crds.map((object) => ({ file: 'crds.yaml', object }));
    expect(compareReleased(objects, [...copies, ...core]).differences).toEqual([]);
    const changed = copies.map(({ file, object }, index) => ({
      file,
      object: index === 3 ? { ...object, spec: { ...object.spec, scope: 'Cluster' } } : object,
    }));
    const name = `CustomResourceDefinition ${crds[3]?.metadata.name}`;
    expect(compareReleased(objects, [...changed, ...core]).differences).toEqual([
      { object: name, path: 'spec.scope', ours: 'Namespaced', upstream: 'Cluster', files: ['crds.yaml'] },
    ]);
    expect(compareReleased(objects, [...copies.toSpliced(3, 1), ...core]).differences).toEqual([
      {
        object: name,
        path: '',
        ours: 'CustomResourceDefinition',
        upstream: undefined,
        files: ['crds.yaml'],
      },
    ]);
  });
});
