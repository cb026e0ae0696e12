import fc from 'fast-check';
import type { KnativeServiceProps, VolumeProps } from '../../constructs/service/index.ts';

/** Services as fast-check draws them: every prop of the typed constructs, with values that are allowed. */

const label = fc.stringMatching(/^[a-z]([-a-z0-9]{0,12}[a-z0-9])?$/);
const labelName = fc.oneof(
  label,
  label.map((name) => `example.com/${name}`),
);
const labels = fc.dictionary(labelName, label, { maxKeys: 2 });
const amount = fc.constantFrom('100m', '1', '64Mi', '1Gi', '0.5');
const text = fc.string({ maxLength: 12 });
const whole = (min: number, max: number) => fc.integer({ min, max });
const seconds = (least: number, most: number) => whole(least, most).map((value) => `${value}s`);
const maybe = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(model, { requiredKeys: [] });
const pick = fc.constantFrom;
const few = <T>(value: fc.Arbitrary<T>, minLength = 0) => fc.array(value, { minLength, maxLength: 2 });

const image = pick('ghcr.io/team/app:1.0', 'busybox', `team/app@sha256:${'a'.repeat(64)}`);
const key = fc.stringMatching(/^[a-z][-a-z0-9.]{0,8}$/);
const file = fc.stringMatching(/^[a-z]{1,8}(\/[a-z]{1,8})?$/);
const optional = { optional: fc.boolean() };
const podField = pick('metadata.name', 'status.podIP', "metadata.labels['team']", 'spec.nodeName');
const fileField = pick('metadata.name', 'metadata.labels', "metadata.labels['team']", 'metadata.uid');
const resource = pick('limits.memory', 'requests.memory');

const env = fc.dictionary(
  fc.stringMatching(/^[A-Z][A-Z_]{0,12}$/).filter((name) => name !== 'PORT'),
  fc.oneof(
    text,
    fc.record({ secret: label, key, ...optional }, { requiredKeys: ['secret', 'key'] }),
    fc.record({ configMap: label, key, ...optional }, { requiredKeys: ['configMap', 'key'] }),
    fc.record({ field: podField }),
    fc.record({ resource, divisor: pick('1', '1Mi') }, { requiredKeys: ['resource'] }),
  ),
  { maxKeys: 3 },
);

const envFrom = few(
  fc.oneof(
    fc.record({ secret: label, prefix: pick('A_', ''), ...optional }, { requiredKeys: ['secret'] }),
    fc.record({ configMap: label, ...optional }, { requiredKeys: ['configMap'] }),
  ),
);

const id = whole(0, 2 ** 31 - 1);
const user = { runAsUser: whole(1, 2 ** 31 - 1), runAsGroup: id, runAsNonRoot: fc.boolean() };
const seccompProfile = fc.oneof(
  pick('RuntimeDefault', 'Unconfined'),
  fc.record({ localhost: pick('profiles/app.json') }),
);
const containerSecurity = maybe({
  ...user,
  readOnlyRootFilesystem: fc.boolean(),
  allowPrivilegeEscalation: fc.boolean(),
  capabilities: maybe({ add: few(pick('NET_BIND_SERVICE', 'CHOWN')), drop: few(pick('ALL')) }),
  seccompProfile,
});

/** `own`: the container has a port of its own, so that a probe need not say one. */
const probe = (own: boolean, successes: number) => {
  const port = whole(1, 65_535);
  const needed = own ? [] : ['port'];
  const times = {
    initialDelay: seconds(0, 60),
    period: seconds(1, 60),
    timeout: seconds(1, 30),
    failureThreshold: whole(1, 10),
    successThreshold: whole(1, successes),
  };
  const handler = fc.oneof(
    fc.record({
      http: fc.record(
        {
          path: pick('/', '/ready'),
          port,
          scheme: pick('HTTP', 'HTTPS'),
          headers: fc.dictionary(label, text),
        },
        { requiredKeys: ['path', ...needed] as never },
      ),
    }),
    fc.record({ tcp: fc.record({ port }, { requiredKeys: needed as never }) }),
    fc.record({
      grpc: fc.record({ port, service: label }, { requiredKeys: needed as never }),
    }),
    fc.record({ exec: few(label, 1) }),
  );
  return fc
    .tuple(handler, fc.record(times, { requiredKeys: ['period'] }))
    .map(([how, when]) => ({ ...how, ...when }));
};

