/** A cluster of many services that is never held: each object is made when it is asked for, by its number. */

const serving = 'serving.knative.dev/v1';
const places = 100;
const time = '2026-01-01T00:00:00Z';
const digest = `sha256:${'5c'.repeat(32)}`;

export interface Generated {
  readonly path: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly count: number;
  /** Of the index in the order of an API server: by namespace, then by name. */
  readonly object: (index: number) => object;
  /** @default true */
  readonly namespaced?: boolean;
}

const text = (index: number): string => String(index).padStart(5, '0');
const uid = (kind: string, index: number): string =>
  `${Buffer.from(kind.padEnd(8, '-').slice(0, 4)).toString('hex')}-0000-4000-8000-${String(index).padStart(12, '0')}`;

/** Managers as an API server notes them: a good part of each object. */
const managed = (manager: string, fields: object) => ({
  manager,
  operation: 'Apply',
  apiVersion: 'v1',
  time,
  fieldsType: 'FieldsV1',
  fieldsV1: fields,
});
const owned = (keys: readonly string[]): object => Object.fromEntries(keys.map((key) => [`f:${key}`, {}]));

/** @param manager who applied the objects */
export function cluster(services: number, manager: string): Generated[] {
  const inPlace = Math.ceil(services / places);
  const namespaceOf = (index: number): string =>
    `space-${String(Math.floor(index / inPlace)).padStart(3, '0')}`;
  const metadata = (kind: string, index: number, name: string, fields: object, more: object = {}) => ({
    name,
    namespace: namespaceOf(index),
    uid: uid(kind, index),
    resourceVersion: String(1000 + index),
    generation: 2,
    creationTimestamp: time,
    labels: { app: `service-${text(index)}`, team: `team-${index % 50}` },
    managedFields: [managed(manager, { 'f:metadata': { 'f:labels': owned(['app', 'team']) }, ...fields })],
    ...more,
  });
  const podSpec = (index: number, generation: number) => ({
    serviceAccountName: `service-${text(index)}`,
    containerConcurrency: 0,
    timeoutSeconds: 300,
    enableServiceLinks: false,
    containers: [
      {
        name: 'user-container',
        image: `registry.example.com/team-${index % 50}/service-${text(index)}:v${generation}`,
        env: Array.from({ length: 8 }, (_, one) => ({
          name: `SETTING_${one}`,
          value: `value ${one} of ${index}`,
        })),
        envFrom: [
          { configMapRef: { name: `service-${text(index)}` } },
          { secretRef: { name: `service-${text(index)}` } },
        ],
        ports: [{ containerPort: 8080, protocol: 'TCP' }],
        readinessProbe: { httpGet: { path: '/ready', port: 0 }, successThreshold: 1 },
        resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
      },
    ],
  });
  const ready = (...more: readonly string[]) =>
    ['Ready', ...more].map((type) => ({ type, status: 'True', lastTransitionTime: time }));
  const template = (index: number) => ({
    metadata: { annotations: { 'autoscaling.knative.dev/max-scale': '10' } },
    spec: podSpec(index, 2),
  });
  const templateFields = {
    'f:spec': {
      'f:template': {
        'f:metadata': { 'f:annotations': owned(['autoscaling.knative.dev/max-scale']) },
        'f:spec': owned(['serviceAccountName', 'containers', 'timeoutSeconds']),
      },
    },
  };
  const name = (index: number): string => `service-${text(index)}`;
  const owner = (kind: string, index: number) => ({
    ownerReferences: [
      {
        apiVersion: serving,
        kind,
        name: name(index),
        uid: uid(kind, index),
        controller: true,
        blockOwnerDeletion: true,
      },
    ],
  });
  const revisionName = (index: number, generation: number): string => `${name(index)}-0000${generation}`;
  const traffic = [{ latestRevision: true, percent: 100 }];
  const status = (index: number) => ({
    observedGeneration: 2,
    latestCreatedRevisionName: revisionName(index, 2),
    latestReadyRevisionName: revisionName(index, 2),
  });
  return [
    {
      path: 'namespaces',
      apiVersion: 'v1',
      kind: 'Namespace',
      count: places,
      namespaced: false,
      object: (index) => ({
        metadata: {
          name: `space-${String(index).padStart(3, '0')}`,
          uid: uid('Namespace', index),
          resourceVersion: '1',
          labels: { 'kubernetes.io/metadata.name': `space-${String(index).padStart(3, '0')}` },
        },
        spec: { finalizers: ['kubernetes'] },
        status: { phase: 'Active' },
      }),
    },
    {
      path: 'serviceaccounts',
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      count: services,
      object: (index) => ({
        metadata: metadata(
          'ServiceAccount',
          index,
          name(index),
          {},
          {
            annotations: { 'eks.amazonaws.com/role-arn': `arn:aws:iam::111122223333:role/service-${index}` },
          },
        ),
      }),
    },
    {
      path: 'configmaps',
      apiVersion: 'v1',
      kind: 'ConfigMap',
      count: services,
      object: (index) => ({
        metadata: metadata('ConfigMap', index, name(index), {
          'f:data': owned(['MODE', 'LIMIT', 'application.yaml']),
        }),
        data: {
          MODE: 'fast',
          LIMIT: '100',
          'application.yaml': `server:\n  port: 8080\n  name: ${index}\n`.repeat(8),
        },
      }),
    },
    {
      path: 'secrets',
      apiVersion: 'v1',
      kind: 'Secret',
      count: services,
      object: (index) => ({
        metadata: metadata('Secret', index, name(index), { 'f:data': owned(['TOKEN', 'PASSWORD']) }),
        type: 'Opaque',
        data: {
          TOKEN: Buffer.from(`token of ${index}`).toString('base64'),
          PASSWORD: Buffer.from(`password of ${index}`).toString('base64'),
        },
      }),
    },
    {
      path: 'services',
      apiVersion: serving,
      kind: 'Service',
      count: services,
      object: (index) => ({
        metadata: metadata('Service', index, name(index), templateFields),
        spec: { template: template(index), traffic },
        status: {
          ...status(index),
          conditions: ready('ConfigurationsReady', 'RoutesReady'),
          url: `https://${name(index)}.${namespaceOf(index)}.example.com`,
          traffic: [{ latestRevision: true, percent: 100, revisionName: revisionName(index, 2) }],
        },
      }),
    },
    {
      path: 'configurations',
      apiVersion: serving,
      kind: 'Configuration',
      count: services,
      object: (index) => ({
        metadata: metadata('Configuration', index, name(index), templateFields, owner('Service', index)),
        spec: { template: template(index) },
        status: { ...status(index), conditions: ready() },
      }),
    },
    {
      path: 'routes',
      apiVersion: serving,
      kind: 'Route',
      count: services,
      object: (index) => ({
        metadata: metadata('Route', index, name(index), {}, owner('Service', index)),
        spec: { traffic },
        status: {
          observedGeneration: 2,
          conditions: ready('AllTrafficAssigned', 'IngressReady'),
          traffic: [{ latestRevision: true, percent: 100, revisionName: revisionName(index, 2) }],
        },
      }),
    },
    {
      path: 'revisions',
      apiVersion: serving,
      kind: 'Revision',
      count: 2 * services,
      object: (number) => {
        const [index, generation] = [number >> 1, 1 + (number & 1)];
        const labels = {
          app: name(index),
          'serving.knative.dev/configuration': name(index),
          'serving.knative.dev/configurationGeneration': String(generation),
          'serving.knative.dev/configurationUID': uid('Configuration', index),
          'serving.knative.dev/service': name(index),
          'serving.knative.dev/serviceUID': uid('Service', index),
          'serving.knative.dev/routingState': generation === 2 ? 'active' : 'reserve',
        };
        return {
          metadata: metadata('Revision', number >> 1, revisionName(index, generation), templateFields, {
            ...owner('Configuration', index),
            uid: uid('Revision', number),
            generation: 1,
            labels,
            annotations: {
              'autoscaling.knative.dev/max-scale': '10',
              'serving.knative.dev/routingStateModified': time,
            },
          }),
          spec: podSpec(index, generation),
          status: {
            observedGeneration: 1,
            conditions: ready('ResourcesAvailable', 'ContainerHealthy'),
            containerStatuses: [
              {
                name: 'user-container',
                imageDigest: `registry.example.com/team-${index % 50}/${name(index)}@${digest}`,
              },
            ],
          },
        };
      },
    },
  ];
}
