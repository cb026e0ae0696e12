import type { KubeObject } from '../../../../lib/clusters/cluster-port.ts';
import type { InventoryObject, ServiceHistory } from '../../../../lib/migration/inventory/index.ts';
import { keyOf, keyText } from '../../../../lib/migration/inventory/names.ts';
import type { MigrationInputs, RegionPlan, TargetState } from '../../../../lib/migration/plan/index.ts';
import { namesOf } from '../../../../lib/migration/plan/paths.ts';
import { portable } from '../../../../lib/migration/portable.ts';

export const serving = 'serving.knative.dev/v1';

/** An object of the namespace `shop`; a name that begins with `/` has none. */
export function make(kind: string, name: string, more: object = {}, metadata: object = {}): KubeObject {
  const [apiVersion = '', type = ''] = kind.includes(' ') ? kind.split(' ') : ['v1', kind];
  const place = name.startsWith('/') ? { name: name.slice(1) } : { name, namespace: 'shop' };
  return { apiVersion, kind: type, metadata: { ...place, ...metadata }, ...more };
}

export const shop = make('Namespace', '/shop');

/** An entry that moves, unless `more` says otherwise. */
export function entry(object: KubeObject, more: Partial<InventoryObject> = {}): InventoryObject {
  const { apiVersion, kind, metadata } = object;
  const { namespace, name } = metadata;
  const place = namespace === undefined ? {} : { namespace };
  return {
    entry: 'object',
    apiVersion,
    kind,
    ...place,
    name,
    fate: 'moves',
    object: portable(object),
    ...more,
  };
}

/** Fields as the API server writes down who wrote them. */
export function writtenBy(manager: string, object: KubeObject, more: object = {}) {
  const fields = (value: unknown): object => {
    if (Array.isArray(value)) {
      // Lists without names are applied as a whole.
      const items = namesOf(value) === undefined ? [] : value;
      return Object.fromEntries(
        items.map((item) => [`k:${JSON.stringify({ name: item.name })}`, fields(item)]),
      );
    }
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [`f:${key}`, fields(inner)]));
  };
  const { apiVersion, kind, metadata, status, ...rest } = object;
  const { labels, annotations } = metadata;
  const texts = { ...(labels && { labels }), ...(annotations && { annotations }) };
  const own = { ...rest, ...(Object.keys(texts).length > 0 && { metadata: texts }) };
  return { manager, operation: 'Apply', apiVersion, fieldsType: 'FieldsV1', fieldsV1: fields(own), ...more };
}

/** The object as it is after a manager applied it. */
export const applied = (object: KubeObject, manager = 'zeroshift', more: object = {}): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, managedFields: [writtenBy(manager, object, more)] },
});

const kinds: Readonly<Record<string, readonly string[]>> = {
  v1: [
    'ConfigMap',
    'LimitRange',
    'Namespace',
    'PersistentVolumeClaim',
    'Pod',
    'ResourceQuota',
    'Secret',
    'Service',
    'ServiceAccount',
  ],
  'apps/v1': ['DaemonSet', 'Deployment', 'StatefulSet'],
  'autoscaling/v2': ['HorizontalPodAutoscaler'],
  'batch/v1': ['CronJob', 'Job'],
  'cert-manager.io/v1': ['Certificate', 'ClusterIssuer', 'Issuer'],
  'node.k8s.io/v1': ['RuntimeClass'],
  'rbac.authorization.k8s.io/v1': ['Role', 'RoleBinding'],
  'scheduling.k8s.io/v1': ['PriorityClass'],
  [serving]: ['Configuration', 'Revision', 'Route', 'Service'],
  'serving.knative.dev/v1beta1': ['DomainMapping'],
  'networking.internal.knative.dev/v1alpha1': ['ClusterDomainClaim'],
  'storage.k8s.io/v1': ['StorageClass'],
};

