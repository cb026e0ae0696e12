import { afterEach, describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../lib/clusters/index.ts';
import { refuse, rehearsalResources } from '../../../lib/rehearsal/kube-api/index.ts';
import { ask } from '../rehearsal/kube-api/raw-client.ts';
import { applyAll, changesOf, compared, startApi, type TestApi, wantedObjects } from './api.ts';

/** The rehearsal's API server, over HTTPS: its dry run is its write without the last step. */
let api: TestApi;
afterEach(() => api.close());

const hello = 'Service.serving.knative.dev/shop/hello';
const features = 'ConfigMap/knative-serving/config-features';
const secret = 'Secret/knative-serving/webhook-certs';

const apply = (path: string, manager: string, body: object, force = false) =>
  ask(api.server, `${path}?fieldManager=${manager}${force ? '&force=true' : ''}`, {
    method: 'PATCH',
    type: 'application/apply-patch+yaml',
    body,
  });
const featuresPath = '/api/v1/namespaces/knative-serving/configmaps/config-features';
const helloPath = '/apis/serving.knative.dev/v1/namespaces/shop/services/hello';
const objectOf = (identity: string, wanted = wantedObjects()): KubeObject => {
  const found = wanted.find(
    ({ object }) => object.metadata.annotations?.['zeroshift.dev/object'] === identity,
  );
  if (found === undefined) throw new Error(`no ${identity}`);
  return found.object;
};

describe('a cluster on which nothing is deployed', () => {
  it('would get everything; nothing is written, and hooks are not compared', async () => {
    api = await startApi();
    const before = api.store.resourceVersion;
    const found = await compared(api.cluster, wantedObjects());
    expect(changesOf(found)).toEqual({ created: found.size });
    expect(found.size).toBe(
      wantedObjects().filter(({ object }) => !object.metadata.annotations?.['argocd.argoproj.io/hook'])
        .length,
    );
    expect(found.get(hello)).toEqual({
      component: 'services',
      apiVersion: 'serving.knative.dev/v1',
      kind: 'Service',
      namespace: 'shop',
      name: 'hello',
      change: 'created',
      message: 'not tried: its namespace comes with the definition',
    });
    expect(api.store.resourceVersion).toBe(before);
  });

  it('gets kinds that the definition brings, and not those that nothing brings', async () => {
    // No CRD is there, neither Knative's nor that of EKS.
    api = await startApi(rehearsalResources.filter(({ group }) => !/knative|eks/.test(group)));
    const found = await compared(api.cluster, wantedObjects());
    expect(found.get(hello)).toMatchObject({
      change: 'created',
      message: 'not tried: its kind comes with the definition',
    });
    const refused = [...found.values()].filter(({ change }) => change === 'refused');
    expect(new Set(refused.map(({ kind }) => kind))).toEqual(new Set(['TargetGroupBinding']));
    expect(refused[0]?.message).toBe(
      'the cluster does not serve the kind TargetGroupBinding of eks.amazonaws.com/v1, and nothing in the definition brings it',
    );
  });
});

describe('a cluster that has the definition', () => {
  it('is unchanged, object by object', async () => {
    api = await startApi();
    await applyAll(api.cluster, wantedObjects());
    const before = api.store.resourceVersion;
    const found = await compared(api.cluster, wantedObjects());
    expect(changesOf(found)).toEqual({ unchanged: found.size });
    expect(api.store.resourceVersion).toBe(before);
  });

  it('changes where the definition did, shown as YAML without what the server keeps', async () => {
    api = await startApi();
    await applyAll(api.cluster, wantedObjects());
    const next = wantedObjects({ services: [{ name: 'hello', namespace: 'shop', image: 'app:2' }] });
    const found = await compared(api.cluster, next);
    expect(changesOf(found)).toEqual({ unchanged: found.size - 1, changed: 1 });
    const { change, difference = '' } = found.get(hello) ?? {};
    expect(change).toBe('changed');
    expect(difference).toContain(`--- ${hello}\n+++ ${hello}\n@@`);
    expect(difference.split('\n').filter((line) => /^[-+] /.test(line))).toEqual([
      '-        - image: app:1',
      '+        - image: app:2',
    ]);
    expect(difference).not.toMatch(/managedFields|resourceVersion|generation:|uid|creationTimestamp|status/);
  });

  it('shows a hand edit of a field that nobody defined as no change, and of one that is defined as a conflict', async () => {
    api = await startApi();
    await applyAll(api.cluster, wantedObjects());
    const patch = (body: object) =>
      ask(api.server, `${helloPath}?fieldManager=kubectl-edit`, {
        method: 'PATCH',
        type: 'application/merge-patch+json',
        body,
      });
    await patch({ metadata: { labels: { extra: 'yes' } } });
    expect((await compared(api.cluster, wantedObjects())).get(hello)?.change).toBe('unchanged');
    await patch({ metadata: { labels: { 'zeroshift.dev/component': 'mine' } } });
    const before = api.store.resourceVersion;
    const drift = (await compared(api.cluster, wantedObjects())).get(hello);
    expect(drift).toMatchObject({
      change: 'conflict',
      conflicts: [
        {
          owner: expect.stringMatching(/^"kubectl-edit" using serving\.knative\.dev\/v1 at /),
          field: '.metadata.labels.zeroshift.dev/component',
        },
      ],
      difference: expect.stringMatching(
        /\n- {4}zeroshift\.dev\/component: mine\n\+ {4}zeroshift\.dev\/component: services\n/,
      ),
    });
    // The difference of a conflict comes from a forced dry run: it took nothing over.
    expect(api.store.resourceVersion).toBe(before);
  });

  it('is in conflict where another manager applied another value', async () => {
    api = await startApi();
    const wanted = wantedObjects();
    await applyAll(api.cluster, wanted);
    const next = wantedObjects({
      colours: {
        blue: { kubernetes: '1.34', knative: '1.22.1' },
        green: {
          kubernetes: '1.35',
          knative: '1.23.0',
          serving: { features: { 'kubernetes.podspec-affinity': 'enabled' } },
        },
      },
    });
    const body = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'config-features', namespace: 'knative-serving' },
      data: { 'kubernetes.podspec-affinity': 'disabled' },
    };
    expect((await apply(featuresPath, 'operator', body)).status).toBe(200);
    expect((await compared(api.cluster, next)).get(features)).toMatchObject({
      change: 'conflict',
      conflicts: [{ owner: '"operator"', field: '.data.kubernetes.podspec-affinity' }],
    });
  });

  it('is compared in the name of whoever applies the definition, so that what it drops is seen', async () => {
    api = await startApi();
    const env = { env: { TARGET: 'world', OLD: 'yes' } };
    const before = wantedObjects({
      services: [{ name: 'hello', namespace: 'shop', image: 'app:1', ...env }],
    });
    await applyAll(
      api.cluster,
      before.filter(({ object }) => object.kind === 'Namespace'),
    );
    const { status } = await apply(helloPath, 'argocd-controller', objectOf(hello, before));
    expect(status).toBe(201);
    const drift = (await compared(api.cluster, wantedObjects())).get(hello);
    expect(drift?.change).toBe('changed');
    expect(drift?.difference).toMatch(/^- +- name: OLD$/m);
  });
});

