import fc from 'fast-check';
import { expect, it } from 'vitest';
import { referencesOf } from '../../../../lib/migration/inventory/object-references.ts';
import { podReferences } from '../../../../lib/migration/inventory/pod-references.ts';

/** Every place of a pod spec at which Kubernetes takes a name, one each, with a name of its own. */
const everyPlace = {
  serviceAccountName: 'account',
  imagePullSecrets: [{ name: 'pull' }],
  priorityClassName: 'high',
  runtimeClassName: 'gvisor',
  resourceClaims: [
    { name: 'gpu', resourceClaimName: 'claim' },
    { name: 'other', resourceClaimTemplateName: 'claim-template' },
  ],
  initContainers: [
    { name: 'init', env: [{ valueFrom: { secretKeyRef: { name: 'init-secret', key: 'a' } } }] },
  ],
  containers: [
    {
      name: 'app',
      env: [
        { name: 'A', value: 'not-a-reference' },
        { name: 'B', valueFrom: { secretKeyRef: { name: 'env-secret', key: 'b' } } },
        { name: 'C', valueFrom: { configMapKeyRef: { name: 'env-map', key: 'c', optional: true } } },
        { name: 'D', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      ],
      envFrom: [
        { secretRef: { name: 'from-secret', optional: true } },
        { configMapRef: { name: 'from-map' } },
      ],
    },
    { name: 'sidecar', envFrom: [{ secretRef: { name: 'sidecar-secret' } }] },
  ],
  ephemeralContainers: [{ name: 'debug', envFrom: [{ configMapRef: { name: 'debug-map' } }] }],
  volumes: [
    { name: 'a', secret: { secretName: 'volume-secret' } },
    { name: 'b', configMap: { name: 'volume-map', optional: true } },
    {
      name: 'c',
      projected: {
        sources: [
          { secret: { name: 'projected-secret' } },
          { configMap: { name: 'projected-map' } },
          { serviceAccountToken: { path: 'token' } },
          { clusterTrustBundle: { name: 'bundle', path: 'ca' } },
        ],
      },
    },
    { name: 'd', persistentVolumeClaim: { claimName: 'disk' } },
    {
      name: 'e',
      csi: {
        driver: 'secrets-store.csi.k8s.io',
        nodePublishSecretRef: { name: 'csi-secret' },
        volumeAttributes: { secretProviderClass: 'vault' },
      },
    },
    { name: 'f', ephemeral: { volumeClaimTemplate: { spec: { storageClassName: 'gp3' } } } },
    { name: 'g', azureFile: { secretName: 'azure', shareName: 's' } },
    { name: 'h', cephfs: { secretRef: { name: 'ceph' } } },
    { name: 'i', emptyDir: {} },
  ],
};

const expected = [
  'ServiceAccount account',
  'Secret pull',
  'PriorityClass.scheduling.k8s.io high (cluster)',
  'RuntimeClass.node.k8s.io gvisor (cluster)',
  'ResourceClaim.resource.k8s.io claim',
  'ResourceClaimTemplate.resource.k8s.io claim-template',
  'Secret init-secret',
  'Secret env-secret',
  'ConfigMap env-map (optional)',
  'Secret from-secret (optional)',
  'ConfigMap from-map',
  'Secret sidecar-secret',
  'ConfigMap debug-map',
  'Secret volume-secret',
  'ConfigMap volume-map (optional)',
  'Secret projected-secret',
  'ConfigMap projected-map',
  'ClusterTrustBundle.certificates.k8s.io bundle (cluster)',
  'PersistentVolumeClaim disk',
  'Secret csi-secret',
  'SecretProviderClass.secrets-store.csi.x-k8s.io vault',
  'StorageClass.storage.k8s.io gp3 (cluster)',
  'Secret azure',
  'Secret ceph',
];

const texts = (spec: unknown): string[] =>
  podReferences(spec).map(
    ({ kind, name, optional, cluster }) =>
      `${kind} ${name}${optional ? ' (optional)' : ''}${cluster ? ' (cluster)' : ''}`,
  );

it('finds every name in a pod spec, and nothing else', () => {
  expect(texts(everyPlace).sort()).toEqual([...expected].sort());
});

it('names the account that a pod has when its spec says none', () => {
  expect(texts({ containers: [] })).toEqual(['ServiceAccount default (optional)']);
  expect(texts({ serviceAccount: 'older' })).toEqual(['ServiceAccount older']);
});

it('takes an object once, and as needed where one place cannot do without it', () => {
  const env = (optional: boolean) => ({ valueFrom: { secretKeyRef: { name: 'db', key: 'k', optional } } });
  const spec = { template: { spec: { containers: [{ env: [env(true), env(false), env(true)] }] } } };
  const service = { apiVersion: 'serving.knative.dev/v1', kind: 'Service', metadata: { name: 'cart' }, spec };
  expect(referencesOf(service).filter(({ kind }) => kind === 'Secret')).toEqual([
    {
      kind: 'Secret',
      name: 'db',
      field: 'spec.template.spec.containers[0].env[1].valueFrom.secretKeyRef',
    },
  ]);
});

/** A pod spec drawn by chance, with the names that were put into it: what is found must be these. */
const name = fc.stringMatching(/^[a-z][-a-z0-9]{0,8}[a-z0-9]$/);
type Part = { readonly value: object; readonly names: readonly string[] };
const part = (kind: string, make: (name: string) => object): fc.Arbitrary<Part> =>
  name.map((given) => ({ value: make(given), names: [`${kind} ${given}`] }));
const nothing = (value: object): fc.Arbitrary<Part> => fc.constant({ value, names: [] });

const env = fc.oneof(
  part('Secret', (text) => ({ name: 'A', valueFrom: { secretKeyRef: { name: text, key: 'k' } } })),
  part('ConfigMap', (text) => ({ name: 'A', valueFrom: { configMapKeyRef: { name: text, key: 'k' } } })),
  nothing({ name: 'A', value: 'plain' }),
);
const envFrom = fc.oneof(
  part('Secret', (text) => ({ secretRef: { name: text } })),
  part('ConfigMap', (text) => ({ configMapRef: { name: text }, prefix: 'P_' })),
);
const source = fc.oneof(
  part('Secret', (text) => ({ secret: { name: text } })),
  part('ConfigMap', (text) => ({ configMap: { name: text } })),
  nothing({ downwardAPI: { items: [] } }),
);
const list = (item: fc.Arbitrary<Part>) =>
  fc.array(item, { maxLength: 4 }).map((parts) => ({
    values: parts.map(({ value }) => value),
    names: parts.flatMap(({ names }) => names),
  }));
const volume = fc.oneof(
  part('Secret', (text) => ({ secret: { secretName: text } })),
  part('ConfigMap', (text) => ({ configMap: { name: text } })),
  part('PersistentVolumeClaim', (text) => ({ persistentVolumeClaim: { claimName: text } })),
  list(source).map(({ values, names }) => ({ value: { projected: { sources: values } }, names })),
  nothing({ emptyDir: {} }),
);
const container = fc.record({ env: list(env), envFrom: list(envFrom) }).map(
  (drawn): Part => ({
    value: { image: 'app:1', env: drawn.env.values, envFrom: drawn.envFrom.values },
    names: [...drawn.env.names, ...drawn.envFrom.names],
  }),
);
const pod = fc
  .record({
    init: list(container),
    containers: list(container),
    volumes: list(volume),
    pull: list(part('Secret', (text) => ({ name: text }))),
    account: name,
  })
  .map(({ init, containers, volumes, pull, account }) => ({
    spec: {
      serviceAccountName: account,
      initContainers: init.values,
      containers: containers.values,
      volumes: volumes.values,
      imagePullSecrets: pull.values,
    },
    names: [`ServiceAccount ${account}`, ...[init, containers, volumes, pull].flatMap(({ names }) => names)],
  }));

/** Where each kind keeps a pod spec. */
const kinds: readonly [string, string, (spec: object) => object][] = [
  ['serving.knative.dev/v1', 'Service', (spec) => ({ template: { spec } })],
  ['serving.knative.dev/v1', 'Configuration', (spec) => ({ template: { spec } })],
  ['serving.knative.dev/v1', 'Revision', (spec) => spec],
  ['apps/v1', 'Deployment', (spec) => ({ template: { spec } })],
  ['apps/v1', 'StatefulSet', (spec) => ({ template: { spec } })],
  ['apps/v1', 'DaemonSet', (spec) => ({ template: { spec } })],
  ['batch/v1', 'Job', (spec) => ({ template: { spec } })],
  ['batch/v1', 'CronJob', (spec) => ({ jobTemplate: { spec: { template: { spec } } } })],
  ['v1', 'Pod', (spec) => spec],
];

it('forgets no reference of any workload', () => {
  fc.assert(
    fc.property(pod, fc.constantFrom(...kinds), ({ spec, names }, [apiVersion, kind, place]) => {
      const found = referencesOf({ apiVersion, kind, metadata: { name: 'a' }, spec: place(spec) });
      expect(new Set(found.map((one) => `${one.kind} ${one.name}`))).toEqual(new Set(names));
    }),
    { numRuns: 300 },
  );
});