const probes = (own: boolean) => ({
  readinessProbe: probe(own, 3),
  livenessProbe: probe(own, 1),
  startupProbe: probe(own, 1),
});

const base = {
  image,
  imagePullPolicy: pick('Always', 'IfNotPresent', 'Never'),
  command: few(text),
  args: few(text),
  workingDir: pick('/', '/app'),
  env,
  envFrom,
  resources: maybe({
    requests: maybe({ cpu: pick('100m', '0.5'), memory: pick('64Mi') }),
    limits: maybe({ cpu: pick('500m', '2'), memory: pick('1Gi', '100M') }),
  }),
  securityContext: containerSecurity,
  terminationMessagePath: pick('/dev/termination-log', '/tmp/end'),
  terminationMessagePolicy: pick('File', 'FallbackToLogsOnError'),
};

const port = { port: whole(1, 7999), protocol: pick('h2c', 'http1') };

const keys = { items: fc.dictionary(key, file, { maxKeys: 2 }), ...optional };
const mode = pick(0o400, 0o644);

const projected = few(
  fc.oneof(
    fc.record({ secret: label, ...keys }, { requiredKeys: ['secret'] }),
    fc.record({ configMap: label, ...keys }, { requiredKeys: ['configMap'] }),
    fc.record({
      serviceAccountToken: fc.record(
        { path: file, audience: label, expiration: seconds(600, 7200) },
        { requiredKeys: ['path'] },
      ),
    }),
    fc.record({
      downwardApi: fc.dictionary(file, fc.oneof(fileField, fc.record({ resource, container: label })), {
        minKeys: 1,
        maxKeys: 2,
      }),
    }),
  ),
  1,
);

const volume = fc.oneof(
  fc.record({ emptyDir: maybe({ medium: pick('Memory'), sizeLimit: amount }) }),
  fc.record({ secret: label, ...keys, mode }, { requiredKeys: ['secret'] }),
  fc.record({ configMap: label, ...keys, mode }, { requiredKeys: ['configMap'] }),
  fc.record({ projected, mode }, { requiredKeys: ['projected'] }),
  fc.record(
    { persistentVolumeClaim: label, readOnly: fc.boolean() },
    { requiredKeys: ['persistentVolumeClaim'] },
  ),
  fc.record({
    csi: fc.record(
      { driver: label, fsType: pick('ext4'), attributes: labels, secret: label, readOnly: pick(true) },
      { requiredKeys: ['driver'] },
    ),
  }),
  fc.record({
    ephemeral: fc.record(
      { size: pick('1Gi'), storageClass: label, accessModes: few(pick('ReadWriteOnce'), 1), labels },
      { requiredKeys: ['size'] },
    ),
  }),
  fc.record({ image, pullPolicy: pick('Always', 'Never') }, { requiredKeys: ['image'] }),
) as fc.Arbitrary<VolumeProps>;

/** Each volume mounted once; writing only where that is allowed. */
const mountsOf = (volumes: Readonly<Record<string, VolumeProps>>) =>
  Object.fromEntries(
    Object.entries(volumes).map(([name, content], index) => [
      `/mnt/${name}`,
      index % 2 === 0 ? name : { volume: name, subPath: 'part', readOnly: !('emptyDir' in content) },
    ]),
  );

