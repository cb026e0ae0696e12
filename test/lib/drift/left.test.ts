import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identityOf, withOwnership } from '../../../charts/ownership.ts';
import type { DefinitionPort, KubeObject } from '../../../lib/clusters/index.ts';
import { deletionCommand, findLeft, keptBecause, prune } from '../../../lib/drift/index.ts';
import { ZeroshiftError } from '../../../lib/messages/error.ts';
import { applyAll, leftOf, startApi, type TestApi, wantedObjects } from './api.ts';

let api: TestApi;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.close());

const kept = (name: string) => ({ name, namespace: 'shop', image: 'app:1' });
const atFirst = () =>
  wantedObjects({ services: [kept('hello'), kept('gone'), { ...kept('moved'), namespace: 'old' }] });
const atLast = () => wantedObjects({ services: [kept('hello')] });

const names = (objects: readonly KubeObject[]): string[] => objects.map(identityOf);
const outcomes = async (objects: readonly KubeObject[], check = async () => {}) => {
  const found: [string, string][] = [];
  for await (const { object, outcome } of prune(api.cluster, objects, check))
    found.push([identityOf(object), outcome]);
  return found;
};
const gone = 'Service.serving.knative.dev/shop/gone';
const moved = 'Service.serving.knative.dev/old/moved';

describe('what left the definition', () => {
  it('is found in every kind, and nothing else is', async () => {
    await applyAll(api.cluster, atFirst());
    expect(await leftOf(api.cluster, atFirst())).toEqual([]);
    expect(names(await leftOf(api.cluster, atLast()))).toEqual(['Namespace/old', moved, gone]);
  });

  it('is neither a child, nor a copy of the marks, nor of another fleet, nor on its way already', async () => {
    await applyAll(api.cluster, atFirst());
    const [service] = await leftOf(api.cluster, wantedObjects({ services: [kept('hello'), kept('gone')] }));
    const { labels, annotations } = (await leftOf(api.cluster, atLast())).at(-1)?.metadata ?? {};
    if (labels === undefined || annotations === undefined) throw new Error('no marks');
    expect(service).toBeDefined();
    const owner = api.store.get('services.serving.knative.dev', 'shop', 'gone');
    const child = {
      apiVersion: 'serving.knative.dev/v1',
      kind: 'Service',
      name: 'gone',
      uid: owner?.metadata.uid ?? '',
    };
    const put = (resource: string, object: Partial<KubeObject> & Pick<KubeObject, 'metadata'>): void =>
      void api.store.create(resource, object as KubeObject);
    // As Knative makes them of the Service, and Kubernetes of a Route's Service: the last one has no owner.
    put('routes.serving.knative.dev', {
      metadata: { name: 'gone', namespace: 'shop', labels, annotations, ownerReferences: [child] },
    });
    put('endpoints', { metadata: { name: 'gone', namespace: 'shop', labels, annotations } });
    put('configmaps', { metadata: { name: 'label-only', namespace: 'shop', labels } });
    const foreign = withOwnership(
      [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'foreign', namespace: 'shop' } }],
      'other',
      'services',
    );
    for (const object of foreign) put('configmaps', object);
    const [ending] = withOwnership(
      [
        {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'ending', namespace: 'shop', finalizers: ['a/b'] },
        },
      ],
      'shop',
      'services',
    );
    if (ending !== undefined) put('configmaps', ending);
    expect(names(await leftOf(api.cluster, atLast()))).toContain('ConfigMap/shop/ending');
    api.store.delete('configmaps', 'shop', 'ending');
    expect(names(await leftOf(api.cluster, atLast()))).toEqual(['Namespace/old', moved, gone]);
  });

  it('says which kinds could not be looked through, and goes on with the others', async () => {
    await applyAll(api.cluster, atFirst());
    const refusing: DefinitionPort = Object.assign(Object.create(api.cluster), {
      list: (kind: { kind: string }, options: object) => {
        if (kind.kind === 'Secret')
          throw new ZeroshiftError('forbidden', { code: 'cluster.refused', source: 'outside' });
        return api.cluster.list(kind as never, options);
      },
    });
    const { resources } = await api.cluster.discover();
    const unknown = [{ apiVersion: 'metrics.k8s.io/v1', why: 'away' }];
    const { left, unlisted } = await findLeft(refusing, { resources, unknown }, atLast(), 'shop');
    expect(names(left)).toContain(gone);
    expect(unlisted).toEqual([
      { kind: 'metrics.k8s.io/v1', why: 'away' },
      { kind: 'Secret of v1', why: 'forbidden' },
    ]);
  });
});

