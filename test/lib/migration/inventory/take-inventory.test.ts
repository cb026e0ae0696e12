import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ZeroshiftError } from '../../../../lib/messages/error.ts';
import {
  type InventoryEntry,
  type InventoryObject,
  type InventoryScope,
  takeInventory,
} from '../../../../lib/migration/inventory/index.ts';
import { make, ownedBy, type Populated, populate, secretValue, serving, shopObjects } from './populated.ts';

let populated: Populated;
beforeAll(async () => {
  populated = await populate();
  populated.create(...shopObjects());
});
afterAll(() => populated.close());

const now = new Date('2026-02-01T00:00:00Z');
async function taken(scope: InventoryScope = {}): Promise<InventoryEntry[]> {
  const entries: InventoryEntry[] = [];
  for await (const entry of takeInventory(populated.cluster, scope, now)) entries.push(entry);
  return entries;
}

const isObject = (entry: InventoryEntry): entry is InventoryObject => entry.entry === 'object';
/** `Secret shop/db` → what became of it. */
const told = (entries: readonly InventoryEntry[]): Record<string, string> =>
  Object.fromEntries(
    entries
      .filter(isObject)
      .map(({ kind, namespace, name, fate, reason, role }) => [
        `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`,
        [reason ?? fate, ...(role === undefined ? [] : [role])].join(' '),
      ]),
  );
const item = (entries: readonly InventoryEntry[], kind: string, name: string): InventoryObject | undefined =>
  entries.filter(isObject).find((entry) => entry.kind === kind && entry.name === name);

