import { describe, expect, it } from 'vitest';
import type { FleetInput } from '../../../lib/fleet/fleet-input.ts';
import { exampleFleet } from '../../helpers/fleet.ts';
import { type Resource, resourcesOf, synthesize, type Template, templateOf } from './synthesis.ts';

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
    clusters: { admins: [admin] },
  }),
);
const blue = templateOf(stacks, 'shop-eu-west-1-blue');
const blueOf = (fleet: Partial<FleetInput>): Template =>
  templateOf(synthesize(exampleFleet(fleet)).stacks, 'shop-eu-west-1-blue');
const lbc = { ingress: { controller: 'aws-load-balancer-controller' as const } };
const managed = {
  blue: { kubernetes: '1.34', knative: '1.22.0', ...lbc },
  green: { kubernetes: '1.35', knative: '1.23.0', ...lbc },
};
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

  it('ends TLS where the fleet has certificates, and passes on in the clear', () => {
    const certificate = 'arn:aws:acm:eu-west-1:111122223333:certificate/1234';
    const template = blueOf({ entrance: { tls: { certificates: { 'eu-west-1': certificate } } } });
    expect(
      resourcesOf(template, 'AWS::ElasticLoadBalancingV2::Listener').map(({ Properties }) => Properties),
    ).toMatchObject([
      { Port: 80, Protocol: 'TCP' },
      {
        Port: 443,
        Protocol: 'TLS',
        AlpnPolicy: ['HTTP2Optional'],
        Certificates: [{ CertificateArn: certificate }],
      },
    ]);
    expect(
      resourcesOf(template, 'AWS::ElasticLoadBalancingV2::TargetGroup').map(({ Properties }) => [
        Properties.Name,
        Properties.Port,
        Properties.Protocol,
      ]),
    ).toEqual([
      ['shop-blue-80', 8080, 'TCP'],
      ['shop-blue-443', 8080, 'TCP'],
    ]);
    expect(JSON.stringify(resourcesOf(template, 'AWS::EC2::SecurityGroupEgress'))).not.toContain('8443');
  });

  it('keeps the addresses of clients where the fleet says so, at both places', () => {
    const template = blueOf({ entrance: { clientAddress: 'preserved' } });
    for (const group of resourcesOf(template, 'AWS::ElasticLoadBalancingV2::TargetGroup'))
      expect(attributes(group, 'TargetGroupAttributes')).toMatchObject({
        'preserve_client_ip.enabled': 'true',
      });
    const [registration] = resourcesOf(template, 'Custom::ZeroshiftEntranceRegistration');
    expect(registration?.Properties.ClientAddress).toBe('preserved');
    expect(JSON.stringify(resourcesOf(template, 'AWS::IAM::Policy'))).toContain('CreateServiceLinkedRole');
    expect(JSON.stringify(resourcesOf(blue, 'AWS::IAM::Policy'))).not.toContain('CreateServiceLinkedRole');
  });

  it('takes clients with IPv6 too where the fleet says so', () => {
    const { stacks: dual } = synthesize(exampleFleet({ entrance: { addresses: 'dual-stack' } }));
    const template = templateOf(dual, 'shop-eu-west-1-blue');
    const [balancer] = resourcesOf(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer');
    expect(balancer?.Properties.IpAddressType).toBe('dualstack');
    expect(JSON.stringify(resourcesOf(template, 'AWS::EC2::SecurityGroup'))).toContain('"CidrIpv6":"::/0"');
    expect(
      resourcesOf(templateOf(dual, 'shop-eu-west-1-network'), 'AWS::EC2::VPCCidrBlock'),
    ).not.toHaveLength(0);
  });

  it('has alarms for what is wrong while traffic comes in, told to the topic of its region', () => {
    const topic = 'arn:aws:sns:eu-west-1:111122223333:oncall';
    const alarms = resourcesOf(
      blueOf({ alarms: { topics: { 'eu-west-1': topic } } }),
      'AWS::CloudWatch::Alarm',
    ).map(({ Properties }) => Properties);
    expect(alarms.map(({ AlarmName }) => AlarmName)).toEqual([
      'zeroshift-shop-blue-NoTargets80',
      'zeroshift-shop-blue-NoTargets443',
      'zeroshift-shop-blue-Resets',
      'zeroshift-shop-blue-Ports',
    ]);
    for (const alarm of alarms) expect(alarm).toMatchObject({ AlarmActions: [topic], OKActions: [topic] });
    for (const alarm of resourcesOf(blue, 'AWS::CloudWatch::Alarm'))
      expect(alarm.Properties).not.toHaveProperty('AlarmActions');
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

  it('is reached from everywhere, or from where the fleet says, or from inside alone', () => {
    const accessOf = (publicAccess: readonly string[]) =>
      resourcesOf(blueOf({ clusters: { publicAccess } }), 'AWS::EKS::Cluster').map(
        ({ Properties }) => Properties.ResourcesVpcConfig,
      );
    expect(accessOf(['0.0.0.0/0'])).toMatchObject([
      { EndpointPrivateAccess: true, EndpointPublicAccess: true },
    ]);
    expect(accessOf(['203.0.113.0/24'])).toMatchObject([
      { EndpointPrivateAccess: true, EndpointPublicAccess: true, PublicAccessCidrs: ['203.0.113.0/24'] },
    ]);
    expect(accessOf([])).toMatchObject([{ EndpointPrivateAccess: true, EndpointPublicAccess: false }]);
  });

  it('gives service accounts their roles by Pod Identity, the same in both colours', () => {
    const clusters = {
      podIdentities: [
        { namespace: 'shop', serviceAccount: 'orders', roleArn: 'arn:aws:iam::111122223333:role/orders' },
      ],
    };
    const both = synthesize(exampleFleet({ clusters })).stacks;
    for (const colour of ['blue', 'green'])
      expect(
        resourcesOf(templateOf(both, `shop-eu-west-1-${colour}`), 'AWS::EKS::PodIdentityAssociation').map(
          ({ Properties }) => Properties,
        ),
      ).toMatchObject([
        { Namespace: 'shop', ServiceAccount: 'orders', RoleArn: 'arn:aws:iam::111122223333:role/orders' },
      ]);
  });

  it('runs on managed nodes where the fleet says so, with what Auto Mode would bring', () => {
    const template = blueOf({
      clusters: { nodes: { instanceTypes: ['m7g.large'], min: 3, max: 9 } },
      colours: managed,
    });
    const [cluster] = resourcesOf(template, 'AWS::EKS::Cluster');
    expect(cluster?.Properties).toMatchObject({
      BootstrapSelfManagedAddons: false,
      ComputeConfig: { Enabled: false },
    });
    expect(resourcesOf(template, 'AWS::EKS::Nodegroup')).toMatchObject([
      {
        Properties: {
          InstanceTypes: ['m7g.large'],
          AmiType: 'AL2023_ARM_64_STANDARD',
          ScalingConfig: { MinSize: 3, MaxSize: 9, DesiredSize: 3 },
        },
      },
    ]);
    expect(
      resourcesOf(template, 'AWS::EKS::Addon')
        .map(({ Properties }) => Properties.AddonName)
        .sort(),
    ).toEqual(['coredns', 'eks-pod-identity-agent', 'kube-proxy', 'metrics-server', 'vpc-cni']);
    const [binding] = resourcesOf(template, 'AWS::EKS::PodIdentityAssociation');
    expect(binding?.Properties).toMatchObject({ ServiceAccount: 'aws-load-balancer-controller' });
    const rights = JSON.stringify(resourcesOf(template, 'AWS::IAM::Policy'));
    expect(rights).toContain('elasticloadbalancing:RegisterTargets');
    expect(rights).toContain(':targetgroup/shop-blue-*');
  });

  it('refuses nodes of two architectures in one group', () => {
    const nodes = { instanceTypes: ['m7g.large', 'm7i.large'] };
    expect(() => blueOf({ clusters: { nodes }, colours: managed })).toThrow(
      expect.objectContaining({ code: 'stacks.architectures' }),
    );
  });

  it('lets the operator in, with no more than what the manifests give to its group', () => {
    const entries = (template: Template) =>
      resourcesOf(template, 'AWS::EKS::AccessEntry').map(({ Properties }) => Properties);
    expect(entries(blueOf({}))).toEqual([]);
    expect(
      entries(blueOf({ operators: { principals: ['arn:aws:iam::111122223333:role/oncall'] } })),
    ).toMatchObject([{ KubernetesGroups: ['zeroshift:operators'] }]);
    expect(
      JSON.stringify(
        entries(blueOf({ operators: { principals: ['arn:aws:iam::111122223333:role/oncall'] } })),
      ),
    ).toContain(':role/zeroshift-shop-operator');
  });

  it('has no kubectl layer and no nested stack, only the function of the registration', () => {
    expect(resourcesOf(blue, 'AWS::Lambda::Function')).toHaveLength(1);
    expect(resourcesOf(blue, 'AWS::CloudFormation::Stack')).toHaveLength(0);
  });
});
