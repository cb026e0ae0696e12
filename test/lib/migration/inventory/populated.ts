import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createKubernetesCluster,
  type DefinitionPort,
  type KubeObject,
} from '../../../../lib/clusters/index.ts';
import {
  type Admission,
  createStore,
  type ResourceDefinition,
  rehearsalResources,
  resourceKey,
  type Store,
  startApiServer,
} from '../../../../lib/rehearsal/kube-api/index.ts';

/** A cluster whose API server has no controllers: what is written stays, so owners and status are as they are written. */
export interface Populated {
  readonly cluster: DefinitionPort;
  readonly kubeconfig: string;
  readonly store: Store;
  create(...objects: KubeObject[]): void;
  close(): Promise<void>;
}

const definition = (
  apiVersion: string,
  kind: string,
  plural: string,
  namespaced = true,
): ResourceDefinition => {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  return {
    group,
    version,
    kind,
    plural,
    singular: kind.toLowerCase(),
    shortNames: [],
    categories: [],
    namespaced,
    status: false,
    columns: [],
  };
};

/** What a rehearsal does not serve, and a real cluster does. */
const more: readonly ResourceDefinition[] = [
  definition('v1', 'ResourceQuota', 'resourcequotas'),
  definition('v1', 'LimitRange', 'limitranges'),
  definition('scheduling.k8s.io/v1', 'PriorityClass', 'priorityclasses', false),
  definition('storage.k8s.io/v1', 'StorageClass', 'storageclasses', false),
  definition('external-secrets.io/v1', 'ExternalSecret', 'externalsecrets'),
  definition('external-secrets.io/v1', 'SecretStore', 'secretstores'),
  definition('external-secrets.io/v1', 'ClusterSecretStore', 'clustersecretstores', false),
  definition('cert-manager.io/v1', 'Certificate', 'certificates'),
  definition('cert-manager.io/v1', 'ClusterIssuer', 'clusterissuers', false),
  definition('eventing.knative.dev/v1', 'Trigger', 'triggers'),
  definition('example.com/v1', 'Widget', 'widgets'),
];

