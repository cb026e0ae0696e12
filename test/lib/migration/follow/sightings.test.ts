import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../lib/clusters/index.ts';
import { placesConcerned } from '../../../../lib/migration/follow/concerned.ts';
import { isOurs, Sightings } from '../../../../lib/migration/follow/sightings.ts';
import { watchedKinds } from '../../../../lib/migration/follow/watched-kinds.ts';
import { make, ownedBy, serving } from '../inventory/populated.ts';

/** What is said of the second of two states of an object. */
function secondOf(first: KubeObject, second: KubeObject, metadataOnly = false) {
  const sightings = new Sightings();
  sightings.changed(first, metadataOnly);
  return sightings.changed(second, metadataOnly);
}

const revision = (status: object, metadata: object = {}) =>
  make(`${serving} Revision`, 'cart-00001', { spec: {}, status }, { generation: 1, ...metadata });
const hpa = (status: object) => make('autoscaling/v2 HorizontalPodAutoscaler', 'web', { spec: {}, status });

describe('what counts as a change', () => {
  const seen = { observedGeneration: 1 };
  it.each<[string, KubeObject, KubeObject, 'said' | 'told' | undefined]>([
    [
      'pods that come and go',
      revision({ ...seen, actualReplicas: 1 }),
      revision({ ...seen, actualReplicas: 0 }),
      undefined,
    ],
    [
      'an image that was resolved',
      revision(seen),
      revision({ ...seen, containerStatuses: [{ imageDigest: 'a@sha256:b' }] }),
      'told',
    ],
    ['what the controller has seen', revision({}), revision(seen), 'told'],
    [
      'a routing state',
      revision(seen),
      revision(seen, { labels: { 'serving.knative.dev/routingState': 'active' } }),
      'said',
    ],
    ['what an autoscaler measures', hpa({ currentReplicas: 1 }), hpa({ currentReplicas: 9 }), undefined],
    [
      'who leads',
      make('ConfigMap', 'a'),
      make('ConfigMap', 'a', {}, { annotations: { 'control-plane.alpha.kubernetes.io/leader': '2' } }),
      undefined,
    ],
    [
      'a value',
      make('ConfigMap', 'a', { data: { a: '1' } }),
      make('ConfigMap', 'a', { data: { a: '2' } }),
      'said',
    ],
    [
      'another one of the same name',
      make('ConfigMap', 'a', {}, { uid: '1' }),
      make('ConfigMap', 'a', {}, { uid: '2' }),
      'said',
    ],
    [
      'what a service makes',
      make(`${serving} Route`, 'a', {}, ownedBy(serving, 'Service', 'a')),
      make(`${serving} Route`, 'a', { spec: { a: 1 } }, ownedBy(serving, 'Service', 'a')),
      undefined,
    ],
  ])('%s', (_what, first, second, expected) => {
    expect(secondOf(first, second)).toBe(expected);
  });

  it('of a Secret every version, as its values are not looked at', () => {
    const [first, second] = ['1', '2'].map((resourceVersion) => make('Secret', 'a', {}, { resourceVersion }));
    if (first === undefined || second === undefined) throw new Error('none');
    expect(secondOf(first, second, true)).toBe('said');
    expect(secondOf(first, first, true)).toBeUndefined();
  });

  it('on the target, what a migration wrote last is no news, but what somebody wrote after it is', () => {
    const by = (...entries: readonly [string, string, string?][]) =>
      make(
        'ConfigMap',
        'a',
        {},
        { managedFields: entries.map(([manager, time, subresource]) => ({ manager, time, subresource })) },
      );
    expect(isOurs(by(['kubectl', '2026-01-01T00:00:00Z'], ['zeroshift', '2026-01-01T00:00:01Z']))).toBe(true);
    expect(
      isOurs(by(['zeroshift', '2026-01-01T00:00:01Z'], ['controller', '2026-01-01T00:00:09Z', 'status'])),
    ).toBe(true);
    expect(isOurs(by(['zeroshift', '2026-01-01T00:00:01Z'], ['kubectl', '2026-01-01T00:00:02Z']))).toBe(
      false,
    );
    expect(isOurs(make('ConfigMap', 'a'))).toBe(false);
  });
});

describe('which namespaces a change concerns', () => {
  const subject = { kind: 'ServiceAccount', name: 'a', namespace: 'bank' };
  const rbac = 'rbac.authorization.k8s.io/v1';
  it.each<[KubeObject, readonly string[], readonly string[]]>([
    [make('ConfigMap', 'a'), ['shop'], []],
    [make('ConfigMap', 'kube-system/a'), [], []],
    [make('ConfigMap', 'knative-serving/config-features'), ['*'], ['*']],
    [make('Namespace', '/bank'), ['bank'], ['bank']],
    [make(`${rbac} RoleBinding`, 'a', { subjects: [subject] }), ['shop', 'bank'], ['bank']],
    [make(`${rbac} ClusterRoleBinding`, '/a', { subjects: [subject] }), ['bank'], ['bank']],
    [make(`${rbac} ClusterRoleBinding`, '/a', { subjects: [{ kind: 'Group', name: 'g' }] }), ['*'], ['*']],
    [
      make('networking.internal.knative.dev/v1alpha1 ClusterDomainClaim', '/a.example.com', {
        spec: { namespace: 'bank' },
      }),
      ['bank'],
      ['bank'],
    ],
    [make('scheduling.k8s.io/v1 PriorityClass', '/high'), ['*'], ['*']],
  ])('%j', (object, all, ofBank) => {
    expect(placesConcerned(object, undefined)).toEqual(all);
    expect(placesConcerned(object, new Set(['bank']))).toEqual(ofBank);
  });
});

it('watches what an inventory takes, in the version that is preferred, and of Secrets the metadata', () => {
  const one = (apiVersion: string, kind: string, more: object = {}) => ({
    apiVersion,
    kind,
    namespaced: true,
    verbs: ['get', 'list', 'watch'],
    preferred: true,
    ...more,
  });
  const resources = [
    one(serving, 'Service'),
    one(serving, 'Revision'),
    one('serving.knative.dev/v1beta1', 'DomainMapping', { preferred: false }),
    one('v1', 'Secret'),
    one('v1', 'Event'),
    one('v1', 'Namespace', { namespaced: false }),
    one('v1', 'LimitRange', { verbs: ['get', 'list'] }),
    one('example.com/v1', 'Widget'),
  ];
  const kinds = (side: 'source' | 'target') =>
    watchedKinds(side, { resources, unknown: [] }).map(
      ({ groupKind, metadataOnly }) => `${groupKind}${metadataOnly ? ' (metadata)' : ''}`,
    );
  expect(kinds('source')).toEqual([
    'Service.serving.knative.dev',
    'Revision.serving.knative.dev',
    'Secret (metadata)',
    'Namespace',
  ]);
  expect(kinds('target')).toEqual(['Service.serving.knative.dev', 'Secret (metadata)', 'Namespace']);
});