describe('a Secret', () => {
  it('keeps what its controller put in, and its values are not shown', async () => {
    api = await startApi();
    const wanted = wantedObjects();
    await applyAll(api.cluster, wanted);
    const path = '/api/v1/namespaces/knative-serving/secrets/webhook-certs';
    const type = 'application/merge-patch+json';
    await ask(api.server, path, { method: 'PATCH', type, body: { data: { key: 'aHVzaA==' } } });
    expect((await compared(api.cluster, wanted)).get(secret)?.change).toBe('unchanged');
    const changed = wanted.map((one) =>
      one.object.kind === 'Secret'
        ? { ...one, object: { ...one.object, data: { key: 'bG91ZA==', other: 'bmV3' } } }
        : one,
    );
    const drift = (await compared(api.cluster, changed)).get(secret);
    expect(drift).toMatchObject({ change: 'conflict', conflicts: [{ field: '.data.key' }] });
    expect(drift?.difference).toContain('other: (not shown)');
    expect(JSON.stringify(drift)).not.toMatch(/aHVzaA|bG91ZA|bmV3/);
  });

  it('that is refused is not quoted', async () => {
    api = await startApi(rehearsalResources, {
      admission: [
        ({ object }) => {
          if (object.kind === 'Secret') throw refuse.badRequest(`bad data ${JSON.stringify(object.data)}`);
          return object;
        },
      ],
    });
    const wanted = wantedObjects().map((one) =>
      one.object.kind === 'Secret' ? { ...one, object: { ...one.object, data: { key: 'aHVzaA==' } } } : one,
    );
    const namespaces = wanted.filter(({ object }) => object.kind === 'Namespace');
    await applyAll(api.cluster, namespaces);
    const drift = (await compared(api.cluster, wanted)).get(secret);
    expect(drift).toMatchObject({
      change: 'refused',
      message: expect.stringContaining('not shown because it may quote the secret'),
    });
    expect(JSON.stringify(drift)).not.toContain('aHVzaA');
  });
});

it('says what a webhook refuses, and goes on', async () => {
  api = await startApi(rehearsalResources, {
    admission: [
      ({ object }) => {
        if (object.kind === 'Service' && object.apiVersion.startsWith('serving'))
          throw refuse.badRequest('admission webhook "validation.webhook.serving.knative.dev" denied it');
        // What a webhook without pods looks like.
        if (object.kind === 'ConfigMap') throw refuse.internal('failed calling webhook "config"');
        return object;
      },
    ],
  });
  const wanted = wantedObjects();
  await applyAll(
    api.cluster,
    wanted.filter(({ object }) => object.kind === 'Namespace'),
  );
  const found = await compared(api.cluster, wanted);
  expect(found.get(hello)).toMatchObject({
    change: 'refused',
    message: expect.stringContaining('denied it'),
  });
  expect(found.get(features)).toMatchObject({
    change: 'refused',
    message: expect.stringContaining('failed calling webhook'),
  });
  expect(found.get('Deployment.apps/knative-serving/controller')?.change).toBe('created');
});

it('refuses what has no name of its own, and puts what says no namespace into the default one', async () => {
  api = await startApi();
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'plain' } };
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { generateName: 'once-', namespace: 'default' },
  };
  const wanted = [map, job].map((object) => ({
    component: 'services',
    object: object as unknown as KubeObject,
  }));
  expect([...(await compared(api.cluster, wanted)).values()]).toMatchObject([
    { name: 'plain', namespace: 'default', change: 'created' },
    { name: 'once-', change: 'refused', message: expect.stringContaining('no name of its own') },
  ]);
});

it('throws when the cluster goes away in the middle', async () => {
  api = await startApi();
  const discovered = await api.cluster.discover();
  await api.server.close();
  const { compareObjects } = await import('../../../lib/drift/index.ts');
  const first = compareObjects(api.cluster, discovered, wantedObjects()).next();
  await expect(first).rejects.toMatchObject({ code: 'cluster.unavailable' });
});
