import type { Kind, KubeObject, ListOptions, Reference } from '../../../../lib/clusters/cluster-port.ts';
import { ZeroshiftError } from '../../../../lib/messages/error.ts';
import type { ServiceVerdict, VerifyMigrationProps } from '../../../../lib/migration/verify/index.ts';
import { verifyMigration } from '../../../../lib/migration/verify/index.ts';

/** A cluster that is only read: a list of objects. */
export class ReadCluster {
  objects: KubeObject[];
  /** Calls under way now, and at most so far. */
  open = 0;
  most = 0;
  calls = 0;
  /** Kinds that may not be read. */
  readonly forbidden = new Set<string>();

  constructor(objects: readonly KubeObject[]) {
    this.objects = [...objects];
  }

  async get({ kind, name, namespace }: Reference): Promise<KubeObject | undefined> {
    await this.#call(kind);
    return this.objects.find(
      (one) => one.kind === kind && one.metadata.name === name && one.metadata.namespace === namespace,
    );
  }

  async *list({ apiVersion, kind }: Kind, options: ListOptions = {}): AsyncIterable<KubeObject> {
    await this.#call(kind);
    const wanted = (options.labelSelector ?? '').split(',').filter(Boolean);
    for (const object of this.objects)
      if (
        object.apiVersion === apiVersion &&
        object.kind === kind &&
        (options.namespace ?? object.metadata.namespace) === object.metadata.namespace &&
        wanted.every((one) => object.metadata.labels?.[one.split('=')[0] ?? ''] === one.split('=')[1])
      )
        yield object;
  }

  async #call(kind: string): Promise<void> {
    this.calls++;
    if (this.forbidden.has(kind))
      throw new ZeroshiftError(`${kind} is forbidden`, { code: 'cluster.refused', source: 'outside' });
    this.most = Math.max(this.most, ++this.open);
    await new Promise((resolve) => setImmediate(resolve));
    this.open--;
  }

  find(kind: string, name: string): KubeObject {
    const found = this.objects.find((one) => one.kind === kind && one.metadata.name === name);
    if (found === undefined) throw new Error(`there is no ${kind} ${name}`);
    return found;
  }

  /** Changes an object in place of what it was. */
  change(kind: string, name: string, change: (object: Writable) => unknown): void {
    const copy = structuredClone(this.find(kind, name)) as Writable;
    change(copy);
    this.objects = this.objects.map((one) =>
      one.kind === kind && one.metadata.name === name ? (copy as KubeObject) : one,
    );
  }
}

// biome-ignore lint/suspicious/noExplicitAny: tests write wherever they like
export type Writable = any;

const serving = 'serving.knative.dev/v1';
const namespace = 'shop';

const hex = (text: string): string => Buffer.from(text).toString('hex').padEnd(64, '0').slice(0, 64);
const ready = (...more: string[]) =>
  [...more, 'Ready'].map((type) => ({ type, status: 'True', lastTransitionTime: '2026-11-24T06:00:00Z' }));

/** What two colours never have in common. */
const own = (colour: string, name: string, generation = 1) => ({
  namespace,
  generation,
  uid: `${colour}-${name}`,
  resourceVersion: String(colour.length * 1000 + name.length),
  creationTimestamp: colour === 'blue' ? '2026-01-01T00:00:00Z' : '2026-11-24T00:00:00Z',
  managedFields: [{ manager: colour, operation: 'Apply', fieldsV1: { 'f:spec': {} } }],
});