/** @param admission what looks at objects before they are stored */
export async function populate(admission: readonly Admission[] = []): Promise<Populated> {
  const folder = await mkdtemp(join(tmpdir(), 'zeroshift-inventory-'));
  const resources = [...rehearsalResources, ...more];
  const store = createStore(resources, { admission });
  const server = await startApiServer({ store, resources, name: 'blue' });
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, server.kubeconfig(), { mode: 0o600 });
  let owner: string | undefined;
  /** The garbage collector takes what has an owner that is not there: whichever uid there is will do. */
  const ownedByWhatIsThere = (object: KubeObject): KubeObject => {
    const { ownerReferences, ...metadata } = object.metadata;
    if (ownerReferences === undefined) return object;
    const owners = ownerReferences.map((reference) => ({ ...reference, uid: owner ?? reference.uid }));
    return { ...object, metadata: { ...metadata, ownerReferences: owners } };
  };
  return {
    cluster: createKubernetesCluster({ name: 'blue', kubeconfig, context: 'blue' }),
    kubeconfig,
    store,
    create: (...objects) => {
      for (const given of objects) {
        const object = ownedByWhatIsThere(given);
        const [version = '', group = ''] = object.apiVersion.split('/').reverse();
        const found = resources.find(
          (one) => one.kind === object.kind && one.group === group && one.version === version,
        );
        if (found === undefined) throw new Error(`no such kind: ${object.apiVersion} ${object.kind}`);
        const key = resourceKey(found);
        const made = store.create(key, object);
        owner ??= made.metadata.uid;
        // As if controllers had seen it: an inventory waits for them.
        const seen = group === 'serving.knative.dev' ? { observedGeneration: made.metadata.generation } : {};
        if (found.status) store.updateStatus(key, { ...made, status: { ...seen, ...object.status } });
      }
    },
    async close() {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

type Metadata = Omit<KubeObject['metadata'], 'name' | 'namespace'>;

/** An object of the namespace `shop`, or of the one in its name: `test/web`. A name that begins with `/` has none. */
export function make(kind: string, name: string, more: object = {}, metadata: Metadata = {}): KubeObject {
  const [apiVersion = '', type = ''] = kind.includes(' ') ? kind.split(' ') : ['v1', kind];
  const [namespace = '', called = name] = name.includes('/') ? name.split('/') : ['shop', name];
  const place = namespace === '' ? {} : { namespace };
  return { apiVersion, kind: type, metadata: { ...metadata, name: called, ...place }, ...more };
}

export const serving = 'serving.knative.dev/v1';

export const ownedBy = (apiVersion: string, kind: string, name: string) => ({
  ownerReferences: [{ apiVersion, kind, name, uid: `uid-of-${name}`, controller: true }],
});

/** A value that no output may hold, wherever it was put. */
export const secretValue = 'c2VjcmV0LXZhbHVlLW9mLWEtdGVzdA==';

const revision = (name: string, state: string, day: number, more: object = {}, config = 'cart'): KubeObject =>
  make(
    `${serving} Revision`,
    name,
    { spec: { containers: [{ image: 'cart:1' }], ...more } },
    {
      annotations: {
        'serving.knative.dev/routingStateModified': `2026-01-${String(day).padStart(2, '0')}T00:00:00Z`,
      },
      labels: { 'serving.knative.dev/configuration': config, 'serving.knative.dev/routingState': state },
      ...ownedBy(serving, 'Configuration', config),
    },
  );

const pod = (spec: object, labels: Record<string, string> = {}) => ({
  spec: { template: { metadata: { labels }, spec: { containers: [{ image: 'app:1' }], ...spec } } },
});

/** One of everything that an inventory has an answer for. */
export function shopObjects(): KubeObject[] {
  const rbac = 'rbac.authorization.k8s.io/v1';
  const reference = (kind: string, name: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind, name });
  const account = (name: string, namespace = 'shop') => ({ kind: 'ServiceAccount', name, namespace });
  return [
    make('Namespace', '/shop', {}, { labels: { team: 'shop' } }),
    make('Namespace', '/test'),
    make('Namespace', '/knative-serving'),
    make('ConfigMap', 'knative-serving/config-gc', {
      data: {
        'min-non-active-revisions': '1',
        'max-non-active-revisions': '2',
        'retain-since-create-time': 'disabled',
        'retain-since-last-active-time': 'disabled',
      },
    }),
    make('ConfigMap', 'knative-serving/config-features', {
      data: {
        'kubernetes.podspec-volumes-csi': 'enabled',
        'kubernetes.podspec-priorityclassname': 'enabled',
      },
    }),
    make(
      `${serving} Service`,
      'cart',
      {
        spec: {
          template: {
            spec: {
              serviceAccountName: 'cart',
              priorityClassName: 'high',
              containers: [
                {
                  image: 'cart:2',
                  env: [
                    { name: 'DB', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
                    { name: 'GONE', valueFrom: { configMapKeyRef: { name: 'gone', key: 'a' } } },
                    {
                      name: 'MAYBE',
                      valueFrom: { configMapKeyRef: { name: 'maybe', key: 'a', optional: true } },
                    },
                  ],
                },
              ],
            },
          },
          traffic: [
            { revisionName: 'cart-00002', percent: 90 },
            { revisionName: 'cart-00004', percent: 0, tag: 'old' },
            { latestRevision: true, percent: 10 },
          ],
        },
        status: { latestReadyRevisionName: 'cart-00007', latestCreatedRevisionName: 'cart-00007' },
      },
      { labels: { app: 'cart' }, annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' } },
    ),
    make(`${serving} Configuration`, 'cart', { spec: {} }, ownedBy(serving, 'Service', 'cart')),
    make(`${serving} Route`, 'cart', { spec: {} }, ownedBy(serving, 'Service', 'cart')),
    make(`${serving} Configuration`, 'alone', pod({})),
    make(`${serving} Route`, 'alone', { spec: { traffic: [{ configurationName: 'alone', percent: 100 }] } }),
    revision('cart-00001', 'reserve', 1),
    revision('cart-00002', 'active', 2, {
      containers: [{ image: 'cart:1', envFrom: [{ configMapRef: { name: 'older' } }] }],
    }),
    revision('cart-00003', 'reserve', 3),
    revision('cart-00004', 'reserve', 4),
    revision('cart-00005', 'reserve', 5),
    revision('cart-00006', 'reserve', 6),
    revision('cart-00007', 'active', 7),
    make('serving.knative.dev/v1beta1 DomainMapping', 'www.example.com', {
      spec: { ref: { apiVersion: serving, kind: 'Service', name: 'cart' }, tls: { secretName: 'www-tls' } },
    }),
    make('networking.internal.knative.dev/v1alpha1 ClusterDomainClaim', '/www.example.com', {
      spec: { namespace: 'shop' },
    }),
    // What Knative makes of a service.
    make('apps/v1 Deployment', 'cart-00007-deployment', pod({}), ownedBy(serving, 'Revision', 'cart-00007')),
    make(
      'Service',
      'cart-00007-private',
      { spec: { selector: { app: 'consumer' } } },
      ownedBy('networking.internal.knative.dev/v1alpha1', 'ServerlessService', 'cart-00007'),
    ),
    make('Pod', 'cart-00007-abc', { spec: { containers: [] } }, ownedBy('apps/v1', 'ReplicaSet', 'x')),
    // Plain workloads.
    make(
      'apps/v1 Deployment',
      'web',
      pod({ volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'disk' } }] }, { app: 'web' }),
    ),
    make('Service', 'web', { spec: { selector: { app: 'web' }, clusterIP: '10.0.0.7' } }),
    make('apps/v1 Deployment', 'consumer', pod({}, { app: 'consumer' })),
    make('batch/v1 CronJob', 'nightly', { spec: { jobTemplate: pod({}) } }),
    make('batch/v1 Job', 'nightly-1', pod({}), ownedBy('batch/v1', 'CronJob', 'nightly')),
    make('autoscaling/v2 HorizontalPodAutoscaler', 'web', {
      spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } },
    }),
    make('policy/v1 PodDisruptionBudget', 'web', { spec: { selector: { matchLabels: { app: 'web' } } } }),
    make('networking.k8s.io/v1 NetworkPolicy', 'deny', { spec: { podSelector: {} } }),
    make('ResourceQuota', 'limits', { spec: { hard: { pods: '10' } } }),
    make('LimitRange', 'sizes', { spec: {} }),
    make('PersistentVolumeClaim', 'disk', { spec: { storageClassName: 'gp3', volumeName: 'pv-1' } }),
    make('storage.k8s.io/v1 StorageClass', '/gp3'),
    make('scheduling.k8s.io/v1 PriorityClass', '/high', { value: 10 }),
    // Who they are.
    make('ServiceAccount', 'default'),
    make('ServiceAccount', 'cart', { imagePullSecrets: [{ name: 'registry' }] }),
    make(`${rbac} Role`, 'reader', { rules: [] }),
    make(`${rbac} RoleBinding`, 'cart-reads', {
      roleRef: reference('Role', 'reader'),
      subjects: [account('cart')],
    }),
    make(`${rbac} ClusterRole`, '/lists-nodes', { rules: [] }),
    make(`${rbac} ClusterRoleBinding`, '/cart-lists', {
      roleRef: reference('ClusterRole', 'lists-nodes'),
      subjects: [account('cart')],
    }),
    make(`${rbac} ClusterRole`, '/of-others', { rules: [] }),
    make(`${rbac} ClusterRoleBinding`, '/of-others', {
      roleRef: reference('ClusterRole', 'of-others'),
      subjects: [account('x', 'kube-system')],
    }),
    make(`${rbac} Role`, 'test/watcher', { rules: [] }),
    make(`${rbac} RoleBinding`, 'test/cart-watches', {
      roleRef: reference('Role', 'watcher'),
      subjects: [account('cart')],
    }),
    // Secrets.
    make(
      'Secret',
      'db',
      { type: 'Opaque', data: { password: secretValue, user: secretValue } },
      {
        annotations: {
          'reconcile.external-secrets.io/data-hash': secretValue,
          'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({
            data: { password: secretValue },
          }),
        },
        ...ownedBy('external-secrets.io/v1', 'ExternalSecret', 'db'),
      },
    ),
    make('external-secrets.io/v1 ExternalSecret', 'db', {
      spec: { secretStoreRef: { name: 'vault', kind: 'ClusterSecretStore' } },
    }),
    make('external-secrets.io/v1 ClusterSecretStore', '/vault'),
    make('Secret', 'registry', {
      type: 'kubernetes.io/dockerconfigjson',
      data: { '.dockerconfigjson': secretValue },
    }),
    make(
      'Secret',
      'www-tls',
      { type: 'kubernetes.io/tls', data: { 'tls.key': secretValue } },
      {
        annotations: {
          'cert-manager.io/certificate-name': 'www',
          'cert-manager.io/issuer-name': 'letsencrypt',
          'cert-manager.io/issuer-kind': 'ClusterIssuer',
        },
      },
    ),
    make('cert-manager.io/v1 Certificate', 'www', {
      spec: { secretName: 'www-tls', issuerRef: { name: 'letsencrypt', kind: 'ClusterIssuer' } },
    }),
    make('cert-manager.io/v1 ClusterIssuer', '/letsencrypt', {
      spec: { acme: { solvers: [{ http01: {} }] } },
    }),
    make('ConfigMap', 'older', { data: { a: '1' } }),
    make('ConfigMap', 'kube-root-ca.crt', { data: {} }),
    make(
      'ConfigMap',
      'delivered',
      { data: {} },
      { annotations: { 'argocd.argoproj.io/tracking-id': 'shop:/ConfigMap:shop/delivered' } },
    ),
    make('eventing.knative.dev/v1 Trigger', 'orders', { spec: { broker: 'default' } }),
    make('example.com/v1 Widget', 'w', { spec: { a: 1 } }),
    // Another namespace, not asked for by some.
    make(`${serving} Service`, 'test/other', pod({}), { labels: { app: 'other' } }),
    make('ConfigMap', 'test/unneeded', { data: {} }),
  ];
}
