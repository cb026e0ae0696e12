import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClusterPort, createKubernetesCluster, type KubeObject } from '../../../lib/clusters/index.ts';
import { ZeroshiftError } from '../../../lib/messages/error.ts';
import {
  type ApiServer,
  createStore,
  refuse,
  rehearsalResources,
  type Store,
  startApiServer,
} from '../../../lib/rehearsal/kube-api/index.ts';

const knative = { apiVersion: 'serving.knative.dev/v1', kind: 'Service' };
const service = (name: string, spec: object = {}): KubeObject => ({
  ...knative,
  metadata: { name, namespace: 'default' },
  spec,
});
const configMap = (name: string, labels: Record<string, string> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', labels },
});

let folder: string;
let server: ApiServer;
let store: Store;
let cluster: ClusterPort;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zeroshift-clusters-'));
  store = createStore(rehearsalResources, {
    admission: [
      ({ operation, object }) => {
        if (operation === 'CREATE' && object.kind === 'Secret')
          throw refuse.badRequest(`bad data: ${object.data.key}`);
        return object;
      },
    ],
  });
  server = await startApiServer({
    store,
    resources: rehearsalResources,
    name: 'blue',
    podProxy: async (_namespace, name, port, path) => {
      if (name === 'gateway') return { status: 200, body: `${port}${path}` };
      return name === 'broken' ? { status: 500, body: 'no\nstack' } : undefined;
    },
  });
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, server.kubeconfig(), { mode: 0o600 });
  cluster = createKubernetesCluster({ name: 'blue', kubeconfig, context: 'blue' });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const failure = async (action: Promise<unknown>): Promise<ZeroshiftError> => {
  const error = await action.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ZeroshiftError) return error;
  throw new Error(`no ZeroshiftError but ${String(error)}`);
};
const all = async (objects: AsyncIterable<KubeObject>): Promise<KubeObject[]> => {
  const found: KubeObject[] = [];
  for await (const object of objects) found.push(object);
  return found;
};

describe('the port to a cluster, over the Kubernetes API', () => {
  it('creates, reads and patches an object of any kind', async () => {
    expect(await cluster.get({ ...knative, name: 'a', namespace: 'default' })).toBeUndefined();
    const made = await cluster.create(service('a', { x: 1 }));
    expect(made.metadata.uid).toBeDefined();
    const reference = { ...knative, name: 'a', namespace: 'default' };
    expect((await cluster.patch(reference, { spec: { x: null, y: 2 } })).spec).toEqual({ y: 2 });
    expect(await cluster.get(reference)).toMatchObject({ ...knative, spec: { y: 2 } });
    const namespace = await cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: 'default' });
    expect(namespace?.status.phase).toBe('Active');
  });

  it('applies as zeroshift, and never forces', async () => {
    const applied = await cluster.apply(service('b', { traffic: [{ percent: 100 }] }));
    expect(applied.metadata.managedFields).toMatchObject([{ manager: 'zeroshift', operation: 'Apply' }]);
    const again = await cluster.apply(service('b', { traffic: [{ percent: 100 }] }));
    expect(again.metadata.resourceVersion).toBe(applied.metadata.resourceVersion);
    await cluster.create(service('argo', { traffic: [{ percent: 10 }] }));
    const error = await failure(cluster.apply(service('argo', { traffic: [{ percent: 100 }] })));
    expect(error.code).toBe('cluster.conflict');
    expect(error.message).toContain('cannot apply Service default/argo in cluster blue');
    expect(error.message).toContain('.spec.traffic (HTTP 409 Conflict)');
    expect(store.get('services.serving.knative.dev', 'default', 'argo')?.spec.traffic).toEqual([
      { percent: 10 },
    ]);
  });

  it('lists page by page, and says of each item what it is', async () => {
    for (let index = 0; index < 501; index += 1)
      store.create('configmaps', configMap(`page-${index}`, { page: 'yes' }));
    store.create('configmaps', configMap('other'));
    const kind = { apiVersion: 'v1', kind: 'ConfigMap' };
    const found = await all(cluster.list(kind, { namespace: 'default', labelSelector: 'page=yes' }));
    expect(found).toHaveLength(501);
    expect(new Set(found.map(({ metadata }) => metadata.name)).size).toBe(501);
    expect(found[0]).toMatchObject(kind);
    expect(await all(cluster.list(kind, { namespace: 'kube-system' }))).toEqual([]);
    expect((await all(cluster.list(kind))).length).toBe(502);
  });

  it('asks a pod, and reads its answer as it is', async () => {
    const pod = { namespace: 'n', name: 'gateway', port: 9000 };
    expect(await cluster.podProxy(pod, '/stats/prometheus?filter=a')).toBe('9000/stats/prometheus?filter=a');
    const missing = await failure(cluster.podProxy({ ...pod, name: 'absent' }, '/'));
    expect(missing.code).toBe('cluster.refused');
    const broken = await failure(cluster.podProxy({ ...pod, name: 'broken' }, '/'));
    expect(broken).toMatchObject({
      code: 'cluster.unavailable',
      message: expect.stringContaining('no (HTTP 500)'),
    });
  });

  it('sees the API server ready', async () => {
    await expect(cluster.ready()).resolves.toBeUndefined();
  });
});

