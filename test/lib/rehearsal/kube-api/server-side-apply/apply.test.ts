import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../../lib/clusters/cluster-port.ts';
import { rehearsalResources, resourceKey, StatusError } from '../../../../../lib/rehearsal/kube-api/index.ts';
import {
  apply,
  FieldSet,
  trackUpdate,
} from '../../../../../lib/rehearsal/kube-api/server-side-apply/index.ts';

const definitionOf = (key: string) => {
  const definition = rehearsalResources.find((candidate) => resourceKey(candidate) === key);
  if (definition === undefined) throw new Error(`no resource ${key}`);
  return definition;
};
const time = '2026-01-01T00:00:00Z';
const manager = (name: string, operation: 'Apply' | 'Update' = 'Apply') => ({
  name,
  operation,
  apiVersion: 'v1',
});

/** An object that several managers write, one after another. */
class Subject {
  live: KubeObject | undefined;
  constructor(readonly key: string) {}

  apply(name: string, config: object, force = false): KubeObject {
    const definition = definitionOf(this.key);
    const applied = {
      apiVersion: 'v1',
      kind: definition.kind,
      metadata: { name: 'x' },
      ...config,
    } as KubeObject;
    this.live = apply({ definition, live: this.live, applied, manager: manager(name), force, time });
    return this.live;
  }

  update(name: string, next: object): KubeObject {
    const definition = definitionOf(this.key);
    const live = this.live;
    this.live = trackUpdate({
      definition,
      live,
      next: {
        apiVersion: 'v1',
        kind: definition.kind,
        metadata: { name: 'x' },
        ...live,
        ...next,
      } as KubeObject,
      manager: manager(name, 'Update'),
      time,
    });
    return this.live;
  }

  owners(): Record<string, unknown> {
    const entries = (this.live?.metadata.managedFields ?? []) as { manager: string; fieldsV1: unknown }[];
    return Object.fromEntries(entries.map((entry) => [entry.manager, entry.fieldsV1]));
  }
}

