import { describe, expect, it } from 'vitest';
import { exampleFleet } from '../../helpers/fleet.ts';
import { type Resource, resourcesOf, synthesize, templateOf } from './synthesis.ts';

const admin = 'arn:aws:iam::111122223333:role/platform';
const service = (name: string, ports: readonly object[]) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: { app: name }, ports },
});
const { stacks } = synthesize(
  exampleFleet({
    entrance: {
      ports: [
        80,
        443,
        { port: 5432, service: 'database' },
        { port: 8883, service: 'broker', servicePort: 1883, healthCheck: { protocol: 'http', path: '/ok' } },
      ],
      idleTimeout: '400s',
      deregistrationDelay: '120s',
    },
    services: [
      service('database', [{ port: 5432 }]),
      service('broker', [{ port: 1883, targetPort: 'mqtt' }]),
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'broker' },
        spec: {
          template: {
            metadata: { labels: { app: 'broker' } },
            spec: { containers: [{ ports: [{ name: 'mqtt', containerPort: 11883 }] }] },
          },
        },
      },
    ],
  }),
  { admins: [admin] },
);
const blue = templateOf(stacks, 'shop-eu-west-1-blue');
const attributes = (resource: Resource, key: string): Record<string, string> =>
  Object.fromEntries(
    (resource.Properties[key] as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]),
  );

describe("a colour's entrance", () => {
  const groups = resourcesOf(blue, 'AWS::ElasticLoadBalancingV2::TargetGroup');

  it('has one target group a port, of type ip, named after fleet, colour and port', () => {
    expect(groups.map(({ Properties }) => [Properties.Name, Properties.Port, Properties.TargetType])).toEqual(
      [
        ['shop-blue-80', 8080, 'ip'],
        ['shop-blue-443', 8443, 'ip'],
        ['shop-blue-5432', 5432, 'ip'],
        ['shop-blue-8883', 11883, 'ip'],
      ],
    );
  });

  it('carries the tag without which Auto Mode may not register targets', () => {
    for (const group of groups)
      expect(group.Properties.Tags).toEqual([{ Key: 'eks:eks-cluster-name', Value: 'shop-blue' }]);
  });

  it('keeps the flows of targets that fail their checks or leave', () => {
    for (const group of groups)
      expect(attributes(group, 'TargetGroupAttributes')).toEqual({
        'deregistration_delay.timeout_seconds': '120',
        'deregistration_delay.connection_termination.enabled': 'false',
        'target_health_state.unhealthy.connection_termination.enabled': 'false',
        'target_health_state.unhealthy.draining_interval_seconds': '120',
        'preserve_client_ip.enabled': 'false',
      });
  });

  it('checks the gateway where it answers any host', () => {
    for (const group of groups.slice(0, 2))
      expect(group.Properties).toMatchObject({
        HealthCheckProtocol: 'HTTP',
        HealthCheckPort: '9000',
        HealthCheckPath: '/ready',
        HealthCheckIntervalSeconds: 10,
      });
  });

  it('checks a plain workload at the port that takes its requests, as the fleet says', () => {
    const [database, broker] = groups.slice(2).map(({ Properties }) => Properties);
    expect(database).toMatchObject({ HealthCheckProtocol: 'TCP', HealthCheckPort: 'traffic-port' });
    expect(database).not.toHaveProperty('HealthCheckPath');
    expect(broker).toMatchObject({
      HealthCheckProtocol: 'HTTP',
      HealthCheckPort: 'traffic-port',
      HealthCheckPath: '/ok',
      HealthCheckIntervalSeconds: 10,
    });
  });

  it('listens on every port of the fleet, with its idle time', () => {
    const listeners = resourcesOf(blue, 'AWS::ElasticLoadBalancingV2::Listener');
    expect(listeners.map(({ Properties }) => [Properties.Port, Properties.Protocol])).toEqual([
      [80, 'TCP'],
      [443, 'TCP'],
      [5432, 'TCP'],
      [8883, 'TCP'],
    ]);
    for (const listener of listeners)
      expect(attributes(listener, 'ListenerAttributes')).toEqual({ 'tcp.idle_timeout.seconds': '400' });
  });

  it('is one NLB with a security group, in the public subnets and across zones', () => {
    const [balancer] = resourcesOf(blue, 'AWS::ElasticLoadBalancingV2::LoadBalancer');
    expect(balancer?.Properties).toMatchObject({
      Name: 'shop-blue',
      Type: 'network',
      Scheme: 'internet-facing',
    });
    expect(balancer?.Properties.SecurityGroups).toHaveLength(1);
    expect(JSON.stringify(balancer?.Properties.Subnets)).not.toContain('private');
    expect(attributes(balancer as Resource, 'LoadBalancerAttributes')).toMatchObject({
      'load_balancing.cross_zone.enabled': 'true',
    });
  });

  it('alone reaches the ports of the pods; the control plane alone reaches the webhook besides', () => {
    const rules = resourcesOf(blue, 'AWS::EC2::SecurityGroupIngress').map(({ Properties }) => [
      Properties.FromPort,
      JSON.stringify(Properties.SourceSecurityGroupId).match(/Entrance|ControlPlane/)?.[0],
    ]);
    expect(rules).toHaveLength(6);
    expect(rules).toEqual(
      expect.arrayContaining([
        [8080, 'Entrance'],
        [8443, 'Entrance'],
        [5432, 'Entrance'],
        [11883, 'Entrance'],
        [9000, 'Entrance'],
        [8443, 'ControlPlane'],
      ]),
    );
  });

  it('is registered last and removed first, so that a refusal leaves the rest as it is', () => {
    const [registration] = resourcesOf(blue, 'Custom::ZeroshiftEntranceRegistration') as (Resource & {
      DependsOn: string[];
    })[];
    const others = Object.entries(blue.Resources).filter(
      ([id, { Type }]) => !id.startsWith('Registration') && Type !== 'Custom::ZeroshiftEntranceRegistration',
    );
    expect([...(registration?.DependsOn ?? [])].sort()).toEqual(others.map(([id]) => id).sort());
    expect(registration?.Properties).toMatchObject({ First: 'true', Ours: 'true' });
    const [green] = resourcesOf(
      templateOf(stacks, 'shop-eu-west-1-green'),
      'Custom::ZeroshiftEntranceRegistration',
    );
    expect(green?.Properties).toMatchObject({ First: 'false', Ours: 'true' });
  });

  it('has its ports at the accelerator too, and in the locator', () => {
    const accelerator = templateOf(stacks, 'shop-accelerator');
    const [listener] = resourcesOf(accelerator, 'AWS::GlobalAccelerator::Listener');
    expect(listener?.Properties.PortRanges).toEqual(
      [80, 443, 5432, 8883].map((port) => ({ FromPort: port, ToPort: port })),
    );
    for (const template of [accelerator, blue])
      expect(JSON.stringify(resourcesOf(template, 'AWS::SSM::Parameter'))).toContain(':8883');
  });

  it('takes clients at its ports and nowhere else', () => {
    const groupsOf = resourcesOf(blue, 'AWS::EC2::SecurityGroup').flatMap(
      ({ Properties }) => (Properties.SecurityGroupIngress ?? []) as { FromPort: number; CidrIp: string }[],
    );
    expect(groupsOf.map(({ FromPort, CidrIp }) => [FromPort, CidrIp])).toEqual(
      [80, 443, 5432, 8883].map((port) => [port, '0.0.0.0/0']),
    );
  });
});

