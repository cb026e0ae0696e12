import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { ApiServer, Store } from '../../../../lib/rehearsal/kube-api/index.ts';
import { ask, startServer } from './raw-client.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';
const knative = '/apis/serving.knative.dev/v1/namespaces/default/services';
const configMap = (name: string, data: Record<string, unknown> = {}, labels?: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...(labels === undefined ? {} : { labels }) },
  data,
});
const service = (name: string, spec: object = {}) => ({
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Service',
  metadata: { name },
  spec,
});

let server: ApiServer;
let store: Store;

beforeAll(async () => {
  ({ server, store } = await startServer({
    podProxy: async (namespace, name, port, path) =>
      name === 'gateway' && port === 9000 ? { status: 200, body: `${namespace} ${path}` } : undefined,
  }));
});
afterAll(() => server.close());

describe('getting in', () => {
  it('shows a certificate for loopback, by its own authority, and a kubeconfig that leads there', () => {
    const authority = new X509Certificate(server.ca);
    expect(authority.ca).toBe(true);
    expect(authority.verify(authority.publicKey)).toBe(true);
    expect(Date.parse(authority.validFrom)).toBeLessThan(Date.now() - 3_000_000);
    const config = parse(server.kubeconfig());
    expect(config).toMatchObject({ 'current-context': 'blue', users: [{ user: { token: server.token } }] });
    expect(Buffer.from(config.clusters[0].cluster['certificate-authority-data'], 'base64').toString()).toBe(
      server.ca,
    );
    expect(config.clusters[0].cluster.server).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  });

  it.each(['/api', '/version', configMaps, '/nowhere'])(
    'answers 401 on %s without the token',
    async (path) => {
      for (const token of ['', 'x'.repeat(64)]) {
        expect(await ask(server, path, { token })).toMatchObject({
          status: 401,
          body: { kind: 'Status', reason: 'Unauthorized' },
        });
      }
    },
  );
});

describe('discovery', () => {
  it('says its version and its health', async () => {
    expect((await ask(server, '/version')).body).toMatchObject({
      major: '1',
      minor: '35',
      gitVersion: 'v1.35.0',
    });
    for (const path of ['/readyz', '/livez', '/healthz']) expect((await ask(server, path)).body).toBe('ok');
  });

  it('lists groups and resources, also in the aggregated form', async () => {
    expect((await ask(server, '/api')).body.versions).toEqual(['v1']);
    const groups = (await ask(server, '/apis')).body.groups;
    expect(groups).toContainEqual({
      kind: 'APIGroup',
      apiVersion: 'v1',
      name: 'apps',
      versions: [{ groupVersion: 'apps/v1', version: 'v1' }],
      preferredVersion: { groupVersion: 'apps/v1', version: 'v1' },
    });
    const { resources } = (await ask(server, '/apis/serving.knative.dev/v1')).body;
    expect(resources).toContainEqual(
      expect.objectContaining({
        name: 'services',
        kind: 'Service',
        shortNames: ['kservice', 'ksvc'],
        namespaced: true,
      }),
    );
    expect(resources).toContainEqual(
      expect.objectContaining({ name: 'services/status', verbs: ['get', 'patch', 'update'] }),
    );
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';
    const aggregated = await ask(server, '/apis', { accept });
    expect(aggregated.type).toContain('as=APIGroupDiscoveryList');
    const names = aggregated.body.items.map((item: { metadata: { name: string } }) => item.metadata.name);
    expect(names).toContain('serving.knative.dev');
  });
});