const refusal = (action: () => unknown): StatusError => {
  try {
    action();
  } catch (error) {
    if (error instanceof StatusError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

const deployment = (containers: object[], extra: object = {}) => ({
  spec: { template: { spec: { containers } }, ...extra },
});

describe('server-side apply', () => {
  it('records who owns which field, with list items by their keys', () => {
    const subject = new Subject('deployments.apps');
    subject.apply('one', {
      metadata: { name: 'x', labels: { app: 'x' }, finalizers: ['x/one'] },
      ...deployment([{ name: 'web', image: 'web:1', ports: [{ containerPort: 80 }] }]),
    });
    expect(subject.owners()).toEqual({
      one: {
        'f:metadata': { 'f:finalizers': { 'v:"x/one"': {} }, 'f:labels': { 'f:app': {} } },
        'f:spec': {
          'f:template': {
            'f:spec': {
              'f:containers': {
                'k:{"name":"web"}': {
                  '.': {},
                  'f:image': {},
                  'f:name': {},
                  'f:ports': {
                    'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} },
                  },
                },
              },
            },
          },
        },
      },
    });
  });

  it('refuses to change what another manager owns, naming manager and field; force takes it over', () => {
    const subject = new Subject('deployments.apps');
    subject.apply('one', deployment([{ name: 'web', image: 'web:1' }], { replicas: 2 }));
    const error = refusal(() =>
      subject.apply('two', deployment([{ name: 'web', image: 'web:2' }], { replicas: 2 })),
    );
    expect(error.code).toBe(409);
    expect(error.message).toBe(
      'Apply failed with 1 conflict: conflict with "one": .spec.template.spec.containers[name="web"].image',
    );
    expect(error.status.details?.causes).toEqual([
      {
        reason: 'FieldManagerConflict',
        message: 'conflict with "one"',
        field: '.spec.template.spec.containers[name="web"].image',
      },
    ]);
    const taken = subject.apply('two', deployment([{ name: 'web', image: 'web:2' }]), true);
    expect(taken.spec.template.spec.containers).toEqual([{ name: 'web', image: 'web:2' }]);
    // What it took is no longer the first one's to drop.
    subject.apply('one', { spec: { replicas: 2 } });
    expect(subject.live?.spec.template.spec.containers).toEqual([{ name: 'web', image: 'web:2' }]);
    expect(subject.live?.spec.replicas).toBe(2);
  });

  it('shares a field that both apply with one value, and keeps it until both drop it', () => {
    const subject = new Subject('configmaps');
    subject.apply('one', { data: { a: '1', b: '1' } });
    subject.apply('two', { data: { a: '1' } });
    subject.apply('one', { data: { b: '1' } });
    expect(subject.live?.data).toEqual({ a: '1', b: '1' });
    subject.apply('two', {});
    expect(subject.live?.data).toEqual({ b: '1' });
    expect(Object.keys(subject.owners())).toEqual(['one']);
  });

  it('removes what its manager drops, and the map that held nothing else', () => {
    const subject = new Subject('configmaps');
    subject.apply('one', { metadata: { name: 'x', labels: { a: 'b' } }, data: { a: '1' } });
    subject.apply('one', { data: { a: '1' } });
    expect(subject.live?.metadata.labels).toBeUndefined();
  });

  it('removes list items and keeps those of others', () => {
    const subject = new Subject('deployments.apps');
    subject.apply(
      'one',
      deployment([
        { name: 'a', image: 'a' },
        { name: 'b', image: 'b' },
      ]),
    );
    subject.apply('two', deployment([{ name: 'c', image: 'c' }]));
    subject.apply('one', deployment([{ name: 'b', image: 'b' }]));
    const names = subject.live?.spec.template.spec.containers.map(({ name }: { name: string }) => name);
    expect(names).toEqual(['b', 'c']);
  });

  it('keeps the key of an item that another manager has a field in', () => {
    const subject = new Subject('deployments.apps');
    subject.apply('one', deployment([{ name: 'a', image: 'a', tty: true }]));
    subject.update('two', deployment([{ name: 'a', image: 'a2', tty: true }]));
    subject.apply('one', { spec: { replicas: 1 } });
    expect(subject.live?.spec.template.spec.containers).toEqual([{ name: 'a', image: 'a2' }]);
  });

  it('keeps the order of the applied list', () => {
    const subject = new Subject('deployments.apps');
    subject.apply('one', deployment([{ name: 'a' }, { name: 'b' }, { name: 'c' }]));
    subject.apply('one', deployment([{ name: 'c' }, { name: 'a' }, { name: 'd' }]));
    const names = subject.live?.spec.template.spec.containers.map(({ name }: { name: string }) => name);
    expect(names).toEqual(['c', 'a', 'd']);
  });

  it('treats a Knative Service’s traffic and containers as wholes, as its CRD does', () => {
    const subject = new Subject('services.serving.knative.dev');
    const spec = { template: { spec: { containers: [{ image: 'a' }] } }, traffic: [{ percent: 100 }] };
    subject.apply('one', { spec });
    expect(subject.owners()).toEqual({
      one: { 'f:spec': { 'f:template': { 'f:spec': { 'f:containers': {} } }, 'f:traffic': {} } },
    });
    const error = refusal(() => subject.apply('two', { spec: { traffic: [{ percent: 50 }] } }));
    expect(error.message).toContain('.spec.traffic');
  });

  it('lets an ordinary update take fields, against which a later apply conflicts', () => {
    const subject = new Subject('configmaps');
    subject.apply('one', { data: { a: '1', b: '1' } });
    subject.update('kubectl', { data: { a: '2', b: '1', c: '3' } });
    expect(subject.owners()).toEqual({
      one: { 'f:data': { 'f:b': {} } },
      kubectl: { 'f:data': { 'f:a': {}, 'f:c': {} } },
    });
    const error = refusal(() => subject.apply('one', { data: { a: '1', b: '1' } }));
    expect(error.status.details?.causes?.[0]).toMatchObject({
      message: `conflict with "kubectl" using v1 at ${time}`,
      field: '.data.a',
    });
    // Dropping a field that it lost takes nothing away.
    subject.apply('one', { data: { b: '1' } });
    expect(subject.live?.data).toEqual({ a: '2', b: '1', c: '3' });
  });

  it('forgets a field that is removed, and all owners when a client asks for it', () => {
    const subject = new Subject('configmaps');
    subject.apply('one', { data: { a: '1', b: '1' } });
    subject.update('kubectl', { data: { b: '1' } });
    expect(subject.owners()).toEqual({ one: { 'f:data': { 'f:b': {} } } });
    const metadata = { ...subject.live?.metadata, managedFields: [{}] };
    subject.update('kubectl', { metadata });
    expect(subject.owners()).toEqual({});
  });

  it('changes nothing when the same configuration is applied again, the time included', () => {
    const subject = new Subject('configmaps');
    const first = subject.apply('one', { data: { a: '1' } });
    const definition = definitionOf('configmaps');
    const applied = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, data: { a: '1' } };
    const again = apply({
      definition,
      live: first,
      applied,
      manager: manager('one'),
      force: false,
      time: '2027-01-01T00:00:00Z',
    });
    expect(again).toEqual(first);
  });

  it('refuses list items without their key, and two with the same', () => {
    const subject = new Subject('deployments.apps');
    expect(refusal(() => subject.apply('one', deployment([{ image: 'a' }]))).message).toContain(
      'has no name',
    );
    const twice = refusal(() => subject.apply('one', deployment([{ name: 'a' }, { name: 'a' }])));
    expect(twice.message).toContain('duplicate entries');
  });

  it('reads back the fields that it writes', () => {
    const fields = {
      'f:a': {},
      'f:b': { '.': {}, 'k:{"name":"x","port":1}': { '.': {}, 'f:c': {} } },
      'f:set': { 'v:"one"': {} },
    };
    expect(FieldSet.fromFieldsV1(fields).toFieldsV1()).toEqual(fields);
  });
});