describe('pruning', () => {
  it('deletes what left, and never a namespace', async () => {
    await applyAll(api.cluster, atFirst());
    const left = await leftOf(api.cluster, atLast());
    expect(await outcomes(left)).toEqual([
      [moved, 'deleted'],
      [gone, 'deleted'],
    ]);
    expect(names(await leftOf(api.cluster, atLast()))).toEqual(['Namespace/old']);
    expect(api.store.get('services.serving.knative.dev', 'shop', 'hello')).toBeDefined();
  });

  it('keeps what changed since it was listed, and what came in its place', async () => {
    await applyAll(api.cluster, atFirst());
    const left = await leftOf(api.cluster, atLast());
    const reference = {
      apiVersion: 'serving.knative.dev/v1',
      kind: 'Service',
      namespace: 'shop',
      name: 'gone',
    };
    await api.cluster.patch(reference, { metadata: { labels: { taken: 'over' } } });
    const old = atFirst().filter(({ object }) => object.metadata.name === 'moved');
    api.store.delete('services.serving.knative.dev', 'old', 'moved');
    await applyAll(api.cluster, old);
    expect(await outcomes(left)).toEqual([
      [moved, 'changed'],
      [gone, 'changed'],
    ]);
    expect(api.store.get('services.serving.knative.dev', 'shop', 'gone')).toBeDefined();
    api.store.delete('services.serving.knative.dev', 'shop', 'gone');
    expect((await outcomes(left)).at(-1)).toEqual([gone, 'gone']);
  });

  it('asks before each deletion, and stops where it may not', async () => {
    await applyAll(api.cluster, atFirst());
    const left = await leftOf(api.cluster, atLast());
    let asked = 0;
    const check = async (): Promise<void> => {
      if (++asked === 2) throw new Error('green has weight');
    };
    await expect(outcomes(left, check)).rejects.toThrow('green has weight');
    expect(api.store.get('services.serving.knative.dev', 'old', 'moved')).toBeUndefined();
    expect(api.store.get('services.serving.knative.dev', 'shop', 'gone')).toBeDefined();
  });

  it('takes controllers away before their permissions, and webhooks before their pods', async () => {
    const order: string[] = [];
    const fake = {
      remove: async ({ kind }: KubeObject) => {
        order.push(kind);
        return { outcome: 'deleted' as const };
      },
    } as unknown as DefinitionPort;
    const kinds = [
      'rbac.authorization.k8s.io/v1 ClusterRole',
      'v1 ServiceAccount',
      'v1 ConfigMap',
      'apps/v1 Deployment',
      'admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration',
      'serving.knative.dev/v1 Service',
    ];
    const objects = kinds.map((text): KubeObject => {
      const [apiVersion = '', kind = ''] = text.split(' ');
      return { apiVersion, kind, metadata: { name: 'x' } };
    });
    for await (const _ of prune(fake, objects, async () => {}));
    expect(order).toEqual([
      'Service',
      'ValidatingWebhookConfiguration',
      'Deployment',
      'ConfigMap',
      'ClusterRole',
      'ServiceAccount',
    ]);
  });
});

describe('what is kept', () => {
  const object = (apiVersion: string, kind: string, more: object = {}): KubeObject => ({
    apiVersion,
    kind,
    metadata: { name: 'x' },
    ...more,
  });
  it.each([
    object('v1', 'Namespace'),
    object('apiextensions.k8s.io/v1', 'CustomResourceDefinition'),
    object('v1', 'PersistentVolumeClaim'),
    object('v1', 'PersistentVolume'),
    object('apps/v1', 'StatefulSet', {
      spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' } },
    }),
  ])('$apiVersion $kind, because something would go with it', (one) => {
    expect(keptBecause(one)).toMatch(/would go with it$/);
  });
  it.each([object('v1', 'ConfigMap'), object('apps/v1', 'StatefulSet'), object('my.dev/v1', 'Namespace')])(
    'not $apiVersion $kind',
    (one) => {
      expect(keptBecause(one)).toBeUndefined();
    },
  );

  it('is deleted by a command that a shell takes word for word', () => {
    const claim = { ...object('v1', 'PersistentVolumeClaim'), metadata: { name: 'data', namespace: 'shop' } };
    expect(deletionCommand(claim, { kubeconfig: "/it's here", context: 'green' })).toBe(
      String.raw`kubectl --kubeconfig '/it'\''s here' --context 'green' delete persistentvolumeclaim 'data' --namespace 'shop'`,
    );
    const crd = object('apiextensions.k8s.io/v1', 'CustomResourceDefinition');
    expect(deletionCommand(crd, {})).toBe("kubectl delete customresourcedefinition.apiextensions.k8s.io 'x'");
  });
});