describe('refusals', () => {
  const huge = JSON.stringify(configMap('huge', { x: 'y'.repeat(3 * 1024 * 1024) }));
  it.each([
    ['an unknown path', '/apis/nothing.dev/v1/things', {}, 404, 'NotFound'],
    ['an unknown version', '/apis/apps/v7/deployments', {}, 404, 'NotFound'],
    ['a missing object', `${configMaps}/none`, {}, 404, 'NotFound'],
    ['an unknown subresource', `${configMaps}/x/status`, {}, 404, 'NotFound'],
    ['another method', configMaps, { method: 'PUT', body: {} }, 405, 'MethodNotAllowed'],
    [
      'a create across namespaces',
      '/api/v1/configmaps',
      { method: 'POST', body: {} },
      405,
      'MethodNotAllowed',
    ],
    ['bad JSON', configMaps, { method: 'POST', body: '{"a":' }, 400, 'BadRequest'],
    ['no kind', configMaps, { method: 'POST', body: { apiVersion: 'v1' } }, 400, 'BadRequest'],
    [
      'another kind',
      configMaps,
      { method: 'POST', body: { ...configMap('x'), kind: 'Secret' } },
      400,
      'BadRequest',
    ],
    ['a bad name', configMaps, { method: 'POST', body: configMap('A_B') }, 422, 'Invalid'],
    ['a huge body', configMaps, { method: 'POST', body: huge }, 413, 'RequestEntityTooLarge'],
    [
      'an unknown body',
      configMaps,
      { method: 'POST', body: 'x', type: 'text/plain' },
      415,
      'UnsupportedMediaType',
    ],
    [
      'another dry run',
      `${configMaps}?dryRun=Some`,
      { method: 'POST', body: configMap('x') },
      400,
      'BadRequest',
    ],
    ['a bad selector', `${configMaps}?labelSelector=a%20b`, {}, 400, 'BadRequest'],
    ['a bad escape', '/api/v1/%E0%A4%A', {}, 400, 'BadRequest'],
    ['what it cannot represent', configMaps, { accept: 'application/xml' }, 406, 'NotAcceptable'],
    [
      'a strategic patch of a custom resource',
      `${knative}/x`,
      { method: 'PATCH', body: {}, type: 'application/strategic-merge-patch+json' },
      415,
      'UnsupportedMediaType',
    ],
    [
      'an apply without a manager',
      `${knative}/x`,
      { method: 'PATCH', body: service('x'), type: 'application/apply-patch+yaml' },
      422,
      'Invalid',
    ],
  ] as const)('%s', async (_what, path, asked, status, reason) => {
    const answer = await ask(server, path, asked);
    expect(answer).toMatchObject({
      status,
      body: { kind: 'Status', status: 'Failure', code: status, reason },
    });
  });

  it('keeps to the place in the path', async () => {
    const elsewhere = { ...configMap('x'), metadata: { name: 'x', namespace: 'kube-system' } };
    expect((await ask(server, configMaps, { method: 'POST', body: elsewhere })).status).toBe(400);
    expect((await ask(server, `${configMaps}/y`, { method: 'PUT', body: configMap('x') })).status).toBe(400);
  });

  it('is not led astray by a key that names the prototype', async () => {
    const body =
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"proto","labels":{"__proto__":{"x":"y"}}}}';
    expect((await ask(server, configMaps, { method: 'POST', body })).status).toBe(201);
    const type = 'application/merge-patch+json';
    await ask(server, `${configMaps}/proto`, {
      method: 'PATCH',
      type,
      body: '{"__proto__":{"polluted":"yes"}}',
    });
    expect(store.get('configmaps', 'default', 'proto')).not.toHaveProperty('polluted');
    expect({}).not.toHaveProperty('x');
  });
});

