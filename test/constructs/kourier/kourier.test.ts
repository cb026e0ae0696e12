import { App, Chart, Testing } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  type BindingController,
  gatewayTimes,
  Kourier,
  type KourierProps,
  kourierConfigProblems,
  kourierVersions,
  type TargetGroup,
} from '../../../constructs/kourier/index.ts';
import type { KubeObject } from '../../../lib/clusters/cluster-port.ts';
import { refusal } from '../../helpers/refusal.ts';

const objects = (props: Partial<KourierProps> = {}): KubeObject[] => {
  const chart = new Chart(new App(), 'ingress');
  new Kourier(chart, 'kourier', { release: '1.23.0', ...props });
  return Testing.synth(chart);
};

const find = (all: readonly KubeObject[], kind: string, name: string): KubeObject => {
  const found = all.find((object) => object.kind === kind && object.metadata.name === name);
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return found;
};

const gatewayOf = (all: readonly KubeObject[]) => find(all, 'Deployment', '3scale-kourier-gateway').spec;
const arn = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/shop-green-80/0123456789abcdef';

describe('the way to the gateway', () => {
  it.each<[BindingController, string, string]>([
    ['eks-auto-mode', 'eks.amazonaws.com/v1', 'eks.amazonaws.com/pod-readiness-gate-inject'],
    ['aws-load-balancer-controller', 'elbv2.k8s.aws/v1beta1', 'elbv2.k8s.aws/pod-readiness-gate-inject'],
  ])('is a binding to target groups, for %s', (controller, apiVersion, label) => {
    const all = objects({
      entrance: { controller, targetGroups: { 80: { name: 'shop-green-80' }, 443: { arn } } },
    });
    expect(find(all, 'Service', 'kourier').spec.type).toBe('ClusterIP');
    expect(find(all, 'TargetGroupBinding', 'kourier-80')).toMatchObject({
      apiVersion,
      metadata: { namespace: 'kourier-system' },
      spec: {
        serviceRef: { name: 'kourier', port: 80 },
        targetGroupName: 'shop-green-80',
        targetType: 'ip',
      },
    });
    const tls = find(all, 'TargetGroupBinding', 'kourier-443').spec;
    expect(tls).toEqual({
      serviceRef: { name: 'kourier', port: 443 },
      targetGroupARN: arn,
      targetType: 'ip',
    });
    expect(find(all, 'Namespace', 'kourier-system').metadata.labels).toMatchObject({ [label]: 'enabled' });
    // Pods that are made before a binding leads to them get no gate.
    const kinds = all.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(kinds.indexOf('TargetGroupBinding kourier-443')).toBeLessThan(
      kinds.indexOf('Deployment 3scale-kourier-gateway'),
    );
  });

  it('is one binding a port, and only for the ports that there are', () => {
    const all = objects({ entrance: { targetGroups: { 80: { name: 'shop-green-80' } } } });
    expect(all.filter(({ kind }) => kind === 'TargetGroupBinding')).toHaveLength(1);
  });

  it('is a load balancer without an entrance, as upstream has it', () => {
    const all = objects();
    expect(find(all, 'Service', 'kourier').spec.type).toBe('LoadBalancer');
    expect(all.some(({ kind }) => kind === 'TargetGroupBinding')).toBe(false);
    expect(find(all, 'Namespace', 'kourier-system').metadata.labels).not.toHaveProperty([
      'eks.amazonaws.com/pod-readiness-gate-inject',
    ]);
  });

  it('with upstream tuning and an entrance differs in the load balancer alone', () => {
    const entrance = { targetGroups: { 80: { name: 'a' } } };
    const [bound, plain] = [objects({ tuning: 'upstream', entrance }), objects({ tuning: 'upstream' })];
    const others = (all: readonly KubeObject[]) =>
      all.filter(({ kind, metadata }) => kind !== 'TargetGroupBinding' && metadata.name !== 'kourier');
    expect(others(bound)).toEqual(others(plain));
  });

  it.each<[TargetGroup, string]>([
    [{ name: 'a-name-of-more-than-thirty-two-chars' }, 'targetGroup.name'],
    [{ arn: 'shop-green-80' }, 'targetGroup.arn'],
  ])('refuses %j', (targetGroup, where) => {
    const error = refusal(() => objects({ entrance: { targetGroups: { 80: targetGroup } } }));
    expect([error.code, error.problems[0]?.where]).toEqual(['kourier.target-group', where]);
  });
});