describe("a colour's cluster", () => {
  it('runs in Auto Mode at the version of its colour, with logs and encrypted secrets', () => {
    const version = (name: string) =>
      resourcesOf(templateOf(stacks, name), 'AWS::EKS::Cluster').map(({ Properties }) => Properties);
    expect(version('shop-eu-west-1-blue')).toMatchObject([
      {
        Name: 'shop-blue',
        Version: '1.34',
        ComputeConfig: { Enabled: true },
        EncryptionConfig: [{ Resources: ['secrets'] }],
        AccessConfig: { AuthenticationMode: 'API' },
      },
    ]);
    expect(version('shop-eu-west-1-green')).toMatchObject([{ Name: 'shop-green', Version: '1.35' }]);
    expect(JSON.stringify(blue.Resources)).toContain('{"Type":"audit"}');
  });

  it('admits the administrators it was given', () => {
    const entries = resourcesOf(blue, 'AWS::EKS::AccessEntry').map(
      ({ Properties }) => Properties.PrincipalArn,
    );
    expect(entries).toEqual([admin]);
  });

  it('has no kubectl layer and no nested stack, only the function of the registration', () => {
    expect(resourcesOf(blue, 'AWS::Lambda::Function')).toHaveLength(1);
    expect(resourcesOf(blue, 'AWS::CloudFormation::Stack')).toHaveLength(0);
  });
});
