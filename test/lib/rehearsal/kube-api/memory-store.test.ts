import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../lib/clusters/cluster-port.ts';
import {
  createStore,
  rehearsalResources,
  resourceKey,
  StatusError,
  type Store,
  type StoreEvent,
} from '../../../../lib/rehearsal/kube-api/index.ts';

const services = 'services.serving.knative.dev';
const service = (name: string, fields: Record<string, unknown> = {}, metadata = {}): KubeObject => ({
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Service',
  metadata: { name, namespace: 'default', ...metadata },
  spec: { template: {} },
  ...fields,
});
const configMap = (name: string, metadata = {}, data = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', ...metadata },
  data,
});
const ownedBy = (...owners: KubeObject[]) => ({
  ownerReferences: owners.map(({ apiVersion, kind, metadata }) => ({
    apiVersion,
    kind,
    name: metadata.name,
    uid: metadata.uid ?? '',
  })),
});

const start = () => createStore(rehearsalResources);
const refusal = (action: () => unknown): StatusError => {
  try {
    action();
  } catch (error) {
    if (error instanceof StatusError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};
const heard = (store: Store, resource: string): StoreEvent[] => {
  const events: StoreEvent[] = [];
  store.watch(resource, (event) => events.push(event));
  return events;
};

describe('the store of a rehearsal cluster', () => {
  it('keeps encoded what a Secret is given in clear, over what it has', () => {
    const store = start();
    const secret = (fields: Record<string, unknown>): KubeObject => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'db', namespace: 'default' },
      ...fields,
    });
    const made = store.create('secrets', secret({ data: { a: 'MQ==' }, stringData: { a: 'two', b: 'ü' } }));
    expect(made).toMatchObject({ data: { a: 'dHdv', b: 'w7w=' } });
    expect(made).not.toHaveProperty('stringData');
    const updated = store.update('secrets', { ...made, stringData: { c: 'x' } });
    expect(updated).toMatchObject({ data: { a: 'dHdv', b: 'w7w=', c: 'eA==' } });
    expect(updated).not.toHaveProperty('stringData');
  });

  it('sets what only the server sets, and takes no status on create', () => {
    const store = start();
    const made = store.create(
      services,
      service('a', { status: { url: 'forged' } }, { uid: 'mine', generation: 7, deletionTimestamp: 'never' }),
    );
    expect(made.metadata.uid).not.toBe('mine');
    expect(made.metadata).toMatchObject({ generation: 1, resourceVersion: store.resourceVersion });
    expect(made.metadata.creationTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(made.metadata.deletionTimestamp).toBeUndefined();
    expect(made.status).toBeUndefined();
    expect(Object.isFrozen(made.spec.template)).toBe(true);
  });

  it('does not share the writer’s object', () => {
    const store = start();
    const mine = service('a', { spec: { template: { spec: { timeoutSeconds: 1 } } } });
    store.create(services, mine);
    mine.spec.template.spec.timeoutSeconds = 2;
    expect(store.get(services, 'default', 'a')?.spec.template.spec.timeoutSeconds).toBe(1);
  });

  it('grows the generation with the spec only, and the version with every change', () => {
    const store = start();
    const one = store.create(services, service('a'));
    const labelled = store.update(services, { ...one, metadata: { ...one.metadata, labels: { a: 'b' } } });
    expect(labelled.metadata.generation).toBe(1);
    const changed = store.update(services, { ...labelled, spec: { template: { spec: {} } } });
    expect(changed.metadata.generation).toBe(2);
    const told = store.updateStatus(services, { ...changed, status: { url: 'u' } });
    expect(told.metadata.generation).toBe(2);
    const versions = [one, labelled, changed, told].map(({ metadata }) => Number(metadata.resourceVersion));
    expect(versions).toEqual([...versions].sort((left, right) => left - right));
    expect(new Set(versions).size).toBe(4);
  });

  it('keeps the status apart: update does not write it, updateStatus writes nothing else', () => {
    const store = start();
    const made = store.create(services, service('a'));
    store.updateStatus(services, { ...made, spec: { forged: true }, status: { url: 'u' } });
    const updated = store.update(services, service('a', { spec: { x: 1 }, status: { url: 'forged' } }));
    expect(updated).toMatchObject({ spec: { x: 1 }, status: { url: 'u' } });
  });

  it('changes nothing and tells nobody when nothing changes', () => {
    const store = start();
    const made = store.create(services, service('a', { spec: { b: 1, a: 2 } }));
    const events = heard(store, services);
    const before = store.resourceVersion;
    expect(store.update(services, service('a', { spec: { a: 2, b: 1 } })).metadata.resourceVersion).toBe(
      made.metadata.resourceVersion,
    );
    store.updateStatus(services, made);
    expect(store.resourceVersion).toBe(before);
    expect(events).toEqual([]);
  });

  it('refuses a write from an older version, and one that means another object of that name', () => {
    const store = start();
    const made = store.create(services, service('a'));
    store.update(services, { ...made, spec: { x: 1 } });
    expect(refusal(() => store.update(services, { ...made, spec: { x: 2 } }))).toMatchObject({
      code: 409,
      reason: 'Conflict',
    });
    expect(refusal(() => store.updateStatus(services, { ...made, status: {} })).reason).toBe('Conflict');
    store.delete(services, 'default', 'a');
    store.create(services, service('a'));
    const stale = {
      ...made,
      metadata: { ...made.metadata, resourceVersion: undefined },
    } as unknown as KubeObject;
    expect(refusal(() => store.update(services, stale)).message).toContain('UID in precondition');
  });

  it('refuses what an API server refuses', () => {
    const store = start();
    store.create(services, service('a'));
    const codes = {
      twice: refusal(() => store.create(services, service('a'))),
      badName: refusal(() => store.create(services, service('Bad_Name'))),
      noName: refusal(() => store.create(services, service(''))),
      noNamespace: refusal(() => store.create(services, service('b', {}, { namespace: 'absent' }))),
      version: refusal(() => store.create(services, service('b', {}, { resourceVersion: '4' }))),
      otherKind: refusal(() => store.create(services, configMap('b'))),
      absent: refusal(() => store.update(services, service('b'))),
      number: refusal(() => store.create('configmaps', configMap('b', { labels: { a: 1 } }))),
    };
    expect(Object.fromEntries(Object.entries(codes).map(([key, error]) => [key, error.reason]))).toEqual({
      twice: 'AlreadyExists',
      badName: 'Invalid',
      noName: 'Invalid',
      noNamespace: 'NotFound',
      version: 'BadRequest',
      otherKind: 'BadRequest',
      absent: 'NotFound',
      number: 'BadRequest',
    });
    expect(codes.twice.message).toBe('services.serving.knative.dev "a" already exists');
    expect(codes.absent.status.details).toEqual({
      name: 'b',
      group: 'serving.knative.dev',
      kind: 'services',
    });
  });

  it('makes up a name from a prefix', () => {
    const store = start();
    const made = store.create('configmaps', configMap('', { generateName: 'job-' }));
    expect(made.metadata.name).toMatch(/^job-[a-z0-9]{5}$/);
  });

  it('holds an object until its finalizers are gone, and lets none be added then', () => {
    const store = start();
    store.create(services, service('a', {}, { finalizers: ['x/one', 'x/two'] }));
    const events = heard(store, services);
    const going = store.delete(services, 'default', 'a');
    expect(going?.metadata).toMatchObject({ generation: 2, finalizers: ['x/one', 'x/two'] });
    expect(going?.metadata.deletionTimestamp).toBeDefined();
    expect(store.delete(services, 'default', 'a')?.metadata.resourceVersion).toBe(
      going?.metadata.resourceVersion,
    );
    const one = store.update(services, service('a', {}, { finalizers: ['x/two'] }));
    const more = refusal(() => store.update(services, service('a', {}, { finalizers: ['x/two', 'x/3'] })));
    expect(more.reason).toBe('Invalid');
    store.update(services, { ...one, metadata: { ...one.metadata, finalizers: [] } });
    expect(store.get(services, 'default', 'a')).toBeUndefined();
    expect(events.map(({ type }) => type)).toEqual(['MODIFIED', 'MODIFIED', 'DELETED']);
  });

  it('takes children along with their last owner, however deep', () => {
    const store = start();
    const one = store.create(services, service('one'));
    const two = store.create(services, service('two'));
    const shared = store.create('configmaps', configMap('shared', ownedBy(one, two)));
    store.create('configmaps', configMap('deep', ownedBy(shared)));
    store.delete(services, 'default', 'one');
    expect(store.get('configmaps', 'default', 'shared')?.metadata.ownerReferences).toMatchObject([
      { name: 'two' },
    ]);
    store.delete(services, 'default', 'two');
    expect(store.list('configmaps')).toEqual([]);
  });

  it('collects a child whose owner is of another cluster', () => {
    const store = start();
    const foreign = createStore(rehearsalResources).create(services, service('one'));
    store.create(services, service('one'));
    store.create('configmaps', configMap('child', ownedBy(foreign)));
    expect(store.get('configmaps', 'default', 'child')).toBeUndefined();
  });

  it('leaves orphans, or waits for the children, when it is asked to', () => {
    const store = start();
    const one = store.create(services, service('one'));
    store.create('configmaps', configMap('left', ownedBy(one)));
    store.delete(services, 'default', 'one', { propagationPolicy: 'Orphan' });
    expect(store.get('configmaps', 'default', 'left')?.metadata.ownerReferences).toBeUndefined();

    const two = store.create(services, service('two'));
    store.create('configmaps', configMap('held', { ...ownedBy(two), finalizers: ['x/one'] }));
    store.delete(services, 'default', 'two', { propagationPolicy: 'Foreground' });
    expect(store.get(services, 'default', 'two')?.metadata.finalizers).toEqual(['foregroundDeletion']);
    store.update('configmaps', configMap('held', { finalizers: [] }));
    expect(store.list('configmaps').map(({ metadata }) => metadata.name)).toEqual(['left']);
    expect(store.get(services, 'default', 'two')).toBeUndefined();
  });

  it('empties a namespace that goes, waits for what is held, and lets nothing in meanwhile', () => {
    const store = start();
    store.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'apps' } });
    store.create('configmaps', configMap('free', { namespace: 'apps' }));
    store.create(services, service('held', {}, { namespace: 'apps', finalizers: ['x/one'] }));
    expect(store.delete('namespaces', undefined, 'apps')?.status.phase).toBe('Terminating');
    expect(store.list('configmaps')).toEqual([]);
    const late = refusal(() => store.create('configmaps', configMap('late', { namespace: 'apps' })));
    expect(late.code).toBe(403);
    store.update('namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'apps', labels: { a: 'b' } },
    });
    expect(store.get('namespaces', undefined, 'apps')).toBeDefined();
    store.update(services, service('held', {}, { namespace: 'apps', finalizers: [] }));
    expect(store.get('namespaces', undefined, 'apps')).toBeUndefined();
  });

  it('tells listeners in order, also of what they change themselves', () => {
    const store = start();
    const seen: string[] = [];
    store.watch(services, ({ type, object }) => {
      if (type !== 'ADDED') return;
      store.updateStatus(services, { ...object, status: { n: 1 } });
      store.create('configmaps', configMap(`for-${object.metadata.name}`));
    });
    const end = store.watch(services, ({ type, object, old }) =>
      seen.push(`${type} ${object.metadata.name} ${old?.status?.n ?? '-'}>${object.status?.n ?? '-'}`),
    );
    store.create(services, service('a'));
    expect(seen).toEqual(['ADDED a ->-', 'MODIFIED a ->1']);
    end();
    store.create(services, service('b'));
    expect(seen).toHaveLength(2);
    expect(store.list('configmaps')).toHaveLength(2);
  });

  it('asks admission, which may change or refuse', () => {
    const store = createStore(rehearsalResources, {
      admission: [
        ({ operation, resource, object, old }) => {
          if (resource !== services || operation === 'DELETE') return object;
          if (object.spec.bad) throw new StatusError(400, 'BadRequest', 'no');
          return { ...object, spec: { ...object.spec, seen: operation, had: old?.spec.seen ?? null } };
        },
      ],
    });
    expect(store.create(services, service('a')).spec).toMatchObject({ seen: 'CREATE', had: null });
    expect(store.update(services, service('a')).spec).toMatchObject({ seen: 'UPDATE', had: 'CREATE' });
    expect(refusal(() => store.update(services, service('a', { spec: { bad: true } }))).code).toBe(400);
    expect(store.get(services, 'default', 'a')?.spec.bad).toBeUndefined();
  });

  it('stores nothing on a dry run', () => {
    const store = start();
    store.create(services, service('a'));
    const before = store.resourceVersion;
    store.create(services, service('b'), { dryRun: true });
    expect(
      store.update(services, service('a', { spec: { x: 1 } }), { dryRun: true }).metadata.generation,
    ).toBe(2);
    store.delete(services, 'default', 'a', { dryRun: true });
    expect(refusal(() => store.create(services, service('a'), { dryRun: true })).reason).toBe(
      'AlreadyExists',
    );
    expect(store.resourceVersion).toBe(before);
  });

  it('lists by namespace and labels, sorted', () => {
    const store = start();
    for (const name of ['c', 'a', 'b']) {
      store.create('configmaps', configMap(name, { labels: name === 'b' ? { x: 'y', z: '1' } : { x: 'y' } }));
    }
    store.create('configmaps', configMap('a', { namespace: 'kube-system', labels: { x: 'y' } }));
    const names = (objects: KubeObject[]) =>
      objects.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
    expect(names(store.list('configmaps'))).toEqual(['default/a', 'default/b', 'default/c', 'kube-system/a']);
    expect(names(store.list('configmaps', { namespace: 'default', labels: { x: 'y', z: '1' } }))).toEqual([
      'default/b',
    ]);
  });

  it('serves each resource once', () => {
    const keys = rehearsalResources.map(resourceKey);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