describe('writing', () => {
  it('creates, reads, replaces and deletes', async () => {
    const made = await ask(server, configMaps, { method: 'POST', body: configMap('one', { a: '1' }) });
    expect(made).toMatchObject({ status: 201, body: { metadata: { name: 'one', namespace: 'default' } } });
    expect(made.body.metadata.managedFields).toMatchObject([{ manager: 'tester', operation: 'Update' }]);
    expect((await ask(server, configMaps, { method: 'POST', body: configMap('one') })).status).toBe(409);
    const next = { ...made.body, data: { a: '2' } };
    expect((await ask(server, `${configMaps}/one`, { method: 'PUT', body: next })).status).toBe(200);
    const stale = await ask(server, `${configMaps}/one`, {
      method: 'PUT',
      body: { ...next, data: { a: '3' } },
    });
    expect(stale).toMatchObject({ status: 409, body: { reason: 'Conflict' } });
    const gone = await ask(server, `${configMaps}/one`, { method: 'DELETE' });
    expect(gone).toMatchObject({
      status: 200,
      body: { kind: 'Status', status: 'Success', details: { name: 'one' } },
    });
    expect((await ask(server, `${configMaps}/one`)).status).toBe(404);
  });

  it('takes YAML where it is said to be YAML', async () => {
    const body = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: yaml}\ndata: {a: "1"}\n';
    expect((await ask(server, configMaps, { method: 'POST', body, type: 'application/yaml' })).status).toBe(
      201,
    );
    expect((await ask(server, configMaps, { method: 'POST', body })).status).toBe(400);
  });

  it('writes the status through its own path only', async () => {
    await ask(server, knative, {
      method: 'POST',
      body: { ...service('st', { a: 1 }), status: { url: 'forged' } },
    });
    expect(store.get('services.serving.knative.dev', 'default', 'st')?.status).toBeUndefined();
    const body = { ...service('st', { forged: true }), status: { url: 'http://x' } };
    const told = await ask(server, `${knative}/st/status`, { method: 'PUT', body });
    expect(told.body).toMatchObject({
      spec: { a: 1 },
      status: { url: 'http://x' },
      metadata: { generation: 1 },
    });
    const type = 'application/merge-patch+json';
    const patched = await ask(server, `${knative}/st/status`, {
      method: 'PATCH',
      type,
      body: { status: { n: 1 }, spec: null },
    });
    expect(patched.body).toMatchObject({ spec: { a: 1 }, status: { url: 'http://x', n: 1 } });
    expect(
      (await ask(server, `${knative}/st`, { method: 'PATCH', type, body: { status: { n: 2 } } })).body.status
        .n,
    ).toBe(1);
    const managers = patched.body.metadata.managedFields.map(
      (entry: { subresource?: string }) => entry.subresource,
    );
    expect(managers).toContain('status');
  });

  it('patches in all four ways', async () => {
    await ask(server, configMaps, { method: 'POST', body: configMap('patched', { a: '1' }) });
    const patch = (type: string, body: unknown) =>
      ask(server, `${configMaps}/patched?fieldManager=x`, {
        method: 'PATCH',
        type: `application/${type}`,
        body,
      });
    expect((await patch('merge-patch+json', { data: { a: null, b: '2' } })).body.data).toEqual({ b: '2' });
    expect((await patch('json-patch+json', [{ op: 'add', path: '/data/c', value: '3' }])).body.data).toEqual({
      b: '2',
      c: '3',
    });
    expect((await patch('strategic-merge-patch+json', { data: { d: '4' } })).body.data).toMatchObject({
      d: '4',
    });
    const applied = await patch('apply-patch+yaml', 'apiVersion: v1\nkind: ConfigMap\ndata: {e: "5"}\n');
    expect(applied).toMatchObject({ status: 200, body: { data: { b: '2', e: '5' } } });
    expect((await patch('json-patch+json', [{ op: 'test', path: '/data/c', value: '9' }])).status).toBe(422);
    expect((await patch('merge-patch+json', { metadata: { resourceVersion: '1' } })).status).toBe(409);
    expect((await patch('merge-patch+json', { metadata: { name: 'other' } })).status).toBe(400);
  });

  it('applies: creates where there is nothing, changes nothing the second time, conflicts over the wire', async () => {
    const apply = (manager: string, spec: object, query = '') =>
      ask(server, `${knative}/ssa?fieldManager=${manager}${query}`, {
        method: 'PATCH',
        type: 'application/apply-patch+yaml',
        body: service('ssa', spec),
      });
    const first = await apply('one', { traffic: [{ percent: 100 }] });
    expect(first.status).toBe(201);
    const again = await apply('one', { traffic: [{ percent: 100 }] });
    expect(again.body.metadata.resourceVersion).toBe(first.body.metadata.resourceVersion);
    const conflict = await apply('two', { traffic: [{ percent: 50 }] });
    expect(conflict).toMatchObject({
      status: 409,
      body: {
        reason: 'Conflict',
        details: { causes: [{ reason: 'FieldManagerConflict', field: '.spec.traffic' }] },
      },
    });
    expect((await apply('two', { traffic: [{ percent: 50 }] }, '&force=true')).body.spec.traffic).toEqual([
      { percent: 50 },
    ]);
  });

  it('applies a status for its own manager', async () => {
    await ask(server, knative, { method: 'POST', body: service('ssas') });
    const applied = await ask(server, `${knative}/ssas/status?fieldManager=c`, {
      method: 'PATCH',
      type: 'application/apply-patch+yaml',
      body: { ...service('ssas', { forged: 1 }), status: { url: 'u' } },
    });
    expect(applied.body).toMatchObject({ spec: {}, status: { url: 'u' } });
    expect(applied.body.spec.forged).toBeUndefined();
  });

  it('stores nothing on a dry run', async () => {
    const before = store.resourceVersion;
    const query = '?dryRun=All';
    expect(
      (await ask(server, `${configMaps}${query}`, { method: 'POST', body: configMap('dry') })).status,
    ).toBe(201);
    expect((await ask(server, `${configMaps}/dry`)).status).toBe(404);
    const type = 'application/apply-patch+yaml';
    await ask(server, `${configMaps}/dry${query}&fieldManager=x`, {
      method: 'PATCH',
      type,
      body: configMap('dry'),
    });
    await ask(server, `/api/v1/namespaces/default${query}`, { method: 'DELETE' });
    expect(store.resourceVersion).toBe(before);
  });

  it('deletes by selector, with preconditions, and shows what waits for its finalizers', async () => {
    for (const name of ['d1', 'd2'])
      await ask(server, configMaps, { method: 'POST', body: configMap(name, {}, { del: 'yes' }) });
    const wrong = { preconditions: { uid: 'other' } };
    expect((await ask(server, `${configMaps}/d1`, { method: 'DELETE', body: wrong })).status).toBe(409);
    const gone = await ask(server, `${configMaps}?labelSelector=del%3Dyes`, { method: 'DELETE' });
    expect(gone.body.items).toHaveLength(2);
    const held = { ...service('held'), metadata: { name: 'held', finalizers: ['x/one'] } };
    await ask(server, knative, { method: 'POST', body: held });
    const going = await ask(server, `${knative}/held`, { method: 'DELETE' });
    expect(going.body).toMatchObject({
      kind: 'Service',
      metadata: { deletionTimestamp: expect.any(String) },
    });
  });

  it('scales a workload', async () => {
    const path = '/apis/apps/v1/namespaces/default/deployments';
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec: { replicas: 1, selector: { matchLabels: { app: 'd' } } },
    };
    await ask(server, path, { method: 'POST', body: deployment });
    expect((await ask(server, `${path}/d/scale`)).body).toMatchObject({
      spec: { replicas: 1 },
      status: { selector: 'app=d' },
    });
    const type = 'application/merge-patch+json';
    const scaled = await ask(server, `${path}/d/scale`, {
      method: 'PATCH',
      type,
      body: { spec: { replicas: 3 } },
    });
    expect(scaled.body).toMatchObject({ kind: 'Scale', spec: { replicas: 3 } });
    expect(store.get('deployments.apps', 'default', 'd')).toMatchObject({
      spec: { replicas: 3 },
      metadata: { generation: 2 },
    });
  });
});

