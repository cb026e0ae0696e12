import { describe, expect, it } from 'vitest';
import { type KnativeServiceProps, serviceProblems } from '../../../constructs/service/index.ts';
import { serviceKinds } from '../../../constructs/service/shape.ts';

const image = 'ghcr.io/team/app:1.0';

/** One wrong value for each prop, and the path at which it is refused where that is not the prop's own. */
const wrong: readonly (readonly [path: string, value: unknown, at?: string])[] = [
  ['name', 'Cart'],
  ['namespace', 'My_Shop'],
  ['labels', { 'a b': 'x' }, 'labels.a b'],
  ['labels', { a: 'not allowed' }, 'labels.a'],
  ['annotations', { 'autoscaling.knative.dev/min-scale': '1' }],
  ['annotations', { 'a b': 'x' }, 'annotations.a b'],
  ['revisionName', 'other-v1'],
  ['revisionLabels', { a: '-' }, 'revisionLabels.a'],
  [
    'revisionAnnotations',
    { 'autoscaling.knative.dev/window': '1s' },
    'revisionAnnotations.autoscaling.knative.dev/window',
  ],
  ['revisionAnnotations', { 'networking.knative.dev/visibility': 'x' }],
  ['containerConcurrency', 1001],
  ['timeout', '11m'],
  ['timeout', '1500ms'],
  ['longestRequest', '0s'],
  ['drainTime', '10s'],
  ['responseStartTimeout', '301s'],
  ['idleTimeout', '1.5s'],
  ['progressDeadline', '0s'],
  ['keepRevisions', 'yes'],
  ['scaling.class', 'vpa'],
  ['scaling.metric', 'cpu'],
  ['scaling.target', 0],
  ['scaling.targetUtilization', 101],
  ['scaling.targetBurstCapacity', -2],
  ['scaling.window', '5s'],
  ['scaling.panicWindow', 0],
  ['scaling.panicThreshold', 100],
  ['scaling.min', -1],
  ['scaling.max', 1.5],
  ['scaling.initial', -1],
  ['scaling.activation', 1],
  ['scaling.scaleDownDelay', '2h'],
  ['scaling.lastPodRetention', 'soon'],
  ['scaling.algorithm', 'mean'],
  ['traffic', [{ latest: true, percent: 99 }]],
  ['traffic', [{ latest: true, percent: 101 }], 'traffic[0].percent'],
  ['traffic', [{ latest: true, percent: 100, tag: 'Next' }], 'traffic[0].tag'],
  ['traffic', [{ latest: true, percent: 100, tag: 'x'.repeat(60) }], 'traffic[0].tag'],
  ['traffic', [{ revision: 'no name', percent: 100 }], 'traffic[0].revision'],
  ['traffic', [{ latest: false, percent: 100 }], 'traffic[0].latest'],
  ['rolloutDuration', '1500ms'],
  ['network.visibility', 'private'],
  ['network.httpProtocol', 'disabled'],
  ['network.externalDomainTls', 'no'],
  ['network.ingressClass', ''],
  ['network.certificateClass', ''],
  ['network.http2', 2],
  ['queueProxy.requests.cpu', 'much'],
  ['queueProxy.limits.memory', '1GB'],
  ['queueProxy.requests.ephemeralStorage', ''],
  ['queueProxy', { requests: { cpu: '2' }, limits: { cpu: '500m' } }, 'queueProxy.requests.cpu'],
  ['queueProxy.podInfo', 1],
  ['queueProxy.fullDuplex', 'on'],
  ['nodeSelector', { disk: 'very fast' }, 'nodeSelector.disk'],
  ['affinity.nodes', { require: [{ zone: [] }] }, 'affinity.nodes.require[0].zone'],
  ['affinity.nodes', { require: [{}] }, 'affinity.nodes.require[0]'],
  ['affinity.nodes', { prefer: [{ labels: {}, weight: 101 }] }, 'affinity.nodes.prefer[0].weight'],
  ['affinity.nodes', { prefer: [{ labels: { a: { over: 1 } } }] }, 'affinity.nodes.prefer[0].labels.a'],
  ['affinity.pods', { require: [{ labels: { 'a b': 'c' } }] }, 'affinity.pods.require[0].labels.a b'],
  [
    'affinity.apartFromPods',
    { require: [{ topologyKey: '' }] },
    'affinity.apartFromPods.require[0].topologyKey',
  ],
  ['tolerations', [{ key: 'a', effect: 'Never' }], 'tolerations[0].effect'],
  ['tolerations', [{ value: 'a' }], 'tolerations[0].value'],
  ['tolerations', [{ key: 'a', for: '5m' }], 'tolerations[0].for'],
  ['topologySpread', [{ topologyKey: 'zone', maxSkew: 0 }], 'topologySpread[0].maxSkew'],
  ['topologySpread', [{ topologyKey: 'zone', minDomains: 2 }], 'topologySpread[0].minDomains'],
  ['topologySpread', [{ topologyKey: 'zone' }, { topologyKey: 'zone' }], 'topologySpread[1].topologyKey'],
  ['topologySpread', [{ maxSkew: 1 }], 'topologySpread[0].topologyKey'],
  ['priorityClassName', 'Very High'],
  ['runtimeClassName', 'g_visor'],
  ['schedulerName', ''],
  ['dnsPolicy', 'Cluster'],
  ['dnsPolicy', 'None'],
  ['dnsConfig.nameservers', ['dns.example.com'], 'dnsConfig.nameservers[0]'],
  ['dnsConfig.searches', ['a b'], 'dnsConfig.searches[0]'],
  ['dnsConfig.options', { ndots: 2 }, 'dnsConfig.options.ndots'],
  ['hostAliases', { '10.1.2.300': ['a'] }, 'hostAliases.10.1.2.300'],
  ['hostAliases', { '10.1.2.3': [] }, 'hostAliases.10.1.2.3'],
  ['enableServiceLinks', 'true'],
  ['serviceAccountName', 'My Account'],
  ['automountServiceAccountToken', true],
  ['imagePullSecrets', [''], 'imagePullSecrets[0]'],
  ['imagePullSecrets', ['a', 'a'], 'imagePullSecrets[1]'],
  ['podSecurityContext.runAsUser', -1],
  ['podSecurityContext.fsGroup', 1.5],
  ['podSecurityContext.supplementalGroups', [-1], 'podSecurityContext.supplementalGroups[0]'],
  ['podSecurityContext.seccompProfile', 'Default'],
  ['podSecurityContext', { runAsUser: 0, runAsNonRoot: true }, 'podSecurityContext.runAsUser'],
  ['shareProcessNamespace', 'yes'],
  ['volumes', { v: { emptyDir: {} } }, 'volumes.v'],
  ['volumes', { v: { hostPath: '/' } }, 'volumes.v'],
  ['volumes', { v: { secret: 'a', configMap: 'b' } }, 'volumes.v'],
  ['volumes', { v: { emptyDir: { sizeLimit: 'big' } } }, 'volumes.v.emptyDir.sizeLimit'],
  ['volumes', { v: { emptyDir: { medium: 'Disk' } } }, 'volumes.v.emptyDir.medium'],
  ['volumes', { v: { secret: 'a', items: { a: '../b' } } }, 'volumes.v.items.a'],
  ['volumes', { v: { configMap: 'a', mode: 0o1000 } }, 'volumes.v.mode'],
  ['volumes', { v: { csi: { fsType: 'ext4' } } }, 'volumes.v.csi.driver'],
  ['volumes', { v: { ephemeral: { size: 'big' } } }, 'volumes.v.ephemeral.size'],
  [
    'volumes',
    { v: { ephemeral: { size: '1Gi', accessModes: ['Write'] } } },
    'volumes.v.ephemeral.accessModes[0]',
  ],
  ['volumes', { v: { image: 'a', pullPolicy: 'Sometimes' } }, 'volumes.v.pullPolicy'],
  ['volumes', { v: { projected: [] } }, 'volumes.v.projected'],
  [
    'volumes',
    { v: { projected: [{ serviceAccountToken: { path: 'a', expiration: '5m' } }] } },
    'volumes.v.projected[0].serviceAccountToken.expiration',
  ],
  [
    'volumes',
    { v: { projected: [{ downwardApi: { a: 'status.phase' } }] } },
    'volumes.v.projected[0].downwardApi.a',
  ],
  [
    'volumes',
    { v: { projected: [{ downwardApi: { a: 'status.podIP' } }] } },
    'volumes.v.projected[0].downwardApi.a',
  ],
  [
    'volumes',
    { v: { projected: [{ downwardApi: { a: { resource: 'limits.cpu' } } }] } },
    'volumes.v.projected[0].downwardApi.a.container',
  ],
  ['volumes', { 'V 1': { emptyDir: {} } }, 'volumes.V 1'],
  ['initContainers', [{ name: 'a', image: '' }], 'initContainers[0].image'],
  ['initContainers', [{ name: 'a', image, port: 80 }], 'initContainers[0].port'],
  ['initContainers', [{ name: 'a', image, mounts: { '/m': 'none' } }], 'initContainers[0].mounts./m'],
  ['initContainers', [{ name: 'a', image, env: { K_SERVICE: 'x' } }], 'initContainers[0].env.K_SERVICE'],
  ['initContainers', [{ name: 'A', image }], 'initContainers[0].name'],
  ['image', 'not an image'],
  ['imagePullPolicy', 'Sometimes'],
  ['command', 'run'],
  ['args', [1], 'args[0]'],
  ['workingDir', 'app'],
  ['env', { 'A=B': 'x' }, 'env.A=B'],
  ['env', { PORT: '80' }, 'env.PORT'],
  ['env', { A: { secret: 'a' } }, 'env.A.key'],
  ['env', { A: { field: 'status.phase' } }, 'env.A.field'],
  ['env', { A: { resource: 'cpu' } }, 'env.A.resource'],
  ['env', { A: { resource: 'limits.cpu', divisor: '1Mi' } }, 'env.A.divisor'],
  ['envFrom', [{ secret: '' }], 'envFrom[0].secret'],
  ['envFrom', [{ prefix: 'A' }], 'envFrom[0]'],
  ['resources.limits', { memory: '1GB' }, 'resources.limits.memory'],
  ['resources', { requests: { memory: '1Gi' }, limits: { memory: '512Mi' } }, 'resources.requests.memory'],
  ['mounts', { '/m': 'none' }, 'mounts./m'],
  ['mounts', { m: { volume: 'none' } }, 'mounts.m'],
  ['mounts', { '/m': { volume: 'none', subPath: '../up' } }, 'mounts./m.subPath'],
  ['securityContext.runAsUser', 2 ** 31],
  ['securityContext.runAsGroup', -1],
  ['securityContext.runAsNonRoot', 1],
  ['securityContext.readOnlyRootFilesystem', 'yes'],
  ['securityContext.allowPrivilegeEscalation', 'no'],
  ['securityContext.capabilities', { drop: ['all'] }, 'securityContext.capabilities.drop[0]'],
  ['securityContext.seccompProfile', { localhost: '/abs' }, 'securityContext.seccompProfile.localhost'],
  ['securityContext.privileged', true],
  ['terminationMessagePath', 'end'],
  ['terminationMessagePolicy', 'Always'],
  ['port', 8012],
  ['port', 70_000],
  ['protocol', 'http2'],
  ['readinessProbe', { period: '1s' }],
  ['readinessProbe', { http: { path: 'ready' } }, 'readinessProbe.http.path'],
  ['readinessProbe', { http: { path: '/', scheme: 'FTP' } }, 'readinessProbe.http.scheme'],
  ['readinessProbe', { http: { path: '/', headers: { 'A B': 'x' } } }, 'readinessProbe.http.headers.A B'],
  ['readinessProbe', { tcp: { port: 0 } }, 'readinessProbe.tcp.port'],
  ['readinessProbe', { exec: [] }, 'readinessProbe.exec'],
  ['readinessProbe', { tcp: {}, timeout: '1s' }, 'readinessProbe.timeout'],
  ['livenessProbe', { grpc: { port: 70_000 } }, 'livenessProbe.grpc.port'],
  ['livenessProbe', { tcp: {}, successThreshold: 2 }, 'livenessProbe.successThreshold'],
  ['startupProbe', { tcp: {}, failureThreshold: 0 }, 'startupProbe.failureThreshold'],
  [
    'containers',
    [
      { name: 'a', image, port: 80 },
      { name: 'b', image: '' },
    ],
    'containers[1].image',
  ],
  [
    'containers',
    [
      { name: 'a', image },
      { name: 'b', image },
    ],
  ],
  [
    'containers',
    [
      { name: 'a', image, port: 80 },
      { name: 'a', image },
    ],
    'containers[1].name',
  ],
  [
    'containers',
    [
      { name: 'a', image, port: 80 },
      { name: 'b', image, livenessProbe: { http: { path: '/' } } },
    ],
    'containers[1].livenessProbe.http.port',
  ],
  [
    'containers',
    [
      { name: 'a', image, port: 80 },
      { name: 'b', image, readinessProbe: { grpc: {} } },
    ],
    'containers[1].readinessProbe.grpc.port',
  ],
  ['containers', [{ name: 'a', image, port: 80, resuorces: {} }], 'containers[0].resuorces'],
];