describe('what goes wrong', () => {
  it('tells refusals from conflicts, with the API server’s words', async () => {
    const invalid = await failure(cluster.create(service('Bad_Name')));
    expect(invalid).toMatchObject({ code: 'cluster.refused', source: 'outside' });
    expect(invalid.message).toContain('metadata.name');
    expect(invalid.message).toContain('HTTP 422 Invalid');
    await cluster.create(service('twice'));
    expect((await failure(cluster.create(service('twice')))).code).toBe('cluster.conflict');
    const reference = { ...knative, name: 'none', namespace: 'default' };
    expect((await failure(cluster.patch(reference, {}))).code).toBe('cluster.refused');
    const unknown = { apiVersion: 'nothing.dev/v1', kind: 'Thing', name: 'x', namespace: 'default' };
    expect((await failure(cluster.get(unknown))).message).toContain(
      'does not serve the kind Thing of nothing.dev/v1',
    );
    expect((await failure(all(cluster.list({ apiVersion: 'v1', kind: 'Thing' })))).code).toBe(
      'cluster.refused',
    );
    expect((await failure(cluster.get({ ...knative, name: 'x' }))).message).toContain('it needs a namespace');
  });

  it('never repeats a secret, nor the token', async () => {
    const secret = { ...configMap('s'), kind: 'Secret', data: { key: 'aHVzaA==' } };
    const error = await failure(cluster.create(secret));
    expect(error.code).toBe('cluster.refused');
    expect(error.message).not.toContain('aHVzaA==');
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(server.token);
  });

  it('says where credentials are wrong or cannot be had', async () => {
    const kubeconfig = join(folder, 'wrong');
    await writeFile(kubeconfig, server.kubeconfig().replace(server.token, 'other'));
    const wrong = createKubernetesCluster({ name: 'blue', kubeconfig, context: 'blue' });
    expect((await failure(wrong.ready())).code).toBe('cluster.unauthorized');
    const config = JSON.stringify({
      clusters: [{ name: 'c', cluster: { server: server.url } }],
      users: [
        {
          name: 'u',
          user: {
            exec: { apiVersion: 'client.authentication.k8s.io/v1', command: join(folder, 'no-such-plugin') },
          },
        },
      ],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    });
    await writeFile(kubeconfig, config);
    const missing = createKubernetesCluster({ name: 'blue', kubeconfig, context: 'c' });
    const error = await failure(missing.ready());
    expect(error.code).toBe('cluster.unauthorized');
    expect(error.message).toContain('no-such-plugin');
  });

  it('does not trust another authority', async () => {
    const { makeCertificates } = await import('../../../lib/rehearsal/kube-api/tls.ts');
    const { ca } = await makeCertificates('other');
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    const kubeconfig = join(folder, 'untrusted');
    await writeFile(kubeconfig, server.kubeconfig().replace(base64(server.ca), base64(ca)));
    const stranger = createKubernetesCluster({ name: 'blue', kubeconfig, context: 'blue' });
    expect((await failure(stranger.ready())).code).toBe('cluster.unavailable');
  });

  it('says where the location leads nowhere', async () => {
    const kubeconfig = join(folder, 'kubeconfig');
    const contextless = await failure(
      createKubernetesCluster({ name: 'x', kubeconfig, context: 'red' }).ready(),
    );
    expect(contextless).toMatchObject({
      code: 'cluster.invalid-location',
      source: 'user',
      problems: [{ value: 'red', allowed: 'blue' }],
    });
    const fileless = await failure(
      createKubernetesCluster({ name: 'x', kubeconfig: join(folder, 'no'), context: 'x' }).ready(),
    );
    expect(fileless.code).toBe('cluster.invalid-location');
    expect((await failure(createKubernetesCluster({ name: 'x' }).ready())).code).toBe(
      'cluster.invalid-location',
    );
  });

  it('gives up when there is no answer in time, or nobody', async () => {
    const silent: Server = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const kubeconfig = join(folder, 'silent');
    const config = {
      clusters: [{ name: 'c', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'u', user: { token: 'x' } }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    };
    await writeFile(kubeconfig, JSON.stringify(config));
    const slow = createKubernetesCluster({ name: 'slow', kubeconfig, context: 'c' }, { timeoutMs: 200 });
    const late = await failure(slow.ready());
    expect(late).toMatchObject({
      code: 'cluster.unavailable',
      message: expect.stringContaining('no answer within 200 ms'),
    });
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
    expect((await failure(slow.ready())).code).toBe('cluster.unavailable');
  });
});

it('gets a token for an EKS cluster from the AWS command line, once for many calls', async () => {
  const calls = join(folder, 'calls');
  const script = `#!/bin/sh\necho "$@" >> '${calls}'\necho '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","spec":{},"status":{"expirationTimestamp":"2099-01-01T00:00:00Z","token":"${server.token}"}}'\n`;
  await writeFile(join(folder, 'aws'), script, { mode: 0o700 });
  const path = process.env.PATH;
  process.env.PATH = `${folder}:${path}`;
  try {
    const eks = createKubernetesCluster({
      name: 'fleet-blue',
      endpoint: server.url,
      certificateAuthority: Buffer.from(server.ca).toString('base64'),
    });
    await Promise.all([eks.ready(), eks.ready(), eks.ready()]);
    await eks.ready();
  } finally {
    process.env.PATH = path;
  }
  const { readFile } = await import('node:fs/promises');
  expect(await readFile(calls, 'utf8')).toBe('eks get-token --cluster-name fleet-blue --output json\n');
});