describe('reading', () => {
  it('pages a list that does not move while it is read', async () => {
    for (let index = 0; index < 5; index += 1) {
      store.create('configmaps', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: `page-${index}`, namespace: 'kube-public', labels: { page: 'yes' } },
      });
    }
    const path = '/api/v1/namespaces/kube-public/configmaps';
    const first = (await ask(server, `${path}?limit=2`)).body;
    expect(first.metadata.remainingItemCount).toBe(3);
    store.delete('configmaps', 'kube-public', 'page-3');
    const rest = (await ask(server, `${path}?limit=2&continue=${first.metadata.continue}`)).body;
    const last = (await ask(server, `${path}?continue=${rest.metadata.continue}`)).body;
    const names = [first, rest, last].flatMap(({ items }) =>
      items.map((item: { metadata: { name: string } }) => item.metadata.name),
    );
    expect(names).toEqual(['page-0', 'page-1', 'page-2', 'page-3', 'page-4']);
    expect(last.metadata).toEqual({ resourceVersion: first.metadata.resourceVersion });
    expect((await ask(server, `${path}?continue=nonsense`)).status).toBe(400);
    expect((await ask(server, `${configMaps}?continue=${first.metadata.continue}`)).status).toBe(400);
    for (let index = 0; index < 64; index += 1) await ask(server, `${path}?limit=1`);
    const late = await ask(server, `${path}?continue=${first.metadata.continue}`);
    expect(late).toMatchObject({ status: 410, body: { reason: 'Expired' } });
  });

  it('gives items of built-in lists no kind, as an API server does, and those of custom ones theirs', async () => {
    const namespaces = (await ask(server, '/api/v1/namespaces')).body;
    expect(namespaces.kind).toBe('NamespaceList');
    expect(namespaces.items[0]).not.toHaveProperty('kind');
    store.create('routes.serving.knative.dev', {
      apiVersion: 'serving.knative.dev/v1',
      kind: 'Route',
      metadata: { name: 'r', namespace: 'default' },
    });
    expect((await ask(server, '/apis/serving.knative.dev/v1/routes')).body.items[0].kind).toBe('Route');
  });

  it('prints tables, with or without the objects', async () => {
    store.create('revisions.serving.knative.dev', {
      apiVersion: 'serving.knative.dev/v1',
      kind: 'Revision',
      metadata: {
        name: 'rev',
        namespace: 'default',
        labels: { 'serving.knative.dev/configurationGeneration': '1' },
      },
    });
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
    const path = '/apis/serving.knative.dev/v1/revisions';
    const table = (await ask(server, path, { accept })).body;
    expect(table.kind).toBe('Table');
    expect(table.columnDefinitions.map(({ name }: { name: string }) => name)).toEqual([
      'Name',
      'Config Name',
      'Generation',
      'Ready',
      'Reason',
      'Actual Replicas',
      'Desired Replicas',
    ]);
    expect(table.rows[0]).toMatchObject({
      cells: ['rev', null, '1', null, null, null, null],
      object: { kind: 'PartialObjectMetadata', metadata: { name: 'rev' } },
    });
    const whole = (await ask(server, `${path}?includeObject=Object`, { accept })).body;
    expect(whole.rows[0].object.kind).toBe('Revision');
  });

  it('asks a pod through the proxy', async () => {
    const path = '/api/v1/namespaces/kourier-system/pods';
    const answer = await ask(server, `${path}/gateway:9000/proxy/stats/prometheus?filter=x%26y`);
    expect(answer).toMatchObject({ status: 200, body: 'kourier-system /stats/prometheus?filter=x%26y' });
    expect((await ask(server, `${path}/gateway:9001/proxy/`)).status).toBe(404);
    expect((await ask(server, `${path}/gateway:x/proxy/`)).status).toBe(400);
  });
});

it('ends what is open when it closes', async () => {
  let closed = 0;
  const { server: other } = await startServer({ onClose: () => (closed += 1) });
  const hanging = ask(other, '/api/v1/namespaces?watch=true').then(
    () => 'ended',
    () => 'ended',
  );
  await ask(other, '/readyz');
  await Promise.all([other.close(), other.close()]);
  expect(await hanging).toBe('ended');
  expect(closed).toBe(1);
  await expect(ask(other, '/readyz')).rejects.toThrow(/ECONNREFUSED/);
});