const templateSpec = (image: string) => ({
  containerConcurrency: 20,
  timeoutSeconds: 30,
  enableServiceLinks: false,
  serviceAccountName: 'cart',
  nodeSelector: { tier: 'web' },
  tolerations: [{ key: 'spot', operator: 'Exists', effect: 'NoSchedule' }],
  initContainers: [{ name: 'migrate', image: 'ghcr.io/acme/migrate:1', command: ['up'] }],
  containers: [
    {
      name: 'app',
      image,
      args: ['--verbose', '--port=8080'],
      env: [
        { name: 'MODE', value: 'live' },
        { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
      ],
      envFrom: [{ configMapRef: { name: 'cart' } }],
      ports: [{ name: 'h2c', containerPort: 8080, protocol: 'TCP' }],
      readinessProbe: { httpGet: { path: '/ready', port: 8080 }, successThreshold: 1, periodSeconds: 5 },
      resources: { requests: { cpu: '250m', memory: '64Mi' }, limits: { memory: '128Mi' } },
      securityContext: { runAsNonRoot: true, allowPrivilegeEscalation: false },
      volumeMounts: [{ name: 'config', mountPath: '/etc/cart', readOnly: true }],
    },
    { name: 'sidecar', image: `ghcr.io/acme/sidecar@sha256:${hex('side')}`, resources: {} },
  ],
  volumes: [{ name: 'config', configMap: { name: 'cart', items: [{ key: 'a', path: 'b' }] } }],
});

function revision(colour: string, number: number, image: string, state: string, more: object): KubeObject {
  const name = `cart-0000${number}`;
  return {
    apiVersion: serving,
    kind: 'Revision',
    metadata: {
      name,
      ...own(colour, name),
      labels: {
        tier: 'web',
        'serving.knative.dev/configuration': 'cart',
        'serving.knative.dev/configurationGeneration': String(number),
        'serving.knative.dev/configurationUID': `${colour}-cart-configuration`,
        'serving.knative.dev/service': 'cart',
        'serving.knative.dev/serviceUID': `${colour}-cart`,
        'serving.knative.dev/routingState': state,
      },
      annotations: {
        'autoscaling.knative.dev/target': '10',
        'serving.knative.dev/creator': `someone of ${colour}`,
        'serving.knative.dev/routingStateModified': own(colour, name).creationTimestamp,
        ...more,
      },
      ownerReferences: [
        {
          apiVersion: serving,
          kind: 'Configuration',
          name: 'cart',
          uid: `${colour}-cart-configuration`,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    // Green was given blue's digests; blue's controller left the tags.
    spec: templateSpec(colour === 'blue' ? `ghcr.io/acme/cart:${image}` : digestOf(image)),
    status: {
      observedGeneration: 1,
      conditions: ready('ContainerHealthy', 'ResourcesAvailable'),
      containerStatuses: [
        { name: 'app', imageDigest: digestOf(image) },
        { name: 'sidecar', imageDigest: `ghcr.io/acme/sidecar@sha256:${hex('side')}` },
      ],
      initContainerStatuses: [{ name: 'migrate', imageDigest: `ghcr.io/acme/migrate@sha256:${hex('m')}` }],
      actualReplicas: colour === 'blue' ? 7 : 0,
    },
  };
}

const digestOf = (image: string): string => `ghcr.io/acme/cart@sha256:${hex(image)}`;

/**
 * What one colour has of a service with history: two revisions share the traffic, one is kept, one host leads to it.
 * Everything that differs by nature between two colours does.
 */
export function cartOf(colour: 'blue' | 'green'): KubeObject[] {
  const template = {
    metadata: { labels: { tier: 'web' }, annotations: { 'autoscaling.knative.dev/target': '10' } },
    spec: templateSpec('ghcr.io/acme/cart:3'),
  };
  const traffic = [
    { revisionName: 'cart-00002', percent: 20 },
    { latestRevision: true, percent: 80, tag: 'current' },
  ];
  const statusTraffic = [
    { revisionName: 'cart-00002', percent: 20, latestRevision: false },
    {
      revisionName: 'cart-00003',
      percent: 80,
      latestRevision: true,
      tag: 'current',
      url: 'http://current-cart.shop.example.com',
    },
  ];
  const latest = { latestCreatedRevisionName: 'cart-00003', latestReadyRevisionName: 'cart-00003' };
  const metadata = {
    ...own(colour, 'cart', colour === 'blue' ? 5 : 1),
    labels: { team: 'web' },
    annotations: {
      'example.com/owner': 'web',
      'serving.knative.dev/rollout-duration': '60s',
      'serving.knative.dev/creator': `someone of ${colour}`,
      'serving.knative.dev/lastModifier': `another of ${colour}`,
      ...(colour === 'blue' ? { 'kubectl.kubernetes.io/last-applied-configuration': '{}' } : {}),
    },
  };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    {
      apiVersion: serving,
      kind: 'Service',
      metadata: { name: 'cart', ...metadata },
      spec: { template, traffic },
      status: {
        observedGeneration: metadata.generation,
        url: 'http://cart.shop.example.com',
        ...latest,
        traffic: statusTraffic,
        conditions: ready('ConfigurationsReady', 'RoutesReady'),
      },
    },
    {
      apiVersion: serving,
      kind: 'Configuration',
      metadata: {
        name: 'cart',
        ...own(colour, 'cart-configuration', 3),
        labels: { 'serving.knative.dev/service': 'cart' },
      },
      spec: { template },
      status: { observedGeneration: 3, ...latest, conditions: ready() },
    },
    {
      apiVersion: serving,
      kind: 'Route',
      metadata: {
        name: 'cart',
        ...own(colour, 'cart-route'),
        labels: { 'serving.knative.dev/service': 'cart' },
      },
      spec: { traffic },
      status: { observedGeneration: 1, traffic: statusTraffic, conditions: ready('IngressReady') },
    },
    // Kept, and nothing leads to it: on green it began with no pods.
    revision(
      colour,
      1,
      '1',
      'reserve',
      colour === 'blue'
        ? {}
        : { 'autoscaling.knative.dev/initial-scale': '0', 'zeroshift.dev/initial-scale': '' },
    ),
    revision(colour, 2, '2', 'active', {
      'serving.knative.dev/routes': 'cart',
      // A cutover holds its size.
      ...(colour === 'blue' ? {} : { 'autoscaling.knative.dev/min-scale': '7' }),
    }),
    revision(colour, 3, '3', 'active', { 'serving.knative.dev/routes': 'cart' }),
    {
      apiVersion: 'serving.knative.dev/v1beta1',
      kind: 'DomainMapping',
      metadata: { name: 'www.example.com', ...own(colour, 'www') },
      spec: {
        ref: { apiVersion: serving, kind: 'Service', name: 'cart', namespace },
        tls: { secretName: 'www-tls' },
      },
      status: { observedGeneration: 1, url: 'https://www.example.com', conditions: ready('DomainClaimed') },
    },
  ];
}

export const twoClusters = (): { readonly blue: ReadCluster; readonly green: ReadCluster } => ({
  blue: new ReadCluster(cartOf('blue')),
  green: new ReadCluster(cartOf('green')),
});

/** Makes an object say that it is not ready. */
export const unready = (reason: string, message: string) => (object: Writable) => {
  object.status.conditions = [{ type: 'Ready', status: 'False', reason, message }];
};

export const now = new Date('2026-11-24T12:00:00Z');

/** The verdicts on all services. */
export async function verdictsOf(
  source: ReadCluster,
  target: ReadCluster,
  props: Partial<VerifyMigrationProps> = {},
): Promise<ServiceVerdict[]> {
  const verdicts: ServiceVerdict[] = [];
  for await (const one of verifyMigration({ source, target, now, ...props })) verdicts.push(one);
  return verdicts;
}

/** The verdict on the one service. */
export async function verdictOf(...given: Parameters<typeof verdictsOf>): Promise<ServiceVerdict> {
  const [only, ...more] = await verdictsOf(...given);
  if (only === undefined || more.length > 0)
    throw new Error(`there are ${more.length + 1} verdicts, or none`);
  return only;
}

export const wheres = ({ differences }: ServiceVerdict): string[] => differences.map(({ where }) => where);