describe("the gateway's own updates", () => {
  const times = { deregistrationDelay: 400, healthCheckInterval: 5, longestRequest: 120 };
  const all = objects({ times });
  const spec = gatewayOf(all);
  const pod = spec.template.spec;
  const [container] = pod.containers;
  const derived = gatewayTimes(times);
  const env = Object.fromEntries(
    container.env.map(({ name, value }: { name: string; value: string }) => [name, value]),
  );

  it('take no old pod before a new one is there for the entrance', () => {
    expect(spec.strategy.rollingUpdate).toEqual({ maxUnavailable: 0, maxSurge: '25%' });
    expect(gatewayOf(objects({ tuning: 'upstream' })).strategy.rollingUpdate.maxSurge).toBe('100%');
    expect(spec.minReadySeconds).toBe(derived.minReady);
    expect(spec.progressDeadlineSeconds).toBeGreaterThan(derived.minReady);
  });

  it('hold up the end of a pod for as long as the times say', () => {
    expect(env).toEqual({
      DRAIN_TIME_SECONDS: String(derived.preStop),
      NOTICE_SECONDS: String(derived.notice),
    });
    expect(container.args).toContain('--drain-time-s $(DRAIN_TIME_SECONDS)');
    expect(pod.terminationGracePeriodSeconds).toBe(derived.terminationGracePeriod);
    const [shell, , script] = container.lifecycle.preStop.exec.command;
    expect(shell).toBe('/bin/bash');
    expect(script).toContain('POST /healthcheck/fail');
    // Envoy would refuse new connections at the end of the drain, while the entrance may still send some.
    expect(script).toContain('/drain_listeners?graceful&skip_exit');
    expect(script).not.toContain('curl');
  });

  it('close idle connections before the accelerator forgets them', () => {
    const { data } = find(all, 'ConfigMap', 'kourier-bootstrap');
    const bootstrap = parse(data['envoy-bootstrap.yaml']);
    const [monitor] = bootstrap.overload_manager.resource_monitors;
    const [action] = bootstrap.overload_manager.actions;
    expect(action.typed_config.timer_scale_factors).toEqual([
      { timer: 'HTTP_DOWNSTREAM_CONNECTION_IDLE', min_timeout: `${derived.idle}s` },
    ]);
    expect(action.triggers[0].name).toBe(monitor.name);
    // The file that holds the pressure is a key of the same map, where it is mounted.
    const [mount] = container.volumeMounts;
    const file = monitor.typed_config.filename;
    expect(file.startsWith(`${mount.mountPath}/`)).toBe(true);
    expect(Number(data[file.slice(mount.mountPath.length + 1)])).toBeGreaterThan(
      action.triggers[0].threshold.value,
    );
    expect(data['envoy-bootstrap.yaml']).not.toMatch(/[&*]a\d/);
  });

  it('come with another bootstrap, which Envoy reads only once', () => {
    const annotation = (times: KourierProps['times'] = {}) =>
      gatewayOf(objects({ times })).template.metadata.annotations['zeroshift.dev/bootstrap'];
    expect(annotation()).toBe(annotation());
    expect(annotation({ gatewayIdle: 100 })).not.toBe(annotation());
  });

  it('are checked by the entrance at a port that answers any host', () => {
    const { data } = find(all, 'ConfigMap', 'kourier-bootstrap');
    const [listener] = parse(data['envoy-bootstrap.yaml']).static_resources.listeners;
    expect(listener.address.socket_address.port_value).toBe(9000);
    const [host] = listener.filter_chains[0].filters[0].typed_config.route_config.virtual_hosts;
    expect(host.domains).toEqual(['*']);
    const { regex } = host.routes[0].match.safe_regex;
    expect('/ready').toMatch(new RegExp(`^(?:${regex})$`));
    expect('/healthcheck/fail').not.toMatch(new RegExp(`^(?:${regex})$`));
    expect(container.ports).toContainEqual({ name: 'metrics', containerPort: 9000, protocol: 'TCP' });
  });

  it('leave a node to be drained: two pods, one may go, spread over zones', () => {
    expect(find(all, 'HorizontalPodAutoscaler', '3scale-kourier-gateway').spec.minReplicas).toBe(2);
    const budget = find(all, 'PodDisruptionBudget', '3scale-kourier-gateway-pdb').spec;
    expect(budget.maxUnavailable).toBe(1);
    expect(budget).not.toHaveProperty('minAvailable');
    expect(pod.topologySpreadConstraints[0].topologyKey).toBe('topology.kubernetes.io/zone');
    for (const { labelSelector } of pod.topologySpreadConstraints)
      expect(labelSelector.matchLabels).toEqual(spec.selector.matchLabels);
  });

  it('run a patch version of Envoy, or what is given', () => {
    expect(container.image).toMatch(/^docker\.io\/envoyproxy\/envoy:v1\.37\.\d+$/);
    const image = `mirror.example.com/envoy@sha256:${'a'.repeat(64)}`;
    expect(gatewayOf(objects({ gateway: { image } })).template.spec.containers[0].image).toBe(image);
  });
});

