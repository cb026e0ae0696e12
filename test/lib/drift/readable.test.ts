import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../lib/clusters/cluster-port.ts';
import { appliedBy, differenceText, readable } from '../../../lib/drift/readable.ts';

const live: KubeObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name: 'config-features',
    namespace: 'knative-serving',
    uid: 'u',
    resourceVersion: '12',
    generation: 3,
    creationTimestamp: '2026-11-24T06:12:03Z',
    managedFields: [{ manager: 'kubectl' }],
    annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"b":1}' },
  },
  data: { b: 'Disabled', a: 'Enabled' },
  status: { observed: true },
};

describe('an object as a person reads it', () => {
  it('is without what the API server keeps for itself', () => {
    expect(readable(live)).toBe(
      'apiVersion: v1\ndata:\n  a: Enabled\n  b: Disabled\nkind: ConfigMap\nmetadata:\n  name: config-features\n  namespace: knative-serving\n',
    );
  });

  it('is the same when only that differs, or the order of keys', () => {
    const next = {
      ...live,
      metadata: { ...live.metadata, resourceVersion: '13', generation: 4, managedFields: [] },
      data: { a: 'Enabled', b: 'Disabled' },
      status: undefined,
    };
    expect(differenceText('x', live, next)).toBe('');
  });

  it('shows a change as a unified difference', () => {
    expect(differenceText('x', live, { ...live, data: { ...live.data, b: 'Enabled' } })).toBe(
      '--- x\n+++ x\n@@ -1,7 +1,7 @@\n apiVersion: v1\n data:\n   a: Enabled\n-  b: Disabled\n+  b: Enabled\n kind: ConfigMap\n metadata:\n   name: config-features\n',
    );
  });
});

describe('a Secret', () => {
  const secret = (data: object, more: object = {}): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: 's',
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"a":"aHVzaA=="}}' },
    },
    data,
    ...more,
  });
  const [before, after] = [
    secret({ a: 'aHVzaA==', b: 'c2FtZQ==', c: 'Z29uZQ==' }),
    secret({ a: 'bG91ZA==', b: 'c2FtZQ==', d: 'bmV3' }, { stringData: { e: 'plain' } }),
  ];

  it('shows which keys change, and never a value', () => {
    const text = differenceText('s', before, after);
    expect(text).toContain('-  a: "(not shown: as it is)"\n-  b: (not shown)'.split('\n')[0]);
    expect(text).toMatch(/^\+ {2}a: "\(not shown: as it would be\)"$/m);
    expect(text).toMatch(/^ {3}b: \(not shown\)$/m);
    expect(text).toMatch(/^- {2}c: \(not shown\)$/m);
    expect(text).toMatch(/^\+ {2}d: \(not shown\)$/m);
    for (const value of ['aHVzaA', 'c2FtZQ', 'Z29uZQ', 'bG91ZA', 'bmV3', 'plain'])
      expect([text, readable(before), readable(after)].join()).not.toContain(value);
  });

  it('is unchanged when its values are', () => {
    expect(differenceText('s', before, before)).toBe('');
  });
});

describe('who applies the definition', () => {
  const label = { 'f:metadata': { 'f:labels': { 'f:zeroshift.dev/fleet': {} } } };
  const by = (...managedFields: object[]): string | undefined =>
    appliedBy({ ...live, metadata: { ...live.metadata, managedFields } });

  it('is whoever applied our label, not who applied something else or changed it', () => {
    expect(by()).toBeUndefined();
    expect(by({ manager: 'kubectl-edit', operation: 'Update', fieldsV1: label })).toBeUndefined();
    expect(
      by(
        { manager: 'operator', operation: 'Apply', fieldsV1: { 'f:spec': {} } },
        { manager: 'argocd-controller', operation: 'Apply', fieldsV1: label },
      ),
    ).toBe('argocd-controller');
  });

  it('is the latest of several, and zeroshift only when there is nobody else', () => {
    const entry = (manager: string, day: number) => ({
      manager,
      operation: 'Apply',
      time: `2026-11-0${day}T00:00:00Z`,
      fieldsV1: label,
    });
    expect(by(entry('zeroshift', 3))).toBe('zeroshift');
    expect(by(entry('zeroshift', 3), entry('kubectl', 1), entry('argocd-controller', 2))).toBe(
      'argocd-controller',
    );
  });
});