/** A right service, but for the value at a path. */
function service(path: string, value: unknown): KnativeServiceProps {
  const props: Record<string, unknown> = {
    name: 'cart',
    ...(path.startsWith('containers') ? {} : { image }),
  };
  const names = path.split('.');
  const last = names.pop() ?? '';
  let part = props;
  for (const name of names) {
    part[name] = {};
    part = part[name] as Record<string, unknown>;
  }
  part[last] = value;
  // A volume that nothing mounts would be refused for that.
  const own = (value as Record<string, unknown> | undefined)?.v as Record<string, unknown> | undefined;
  if (path === 'volumes' && own !== undefined && JSON.stringify(own) !== '{"emptyDir":{}}')
    props.mounts = { '/mnt': 'v' };
  return props as unknown as KnativeServiceProps;
}

describe('one wrong value', () => {
  it.each(wrong.map(([path, value, at]) => ({ path, value, at: at ?? path })))(
    '$at: $value',
    ({ path, value, at }) => {
      const problems = serviceProblems(service(path, value));
      expect(problems.map(({ where }) => where)).toEqual([at]);
    },
  );

  it('was tried for every prop', () => {
    const tried = new Set(wrong.map(([path]) => path.split('.')[0]));
    expect(Object.keys(serviceKinds).filter((prop) => !tried.has(prop))).toEqual([]);
  });
});