describe('props of the parts', () => {
  it('reach the pods', () => {
    const all = objects({
      controller: { nodeSelector: { pool: 'system' } },
      gateway: {
        minReplicas: 4,
        maxReplicas: 40,
        resources: { requests: { cpu: '1' }, limits: {} },
        tolerations: [{ key: 'edge', operator: 'Exists' }],
      },
    });
    expect(find(all, 'Deployment', 'net-kourier-controller').spec.template.spec.nodeSelector).toEqual({
      pool: 'system',
    });
    const pod = gatewayOf(all).template.spec;
    expect(pod.tolerations).toEqual([{ key: 'edge', operator: 'Exists' }]);
    expect(pod.containers[0].resources.requests).toEqual({ cpu: '1' });
    expect(find(all, 'HorizontalPodAutoscaler', '3scale-kourier-gateway').spec).toMatchObject({
      minReplicas: 4,
      maxReplicas: 40,
    });
  });

  it('name the releases that there are', () => {
    const error = refusal(() => objects({ release: '1.23.9' }));
    expect(error.code).toBe('kourier.unknown-release');
    expect(error.problems).toEqual([
      { where: 'release', value: '1.23.9', allowed: `one of ${kourierVersions.join(', ')}` },
    ]);
  });
});

describe('config-kourier', () => {
  it('holds what is said, and nothing else', () => {
    const config = {
      'stream-idle-timeout': '120s',
      'trusted-hops-count': 1,
      'use-remote-address': true,
    } as const;
    const data = { 'stream-idle-timeout': '120s', 'trusted-hops-count': '1', 'use-remote-address': 'true' };
    expect(find(objects({ config }), 'ConfigMap', 'config-kourier').data).toEqual(data);
    expect(find(objects(), 'ConfigMap', 'config-kourier')).not.toHaveProperty('data');
  });

  it.each<[Record<string, unknown>, string[]]>([
    [{ 'stream-idle-timeout': 120 }, ["stream-idle-timeout: a duration as text: '120s' for so many seconds"]],
    [{ 'stream-idle-timeout': '-1s' }, ['stream-idle-timeout: a duration of at least 0s, such as 90s']],
    [{ 'trusted-hops-count': -1 }, ['trusted-hops-count: a whole number from 0 to 4294967295']],
    [{ 'enable-proxy-protocol': 'yes' }, ['enable-proxy-protocol: true or false']],
    [{ 'enable-proxy-protocol': 'true' }, ['enable-proxy-protocol: true, without quotes']],
    [{ 'listen-ip-addresses': ['0.0.0.0', '300.1.1.1'] }, ['listen-ip-addresses: a list of IP addresses']],
    [{ 'listen-ip-addresses': ['0.0.0.0', '::'] }, []],
    [{ 'extauthz-host': 'my-auth' }, ['extauthz-host: host:port, such as my-auth:2222']],
    [
      { 'extauthz-host': 'my-auth:2222', 'extauthz-protocol': 'tcp' },
      ['extauthz-protocol: grpc, http or https'],
    ],
    [
      { 'extauthz-timeout': 500 },
      ['extauthz-timeout: only beside "extauthz-host", without which it is ignored'],
    ],
    [
      { 'extauthz-host': 'a:1', 'extauthz-pack-as-byte': true },
      ['extauthz-pack-as-byte: a known key: did you mean "extauthz-pack-as-bytes"?'],
    ],
    [
      { 'certs-secret-name': 'tls' },
      ['certs-secret-name: only beside "certs-secret-namespace", without which it is ignored'],
    ],
    [
      { 'tracing-endpoint': 'collector:4317' },
      ['tracing-endpoint: a URL with a port, such as http://collector.observability.svc:4317'],
    ],
    [
      { 'tracing-endpoint': 'http://collector:4317', 'tracing-sampling-rate': 2 },
      ['tracing-sampling-rate: a number from 0 to 1'],
    ],
    [{ 'extauthz-host': '', 'cipher-suites': [] }, []],
  ])('%j', (config, expected) => {
    expect(
      kourierConfigProblems(config, '').map(({ where, allowed }) => `${where.slice(1)}: ${allowed}`),
    ).toEqual(expected);
  });
});