const condition = fc.oneof(
  label,
  few(label, 1),
  fc.boolean(),
  fc.record({ not: label }),
  fc.record({ not: few(label, 1) }),
);
const conditions = fc.dictionary(labelName, condition, { minKeys: 1, maxKeys: 2 });
const nodes = fc.dictionary(
  labelName,
  fc.oneof(condition, fc.record({ above: whole(0, 9) }), fc.record({ below: whole(0, 9) })),
  { minKeys: 1, maxKeys: 2 },
);
const weight = whole(1, 100);
const term = { labels: conditions, topologyKey: labelName, namespaces: few(label, 1) };
const pods = maybe({ require: few(maybe(term)), prefer: few(maybe({ ...term, weight })) });

const scheduling = {
  nodeSelector: labels,
  affinity: maybe({
    nodes: maybe({
      require: few(nodes, 1),
      prefer: few(fc.record({ labels: nodes, weight }, { requiredKeys: ['labels'] })),
    }),
    pods,
    apartFromPods: pods,
  }),
  tolerations: few(
    fc.oneof(
      fc.record({ key: labelName, value: label, effect: pick('NoSchedule') }, { requiredKeys: ['key'] }),
      fc.record(
        { key: labelName, effect: pick('NoExecute'), for: seconds(0, 600) },
        { requiredKeys: ['effect'] },
      ),
    ),
  ),
  topologySpread: fc.array(
    fc.record(
      {
        topologyKey: pick('topology.kubernetes.io/zone', 'kubernetes.io/hostname'),
        maxSkew: whole(1, 5),
        whenUnsatisfiable: pick('DoNotSchedule'),
        minDomains: whole(1, 3),
        labels: conditions,
      },
      { requiredKeys: ['topologyKey', 'whenUnsatisfiable'] },
    ),
    { maxLength: 1 },
  ),
  priorityClassName: label,
  runtimeClassName: label,
  schedulerName: label,
};

const address = pick('10.1.2.3', 'fd00::1', '::1');
const podNetwork = {
  dnsPolicy: pick('ClusterFirst', 'Default'),
  dnsConfig: maybe({
    nameservers: few(address),
    searches: few(pick('example.com', 'svc.cluster.local')),
    options: fc.dictionary(pick('ndots', 'single-request'), fc.oneof(pick('2'), pick(true as const))),
  }),
  hostAliases: fc.dictionary(address, few(pick('db.example.com', 'cache'), 1)),
  enableServiceLinks: fc.boolean(),
};

const scaling = fc.oneof(
  maybe({
    class: pick('kpa'),
    metric: pick('concurrency', 'rps'),
    target: whole(1, 1000),
    targetUtilization: whole(1, 100),
    targetBurstCapacity: whole(-1, 500),
    window: seconds(6, 3600),
    panicWindow: whole(1, 100),
    panicThreshold: whole(110, 1000),
    min: whole(0, 3),
    max: whole(5, 50),
    initial: whole(0, 3),
    activation: whole(3, 5),
    scaleDownDelay: seconds(0, 3600),
    lastPodRetention: seconds(0, 3600),
    algorithm: pick('linear', 'weighted-exponential'),
  }),
  fc.record(
    {
      class: pick('hpa'),
      metric: pick('cpu', 'memory', 'queue_length'),
      target: whole(1, 90),
      min: whole(0, 3),
    },
    { requiredKeys: ['class', 'target'] },
  ),
  fc.record({ class: pick('hpa'), metric: pick('cpu'), min: whole(0, 3) }, { requiredKeys: ['class'] }),
);

interface Sized {
  readonly resources?: { readonly requests?: { readonly cpu?: string }; readonly limits?: object };
}

/** What scales by CPU must ask for some. */
const withCpu = <T extends Sized>(container: T): T => ({
  ...container,
  resources: { ...container.resources, requests: { cpu: '100m', ...container.resources?.requests } },
});

const ending = fc.oneof(
  maybe({ timeout: seconds(1, 600) }),
  fc.record(
    { longestRequest: seconds(1, 500), drainTime: seconds(0, 60) },
    { requiredKeys: ['longestRequest'] },
  ),
  fc.record({ longestRequest: seconds(1, 100), drainTime: seconds(0, 60), timeout: seconds(170, 600) }),
);

