import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../lib/clusters/cluster-port.ts';
import { rehearsalResources, StatusError } from '../../../../lib/rehearsal/kube-api/index.ts';
import { fieldMatcher, labelMatcher } from '../../../../lib/rehearsal/kube-api/selectors.ts';

const pods = rehearsalResources.find(({ plural }) => plural === 'pods');
if (pods === undefined) throw new Error('no pods');
const objects: KubeObject[] = [{ a: '1', b: 'x' }, { a: '2', 'example.com/b': 'x' }, { b: '' }].map(
  (labels, index) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `p${index}`, namespace: 'n', labels },
    spec: { nodeName: `node-${index}` },
  }),
);
const indexes = (matches: (object: KubeObject) => boolean) =>
  objects.flatMap((object, index) => (matches(object) ? index : []));

describe('selectors', () => {
  it.each([
    ['', [0, 1, 2]],
    ['a=1', [0]],
    ['a==1,b=x', [0]],
    ['a!=1', [1, 2]],
    ['a', [0, 1]],
    ['!a', [2]],
    ['b=', [2]],
    ['a in (1, 2)', [0, 1]],
    ['a notin (1),example.com/b=x', [1]],
    ['a in (1,2),b', [0]],
  ])('labels %j', (selector, wanted) => {
    expect(indexes(labelMatcher(selector))).toEqual(wanted);
  });

  it.each(['a b', 'a=b=c', 'in (a)', 'a in 1', '=x'])('refuses %j', (selector) => {
    expect(() => labelMatcher(selector)).toThrow(StatusError);
  });

  it.each([
    ['metadata.name=p1', [1]],
    ['metadata.name!=p1,metadata.namespace=n', [0, 2]],
    ['spec.nodeName=node-2', [2]],
    ['status.phase=', [0, 1, 2]],
  ])('fields %j', (selector, wanted) => {
    expect(indexes(fieldMatcher(selector, pods))).toEqual(wanted);
  });

  it('refuses a field that the kind cannot be selected by', () => {
    expect(() => fieldMatcher('spec.hostname=x', pods)).toThrow('field label not supported: spec.hostname');
  });
});
