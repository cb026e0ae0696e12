import { expect, it } from 'vitest';
import { checkObjectNames } from '../../../lib/validation/index.ts';

const found = (apiVersion: string, kind: string, name: string, more: object = {}) =>
  checkObjectNames({ apiVersion, kind, metadata: { name, ...more } }).map(({ field }) => field);
const rbac = 'rbac.authorization.k8s.io/v1';

it.each([
  ['v1', 'ConfigMap', ['a.b', '1a', 'a'.repeat(253)], ['BAD_name', 'a_b', '.a', 'a-', 'a'.repeat(254)]],
  ['v1', 'Service', ['a', 'a-1', 'a'.repeat(63)], ['a.b', '1a', 'A', 'a'.repeat(64)]],
  ['v1', 'Namespace', ['a', '1a'], ['a.b', 'A', 'a'.repeat(64)]],
  ['apps/v1', 'Deployment', ['a.b'], ['A', 'a:b']],
  ['batch/v1', 'CronJob', ['a'.repeat(52)], ['a'.repeat(53), 'A']],
  ['example.com/v1', 'Anything', ['a.b'], ['A', 'a b']],
  [rbac, 'ClusterRole', ['Team:Reader', 'system:a_b', 'a b'], ['a/b', 'a%b', '.', '..', '']],
  [rbac, 'RoleBinding', ['Team:Reader'], ['a/b']],
] as const)('the names of %s %s are judged by their kind', (apiVersion, kind, right, wrong) => {
  for (const name of right) expect(found(apiVersion, kind, name), name).toEqual([]);
  for (const name of wrong) expect(found(apiVersion, kind, name), name).toEqual(['metadata.name']);
});

it('labels and annotations have keys that Kubernetes takes, and labels short values', () => {
  const labels = { 'app.kubernetes.io/name': 'shop', empty: '' };
  const annotations = { 'example.com/Note': 'anything at all: ü' };
  expect(found('v1', 'ConfigMap', 'a', { labels, annotations })).toEqual([]);
  expect(found('v1', 'ConfigMap', 'a', { labels: null, annotations: null })).toEqual([]);
  expect(
    found('v1', 'ConfigMap', 'a', {
      labels: { 'a b': 'x', team: 'shop & co' },
      annotations: { 'a/b/c': 'x', [`${'a'.repeat(64)}`]: 'x' },
    }),
  ).toEqual([
    'metadata.labels.a b',
    'metadata.annotations.a/b/c',
    `metadata.annotations.${'a'.repeat(64)}`,
    'metadata.labels.team',
  ]);
});