const queueQuantities = (cpu: string) =>
  maybe({ cpu: pick(cpu), memory: pick('64Mi'), ephemeralStorage: pick('1Gi') });

const common = (name: string) => ({
  name: fc.constant(name),
  namespace: label,
  labels,
  annotations: fc.dictionary(labelName, text, { maxKeys: 2 }),
  revisionName: label.map((rest) => `${name}-${rest}`),
  revisionLabels: labels,
  revisionAnnotations: fc.dictionary(labelName, text, { maxKeys: 2 }),
  containerConcurrency: whole(0, 1000),
  responseStartTimeout: seconds(0, 1),
  idleTimeout: seconds(0, 1),
  progressDeadline: seconds(1, 900),
  keepRevisions: fc.boolean(),
  scaling,
  traffic: whole(0, 100).map((percent) => [
    { revision: `${name}-00001`, percent },
    { latest: true as const, percent: 100 - percent, tag: 'next' },
  ]),
  rolloutDuration: seconds(0, 3600),
  network: maybe({
    visibility: pick('public', 'cluster-local'),
    httpProtocol: pick('enabled', 'redirected'),
    externalDomainTls: fc.boolean(),
    ingressClass: label,
    certificateClass: label,
    http2: fc.boolean(),
  }),
  queueProxy: maybe({
    requests: queueQuantities('50m'),
    limits: queueQuantities('1'),
    podInfo: fc.boolean(),
    fullDuplex: fc.boolean(),
  }),
  ...scheduling,
  ...podNetwork,
  serviceAccountName: label,
  automountServiceAccountToken: pick(false as const),
  imagePullSecrets: fc.uniqueArray(label, { maxLength: 2 }),
  podSecurityContext: maybe({ ...user, fsGroup: id, supplementalGroups: few(id), seccompProfile }),
  shareProcessNamespace: fc.boolean(),
});

const initContainers = fc.uniqueArray(
  fc.record({ name: label.map((name) => `init-${name}`), ...base }, { requiredKeys: ['name', 'image'] }),
  {
    selector: ({ name }) => name,
    maxLength: 2,
  },
);

const one = fc.record({ ...base, ...port, ...probes(true) }, { requiredKeys: ['image'] });
const several = fc
  .tuple(
    fc.record({ ...base, ...port, ...probes(true) }, { requiredKeys: ['image', 'port'] }),
    few(fc.record({ ...base, ...probes(false) }, { requiredKeys: ['image'] }), 1),
  )
  .map(([first, others]) => ({
    containers: [first, ...others].map((container, index) => ({ ...container, name: `part-${index}` })),
  }));

/** A service with any of the props. */
export const arbitraryService: fc.Arbitrary<KnativeServiceProps> = label
  .chain((name) =>
    fc.tuple(
      fc.record(common(name), { requiredKeys: ['name'] }),
      fc.oneof(one, several),
      fc.dictionary(label, volume, { maxKeys: 3 }),
      fc.option(initContainers, { nil: undefined }),
      ending,
    ),
  )
  .map(([props, drawn, volumes, init, end]) => {
    const byCpu = props.scaling?.class === 'hpa';
    const sized = <T extends Sized>(container: T): T => (byCpu ? withCpu(container) : container);
    const run =
      'containers' in drawn ? { containers: drawn.containers.map((part) => sized(part)) } : sized(drawn);
    const mounts = mountsOf(volumes);
    const mounted =
      'containers' in run
        ? {
            containers: run.containers.map((container, index) =>
              index === 0 ? { ...container, mounts } : container,
            ),
          }
        : { ...run, mounts };
    const before = init === undefined ? {} : { initContainers: init };
    return { ...props, ...end, ...mounted, ...before, volumes } as unknown as KnativeServiceProps;
  });