const resources = Object.entries(kinds).flatMap(([apiVersion, names]) =>
  names.map((kind) => ({ apiVersion, kind, namespaced: true, verbs: ['get', 'list'], preferred: true })),
);

export const stateOf = (objects: readonly KubeObject[], more: Partial<TargetState> = {}): TargetState => ({
  objects: new Map(objects.map((object) => [keyText(keyOf(object)), object])),
  unread: new Map(),
  discovered: { resources, unknown: [] },
  settings: new Map(),
  differingKeys: new Map(),
  ...more,
});

export interface Given extends Partial<MigrationInputs> {
  readonly there?: readonly KubeObject[];
  readonly state?: Partial<TargetState>;
}

export function inputs({ there = [shop], state = {}, ...given }: Given = {}): MigrationInputs {
  return {
    entries: [],
    histories: { of: () => ({ revisions: [], uses: {} }) },
    context: { from: 'blue', to: 'green', region: 'eu-west-1' },
    release: {
      knative: '1.23.0',
      features: ['kubernetes.podspec-nodeselector', 'kubernetes.podspec-init-containers'],
    },
    target: stateOf(there, state),
    ...given,
  };
}

/** One word for each object that the plan has: `create ConfigMap shop/a`. */
export const verdicts = ({ objects }: RegionPlan): string[] =>
  objects.map(
    ({ verdict, kind, namespace, name }) =>
      `${verdict} ${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`,
  );

/** A service whose traffic follows its latest revision. */
export const service = (
  name: string,
  spec: object = {},
  traffic: readonly object[] = [{ latestRevision: true, percent: 100 }],
): KubeObject =>
  make(`${serving} Service`, name, {
    spec: { template: { spec: { containers: [{ name: 'app', image: `${name}:1` }], ...spec } }, traffic },
  });

const ready = [{ type: 'Ready', status: 'True' }];

export const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;

/** A revision of a generation, ready, and its image resolved to a digest of that number. */
export const revisionOf = (of: string, name: string, generation: number, image = of): KubeObject =>
  make(
    `${serving} Revision`,
    name,
    {
      spec: { containers: [{ name: 'app', image: `${image}:${generation}` }] },
      status: {
        conditions: ready,
        containerStatuses: [{ name: 'app', imageDigest: `${image}@${digest(String(generation % 10))}` }],
      },
    },
    {
      labels: {
        'serving.knative.dev/configuration': of,
        'serving.knative.dev/configurationGeneration': String(generation),
      },
    },
  );

/** The Configuration of a service, whose last revision is the latest. */
export function configurationOf(one: KubeObject, revisions: readonly KubeObject[]): KubeObject {
  const latest = revisions.at(-1);
  const generation = Number(latest?.metadata.labels?.['serving.knative.dev/configurationGeneration'] ?? 1);
  return make(
    `${serving} Configuration`,
    one.metadata.name,
    {
      spec: { template: one.spec.template },
      status: {
        conditions: ready,
        observedGeneration: generation,
        ...(latest === undefined ? {} : { latestCreatedRevisionName: latest.metadata.name }),
      },
    },
    { generation },
  );
}

/** A service and its history, as inputs have them. The last revision is the one of the template. */
export function withServices(...given: readonly (readonly [KubeObject, ...KubeObject[]])[]) {
  const known = new Map<string, ServiceHistory>(
    given.map(([one, ...revisions]) => [
      keyText(keyOf(one)),
      {
        service: one,
        configuration: configurationOf(one, revisions),
        revisions,
        uses: Object.fromEntries(revisions.map(({ metadata }) => [metadata.name, ['retained']])),
      },
    ]),
  );
  const entries = given.flatMap(([one, ...revisions]) => [
    entry(one, { role: 'serving' }),
    ...revisions.map((revision) => entry(revision, { uses: ['retained'] })),
  ]);
  return {
    histories: {
      of: (object: KubeObject) => known.get(keyText(keyOf(object))) ?? { revisions: [], uses: {} },
    },
    entries,
  };
}