describe('the inventory of a cluster', () => {
  it('has everything once, with what becomes of it', async () => {
    const entries = await taken();
    const objects = entries.filter(isObject);
    expect(Object.keys(told(entries))).toHaveLength(
      new Set(
        objects.map(({ apiVersion, kind, namespace, name }) => `${apiVersion} ${kind} ${namespace}/${name}`),
      ).size,
    );
    expect(told(entries)).toEqual({
      'Namespace shop': 'moves',
      'Namespace test': 'moves',
      'Namespace default': 'cluster-own',
      'Namespace knative-serving': 'system',
      'Namespace kube-node-lease': 'system',
      'Namespace kube-public': 'system',
      'Namespace kube-system': 'system',
      'Service shop/cart': 'moves serving',
      'Configuration shop/alone': 'moves serving',
      'Route shop/alone': 'moves',
      'Service test/other': 'moves serving',
      'Revision shop/cart-00001': 'retention',
      'Revision shop/cart-00002': 'moves',
      'Revision shop/cart-00003': 'retention',
      // The collector would take it, but it has a tag.
      'Revision shop/cart-00004': 'moves',
      'Revision shop/cart-00005': 'moves',
      'Revision shop/cart-00006': 'moves',
      'Revision shop/cart-00007': 'moves',
      'DomainMapping shop/www.example.com': 'moves',
      'ClusterDomainClaim www.example.com': 'moves',
      'Service shop/web': 'moves',
      'Deployment shop/web': 'moves serving',
      // The Service that selects it is one that Knative made.
      'Deployment shop/consumer': 'moves undecided',
      'CronJob shop/nightly': 'moves undecided',
      'HorizontalPodAutoscaler shop/web': 'moves',
      'PodDisruptionBudget shop/web': 'moves',
      'NetworkPolicy shop/deny': 'moves',
      'ResourceQuota shop/limits': 'moves',
      'LimitRange shop/sizes': 'moves',
      'PersistentVolumeClaim shop/disk': 'data',
      'StorageClass gp3': 'cluster-own',
      'PriorityClass high': 'moves',
      'ServiceAccount shop/default': 'cluster-own',
      'ServiceAccount shop/cart': 'moves',
      'Role shop/reader': 'moves',
      'RoleBinding shop/cart-reads': 'moves',
      'Role test/watcher': 'moves',
      'RoleBinding test/cart-watches': 'moves',
      'ClusterRole lists-nodes': 'moves',
      'ClusterRoleBinding cart-lists': 'moves',
      'ExternalSecret shop/db': 'moves',
      'ClusterSecretStore vault': 'cluster-own',
      'Secret shop/db': 'managed-by',
      'Secret shop/registry': 'moves',
      'Secret shop/www-tls': 'moves',
      'Certificate shop/www': 'moves',
      'ClusterIssuer letsencrypt': 'cluster-own',
      'ConfigMap shop/older': 'moves',
      'ConfigMap shop/kube-root-ca.crt': 'cluster-own',
      'ConfigMap shop/delivered': 'managed-by',
      'ConfigMap test/unneeded': 'moves',
      'Trigger shop/orders': 'eventing',
      'Widget shop/w': 'unknown-kind',
    });
  });

  it('says who needs what, what is needed and not there, and what Knative is told', async () => {
    const entries = await taken();
    expect(item(entries, 'Secret', 'db')).toMatchObject({
      keys: ['password', 'user'],
      neededBy: { first: ['Service.serving.knative.dev shop/cart'], count: 1 },
      owner: { tool: 'external-secrets', maker: { name: 'db' } },
    });
    expect(item(entries, 'Secret', 'registry')?.neededBy?.first).toEqual(['ServiceAccount shop/cart']);
    expect(item(entries, 'ConfigMap', 'older')?.neededBy?.first).toEqual([
      'Revision.serving.knative.dev shop/cart-00002',
    ]);
    expect(item(entries, 'Secret', 'www-tls')?.owner).toMatchObject({
      tool: 'cert-manager',
      challenge: 'http-01',
    });
    expect(item(entries, 'Revision', 'cart-00002')?.uses).toEqual(['pinned', 'routed']);
    expect(item(entries, 'Revision', 'cart-00005')?.uses).toEqual(['retained']);
    expect(entries.filter(({ entry }) => entry === 'missing')).toEqual([
      {
        entry: 'missing',
        kind: 'ConfigMap',
        namespace: 'shop',
        name: 'gone',
        neededBy: { first: ['Service.serving.knative.dev shop/cart'], count: 1 },
      },
    ]);
    const settings = entries.flatMap((entry) => (entry.entry === 'setting' ? [entry] : []));
    expect(settings.map(({ key, usedBy }) => [key, usedBy])).toEqual(
      expect.arrayContaining([
        ['kubernetes.podspec-priorityclassname', 1],
        ['min-non-active-revisions', undefined],
      ]),
    );
    expect(entries.filter(({ entry }) => entry === 'unread')).toEqual([]);
  });

  it('gives objects without what belongs to the cluster', async () => {
    const objects = (await taken()).filter(isObject);
    for (const { object } of objects) {
      expect(object.status, object.metadata.name).toBeUndefined();
      const left = Object.keys(object.metadata).filter(
        (field) => !['name', 'namespace', 'labels', 'annotations'].includes(field),
      );
      expect(left, object.metadata.name).toEqual([]);
    }
    const web = objects.find(({ apiVersion, kind }) => apiVersion === 'v1' && kind === 'Service');
    expect(web?.object.spec).toEqual({ selector: { app: 'web' } });
  });

  it('takes all revisions with their history, and tells what keeps them all the same', async () => {
    const entries = await taken({ history: true, namespaces: ['shop'] });
    const revisions = entries.filter(isObject).filter(({ kind }) => kind === 'Revision');
    expect(revisions.map(({ fate }) => fate)).toEqual(Array(7).fill('moves'));
    expect(item(entries, 'Revision', 'cart-00001')?.uses).toEqual([]);
  });

  it('keeps to the namespaces, but for what gives roles to their accounts', async () => {
    const entries = await taken({ namespaces: ['shop'] });
    const elsewhere = Object.keys(told(entries)).filter((name) => /test/.test(name));
    expect(elsewhere.sort()).toEqual([
      'Namespace test',
      'Role test/watcher',
      'RoleBinding test/cart-watches',
    ]);
    const error = await taken({ namespaces: ['shops'] }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ZeroshiftError);
    expect(error).toMatchObject({ code: 'inventory.no-namespace', action: 'did you mean shop?' });
  });

  it('takes by labels what has them, what that needs, and what goes with it', async () => {
    const names = told(await taken({ selector: 'app=cart' }));
    expect(names).toEqual({
      'Namespace shop': 'moves',
      'Service shop/cart': 'moves serving',
      'Revision shop/cart-00001': 'retention',
      'Revision shop/cart-00002': 'moves',
      'Revision shop/cart-00003': 'retention',
      'Revision shop/cart-00004': 'moves',
      'Revision shop/cart-00005': 'moves',
      'Revision shop/cart-00006': 'moves',
      'Revision shop/cart-00007': 'moves',
      'DomainMapping shop/www.example.com': 'moves',
      'ClusterDomainClaim www.example.com': 'moves',
      'NetworkPolicy shop/deny': 'moves',
      'ResourceQuota shop/limits': 'moves',
      'LimitRange shop/sizes': 'moves',
      'PriorityClass high': 'moves',
      'ServiceAccount shop/default': 'cluster-own',
      'ServiceAccount shop/cart': 'moves',
      'RoleBinding shop/cart-reads': 'moves',
      'Role shop/reader': 'moves',
      'Namespace test': 'moves',
      'RoleBinding test/cart-watches': 'moves',
      'Role test/watcher': 'moves',
      'ClusterRoleBinding cart-lists': 'moves',
      'ClusterRole lists-nodes': 'moves',
      'Secret shop/db': 'managed-by',
      'ExternalSecret shop/db': 'moves',
      'ClusterSecretStore vault': 'cluster-own',
      'Secret shop/registry': 'moves',
      'Secret shop/www-tls': 'moves',
      'Certificate shop/www': 'moves',
      'ClusterIssuer letsencrypt': 'cluster-own',
      'ConfigMap shop/older': 'moves',
    });
  });

  it('keeps no value of a Secret, nor anything that was made of one', async () => {
    for (const scope of [{}, { selector: 'app=cart' }]) {
      const text = JSON.stringify(await taken(scope));
      expect(text).toContain('.dockerconfigjson');
      expect(text).not.toContain(secretValue);
    }
  });

  it('leaves the revisions of a service to whoever delivers it, and follows what they need all the same', async () => {
    const delivered = await populate();
    const pods = { containers: [{ image: 'cart:1', envFrom: [{ configMapRef: { name: 'by-hand' } }] }] };
    const service = make(
      `${serving} Service`,
      'cart',
      { spec: { template: { spec: pods } }, status: { latestReadyRevisionName: 'cart-00001' } },
      { annotations: { 'argocd.argoproj.io/tracking-id': 'shop:serving.knative.dev/Service:shop/cart' } },
    );
    const labels = { 'serving.knative.dev/configuration': 'cart' };
    delivered.create(
      make('Namespace', '/shop'),
      service,
      make(
        `${serving} Revision`,
        'cart-00001',
        { spec: pods },
        { labels, ...ownedBy(serving, 'Configuration', 'cart') },
      ),
      make('ConfigMap', 'by-hand', { data: {} }),
    );
    const entries: InventoryEntry[] = [];
    for await (const entry of takeInventory(delivered.cluster, { namespaces: ['shop'] }, now))
      entries.push(entry);
    await delivered.close();
    expect(told(entries)).toEqual({
      'Namespace shop': 'moves',
      'Service shop/cart': 'managed-by serving',
      'Revision shop/cart-00001': 'managed-by',
      'ConfigMap shop/by-hand': 'moves',
    });
    expect(item(entries, 'Revision', 'cart-00001')?.owner?.from).toBe('Application shop');
    expect(item(entries, 'ConfigMap', 'by-hand')?.neededBy?.count).toBe(2);
  });

  it('reads as it is asked, and not ahead', async () => {
    const { cluster } = populated;
    const listed: string[] = [];
    const watched = {
      get: (reference: Parameters<typeof cluster.get>[0]) => cluster.get(reference),
      discover: () => cluster.discover(),
      list: (...given: Parameters<typeof cluster.list>) => {
        listed.push(given[0].kind);
        return cluster.list(...given);
      },
    };
    for await (const entry of takeInventory(watched, {}, now))
      if (entry.entry === 'object' && entry.kind === 'Deployment') break;
    expect(listed).toContain('Revision');
    expect(listed).not.toContain('Secret');
  });

  it('reads a long list of what is needed at once, and tells what is missing in it', async () => {
    const many = await populate();
    const names = Array.from({ length: 300 }, (_, index) => `key-${index}`);
    const env = names.map((name) => ({ name: 'A', valueFrom: { secretKeyRef: { name, key: 'k' } } }));
    many.create(
      make('Namespace', '/shop'),
      make(
        `${serving} Service`,
        'cart',
        { spec: { template: { spec: { containers: [{ env }] } } } },
        { labels: { app: 'cart' } },
      ),
      ...names.slice(1).map((name) => make('Secret', name, { type: 'Opaque' })),
      make('Secret', 'of-others', { type: 'Opaque' }),
    );
    let gets = 0;
    const counted = {
      get: (reference: Parameters<typeof many.cluster.get>[0]) => {
        gets++;
        return many.cluster.get(reference);
      },
      discover: () => many.cluster.discover(),
      list: (...given: Parameters<typeof many.cluster.list>) => many.cluster.list(...given),
    };
    const entries: InventoryEntry[] = [];
    for await (const entry of takeInventory(counted, { selector: 'app=cart' }, now)) entries.push(entry);
    await many.close();
    expect(
      entries
        .filter(isObject)
        .filter(({ kind }) => kind === 'Secret')
        .map(({ name }) => name)
        .sort(),
    ).toEqual(names.slice(1).sort());
    expect(entries).toContainEqual(expect.objectContaining({ entry: 'missing', name: 'key-0' }));
    expect(gets).toBeLessThan(5);
  });

  it('tells what it may not read, and goes on', async () => {
    const { cluster } = populated;
    const forbidden = new ZeroshiftError('cannot list Secret objects: forbidden', {
      code: 'cluster.refused',
      source: 'outside',
    });
    const guarded = {
      get: (reference: Parameters<typeof cluster.get>[0]) => cluster.get(reference),
      discover: () => cluster.discover(),
      list: (...given: Parameters<typeof cluster.list>) => {
        if (given[0].kind === 'Secret') throw forbidden;
        return cluster.list(...given);
      },
    };
    const entries: InventoryEntry[] = [];
    for await (const entry of takeInventory(guarded, {}, now)) entries.push(entry);
    expect(entries.filter(({ entry }) => entry === 'unread')).toEqual([
      { entry: 'unread', kind: 'Secret', why: 'cannot list Secret objects: forbidden' },
    ]);
    // What is needed is asked for by its name.
    expect(told(entries)).toMatchObject({ 'Secret shop/db': 'managed-by', 'ConfigMap shop/older': 'moves' });
  });
});
