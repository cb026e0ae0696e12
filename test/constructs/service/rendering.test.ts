import { describe, expect, it } from 'vitest';
import {
  type KnativeServiceProps,
  renderService,
  serviceProblems,
} from '../../../constructs/service/index.ts';

type Part = Partial<KnativeServiceProps>;
type Fields = Readonly<Record<string, unknown>>;

const image = 'ghcr.io/team/app:1.0';

/** What a service with these props renders to, and nothing wrong with it. */
function rendered(part: Part) {
  const props = { name: 'cart', ...('containers' in part ? {} : { image }), ...part } as KnativeServiceProps;
  expect(serviceProblems(props), JSON.stringify(part)).toEqual([]);
  const { metadata, spec } = renderService(props);
  const pod = spec.template.spec as Fields;
  return {
    metadata,
    template: spec.template.metadata,
    traffic: spec.traffic,
    pod,
    container: (pod.containers as Fields[])[0],
    volume: (pod.volumes as Fields[] | undefined)?.[0],
  };
}

const mounted = (volume: unknown): Part => ({ mounts: { '/mnt': 'v' }, volumes: { v: volume } }) as Part;

const own = { matchLabels: { 'serving.knative.dev/service': 'cart' } };
const required = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';

/** What is written, the part of the object where it shows, and what is there. */
const cases: readonly (readonly [Part, keyof ReturnType<typeof rendered>, Fields])[] = [
  // Volumes.
  [
    mounted({ emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } }),
    'volume',
    { name: 'v', emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } },
  ],
  [
    mounted({ secret: 'keys', items: { 'tls.key': 'key.pem' }, optional: true, mode: 0o400 }),
    'volume',
    {
      secret: {
        secretName: 'keys',
        items: [{ key: 'tls.key', path: 'key.pem' }],
        optional: true,
        defaultMode: 256,
      },
    },
  ],
  [mounted({ configMap: 'site', mode: 0o444 }), 'volume', { configMap: { name: 'site', defaultMode: 292 } }],
  [
    mounted({ persistentVolumeClaim: 'data' }),
    'volume',
    { persistentVolumeClaim: { claimName: 'data', readOnly: true } },
  ],
  [
    mounted({ persistentVolumeClaim: 'data' }),
    'container',
    { volumeMounts: [{ name: 'v', mountPath: '/mnt', readOnly: true }] },
  ],
  [
    mounted({ persistentVolumeClaim: 'data', readOnly: false }),
    'container',
    { volumeMounts: [{ name: 'v', mountPath: '/mnt' }] },
  ],
  [
    mounted({
      csi: {
        driver: 'secrets-store.csi.k8s.io',
        readOnly: true,
        attributes: { class: 'aws' },
        secret: 'login',
      },
    }),
    'volume',
    {
      csi: {
        driver: 'secrets-store.csi.k8s.io',
        readOnly: true,
        volumeAttributes: { class: 'aws' },
        nodePublishSecretRef: { name: 'login' },
      },
    },
  ],
  [
    mounted({ ephemeral: { size: '10Gi', storageClass: 'gp3', labels: { team: 'cart' } } }),
    'volume',
    {
      ephemeral: {
        volumeClaimTemplate: {
          metadata: { labels: { team: 'cart' } },
          spec: {
            accessModes: ['ReadWriteOnce'],
            storageClassName: 'gp3',
            resources: { requests: { storage: '10Gi' } },
          },
        },
      },
    },
  ],
  [
    mounted({ image: 'ghcr.io/team/model:3', pullPolicy: 'Always' }),
    'volume',
    { image: { reference: 'ghcr.io/team/model:3', pullPolicy: 'Always' } },
  ],
  [
    mounted({
      mode: 0o440,
      projected: [
        { secret: 'keys', items: { a: 'a/b' } },
        { configMap: 'site', optional: true },
        { serviceAccountToken: { path: 'token', audience: 'vault', expiration: '20m' } },
        {
          downwardApi: {
            labels: 'metadata.labels',
            cpu: { resource: 'limits.cpu', container: 'user-container', divisor: '1m' },
          },
        },
      ],
    }),
    'volume',
    {
      projected: {
        defaultMode: 288,
        sources: [
          { secret: { name: 'keys', items: [{ key: 'a', path: 'a/b' }] } },
          { configMap: { name: 'site', optional: true } },
          { serviceAccountToken: { path: 'token', audience: 'vault', expirationSeconds: 1200 } },
          {
            downwardAPI: {
              items: [
                { path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } },
                {
                  path: 'cpu',
                  resourceFieldRef: {
                    resource: 'limits.cpu',
                    containerName: 'user-container',
                    divisor: '1m',
                  },
                },
              ],
            },
          },
        ],
      },
    },
  ],
  // Where pods run.
  [
    {
      affinity: {
        nodes: {
          require: [
            { 'topology.kubernetes.io/zone': ['a', 'b'], gpu: true, spot: false, cores: { above: 8 } },
          ],
          prefer: [{ labels: { disk: 'fast', arch: { not: 'arm64' } }, weight: 50 }],
        },
        pods: {
          require: [
            { labels: { app: 'cache' }, topologyKey: 'topology.kubernetes.io/zone', namespaces: ['shop'] },
          ],
        },
        apartFromPods: { prefer: [{}] },
      },
    },
    'pod',
    {
      affinity: {
        nodeAffinity: {
          [required]: {
            nodeSelectorTerms: [
              {
                matchExpressions: [
                  { key: 'topology.kubernetes.io/zone', operator: 'In', values: ['a', 'b'] },
                  { key: 'gpu', operator: 'Exists' },
                  { key: 'spot', operator: 'DoesNotExist' },
                  { key: 'cores', operator: 'Gt', values: ['8'] },
                ],
              },
            ],
          },
          [preferred]: [
            {
              weight: 50,
              preference: {
                matchExpressions: [
                  { key: 'disk', operator: 'In', values: ['fast'] },
                  { key: 'arch', operator: 'NotIn', values: ['arm64'] },
                ],
              },
            },
          ],
        },
        podAffinity: {
          [required]: [
            {
              labelSelector: { matchLabels: { app: 'cache' } },
              topologyKey: 'topology.kubernetes.io/zone',
              namespaces: ['shop'],
            },
          ],
        },
        podAntiAffinity: {
          [preferred]: [
            { weight: 1, podAffinityTerm: { labelSelector: own, topologyKey: 'kubernetes.io/hostname' } },
          ],
        },
      },
    },
  ],
  [
    {
      tolerations: [
        { key: 'team', value: 'cart', effect: 'NoSchedule' },
        { effect: 'NoExecute', for: '5m' },
      ],
    },
    'pod',
    {
      tolerations: [
        { key: 'team', operator: 'Equal', value: 'cart', effect: 'NoSchedule' },
        { operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
      ],
    },
  ],
  [
    {
      topologySpread: [
        { topologyKey: 'zone' },
        {
          topologyKey: 'node',
          maxSkew: 2,
          whenUnsatisfiable: 'DoNotSchedule',
          minDomains: 3,
          labels: { team: ['a', 'b'] },
        },
      ],
    },
    'pod',
    {
      topologySpreadConstraints: [
        { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: own },
        {
          maxSkew: 2,
          topologyKey: 'node',
          whenUnsatisfiable: 'DoNotSchedule',
          minDomains: 3,
          labelSelector: { matchExpressions: [{ key: 'team', operator: 'In', values: ['a', 'b'] }] },
        },
      ],
    },
  ],
  [
    {
      priorityClassName: 'high',
      runtimeClassName: 'gvisor',
      schedulerName: 'packer',
      nodeSelector: { disk: 'fast' },
    },
    'pod',
    {
      priorityClassName: 'high',
      runtimeClassName: 'gvisor',
      schedulerName: 'packer',
      nodeSelector: { disk: 'fast' },
    },
  ],
  // What pods see.
  [
    {
      dnsPolicy: 'None',
      dnsConfig: {
        nameservers: ['10.0.0.2'],
        searches: ['example.com'],
        options: { ndots: '2', 'use-vc': true },
      },
      hostAliases: { '10.1.2.3': ['db.example.com'] },
      enableServiceLinks: true,
    },
    'pod',
    {
      dnsPolicy: 'None',
      dnsConfig: {
        nameservers: ['10.0.0.2'],
        searches: ['example.com'],
        options: [{ name: 'ndots', value: '2' }, { name: 'use-vc' }],
      },
      hostAliases: [{ ip: '10.1.2.3', hostnames: ['db.example.com'] }],
      enableServiceLinks: true,
    },
  ],
  [
    {
      automountServiceAccountToken: false,
      imagePullSecrets: ['registry'],
      shareProcessNamespace: true,
      podSecurityContext: { fsGroup: 2000, supplementalGroups: [3000], seccompProfile: 'RuntimeDefault' },
    },
    'pod',
    {
      automountServiceAccountToken: false,
      imagePullSecrets: [{ name: 'registry' }],
      shareProcessNamespace: true,
      securityContext: {
        fsGroup: 2000,
        supplementalGroups: [3000],
        seccompProfile: { type: 'RuntimeDefault' },
      },
    },
  ],
  [
    { responseStartTimeout: '10s', idleTimeout: '20s', timeout: '60s' },
    'pod',
    { responseStartTimeoutSeconds: 10, idleTimeoutSeconds: 20, timeoutSeconds: 60 },
  ],
  [
    { initContainers: [{ name: 'fill', image, command: ['fill'], env: { A: '1' } }] },
    'pod',
    { initContainers: [{ name: 'fill', image, command: ['fill'], env: [{ name: 'A', value: '1' }] }] },
  ],
  // Containers.
  [
    {
      imagePullPolicy: 'Always',
      workingDir: '/app',
      terminationMessagePath: '/tmp/end',
      terminationMessagePolicy: 'File',
      envFrom: [
        { secret: 'all', prefix: 'S_' },
        { configMap: 'more', optional: true },
      ],
      env: { NODE: { field: 'spec.nodeName' }, CPUS: { resource: 'limits.cpu', divisor: '1' } },
    },
    'container',
    {
      imagePullPolicy: 'Always',
      workingDir: '/app',
      terminationMessagePath: '/tmp/end',
      terminationMessagePolicy: 'File',
      envFrom: [
        { prefix: 'S_', secretRef: { name: 'all' } },
        { configMapRef: { name: 'more', optional: true } },
      ],
      env: [
        { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
        { name: 'CPUS', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1' } } },
      ],
    },
  ],
  [
    {
      securityContext: {
        runAsUser: 1000,
        readOnlyRootFilesystem: true,
        allowPrivilegeEscalation: false,
        capabilities: { add: ['NET_BIND_SERVICE'], drop: ['ALL'] },
        seccompProfile: { localhost: 'profiles/cart.json' },
      },
    },
    'container',
    {
      securityContext: {
        runAsUser: 1000,
        readOnlyRootFilesystem: true,
        allowPrivilegeEscalation: false,
        capabilities: { add: ['NET_BIND_SERVICE'], drop: ['ALL'] },
        seccompProfile: { type: 'Localhost', localhostProfile: 'profiles/cart.json' },
      },
    },
  ],
  [
    {
      protocol: 'h2c',
      readinessProbe: { grpc: { service: 'cart' }, period: '5s' },
      livenessProbe: { http: { path: '/live', port: 9000, scheme: 'HTTPS', headers: { Host: 'cart' } } },
      startupProbe: { exec: ['up'], failureThreshold: 30 },
    },
    'container',
    {
      // Kubernetes wants to be told the port of a gRPC probe; Knative fills in that of the others.
      readinessProbe: { grpc: { port: 8080, service: 'cart' }, periodSeconds: 5 },
      livenessProbe: {
        httpGet: {
          path: '/live',
          port: 9000,
          scheme: 'HTTPS',
          httpHeaders: [{ name: 'Host', value: 'cart' }],
        },
      },
      startupProbe: { exec: { command: ['up'] }, failureThreshold: 30 },
    },
  ],
  [
    {
      port: 9000,
      readinessProbe: { http: { path: '/' }, period: '5s' },
      livenessProbe: { tcp: {} },
      startupProbe: { http: { path: '/up' } },
    },
    'container',
    {
      // Nobody fills in the port of a start-up probe.
      readinessProbe: { httpGet: { path: '/', port: 0 }, periodSeconds: 5 },
      livenessProbe: { tcpSocket: { port: 0 } },
      startupProbe: { httpGet: { path: '/up', port: 9000 } },
    },
  ],
  // Labels and annotations.
  [
    {
      labels: { team: 'cart' },
      annotations: { owner: 'cart@example.com' },
      rolloutDuration: '2m',
      network: {
        visibility: 'cluster-local',
        httpProtocol: 'redirected',
        externalDomainTls: false,
        ingressClass: 'own.ingress',
        certificateClass: 'own.certificate',
        http2: false,
      },
    },
    'metadata',
    {
      labels: { team: 'cart', 'networking.knative.dev/visibility': 'cluster-local' },
      annotations: {
        owner: 'cart@example.com',
        'networking.knative.dev/http-protocol': 'redirected',
        'networking.knative.dev/disable-external-domain-tls': 'true',
        'networking.knative.dev/ingress-class': 'own.ingress',
        'networking.knative.dev/certificate-class': 'own.certificate',
        'kourier.knative.dev/disable-http2': 'true',
        'serving.knative.dev/rollout-duration': '2m',
      },
    },
  ],
  [
    {
      revisionLabels: { tier: 'front' },
      revisionAnnotations: { note: 'x' },
      progressDeadline: '5m',
      keepRevisions: true,
      scaling: { class: 'kpa', algorithm: 'weighted-exponential', targetBurstCapacity: -1, activation: 2 },
      queueProxy: {
        requests: { cpu: '50m', memory: '64Mi', ephemeralStorage: '1Gi' },
        limits: { cpu: '1' },
        podInfo: true,
        fullDuplex: true,
      },
    },
    'template',
    {
      labels: { tier: 'front' },
      annotations: {
        note: 'x',
        'autoscaling.knative.dev/class': 'kpa.autoscaling.knative.dev',
        'autoscaling.knative.dev/metric-aggregation-algorithm': 'weighted-exponential',
        'autoscaling.knative.dev/target-burst-capacity': '-1',
        'autoscaling.knative.dev/activation-scale': '2',
        'queue.sidecar.serving.knative.dev/cpu-resource-request': '50m',
        'queue.sidecar.serving.knative.dev/memory-resource-request': '64Mi',
        'queue.sidecar.serving.knative.dev/ephemeral-storage-resource-request': '1Gi',
        'queue.sidecar.serving.knative.dev/cpu-resource-limit': '1',
        'features.knative.dev/queueproxy-podinfo': 'enabled',
        'features.knative.dev/http-full-duplex': 'Enabled',
        'serving.knative.dev/progress-deadline': '5m',
        'serving.knative.dev/no-gc': 'true',
      },
    },
  ],
];

describe('what each prop renders to', () => {
  it.each(cases.map(([part, where, wanted]) => ({ part, where, wanted })))(
    '$part',
    ({ part, where, wanted }) => {
      const object = rendered(part)[where] as Fields;
      const shown = Object.fromEntries(Object.keys(wanted).map((key) => [key, object[key]]));
      expect(shown).toEqual(wanted);
    },
  );

  it('says nothing of what was not said', () => {
    expect(renderService({ name: 'cart', image }).spec).toEqual({
      template: { spec: { containers: [{ image }] } },
    });
    const silent = {
      network: { visibility: 'public' },
      queueProxy: { podInfo: false },
      keepRevisions: false,
    } as const;
    expect(renderService({ name: 'cart', image, ...silent })).toEqual(renderService({ name: 'cart', image }));
  });
});
