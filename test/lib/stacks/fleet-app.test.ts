import { describe, expect, it } from 'vitest';
import type { FleetInput } from '../../../lib/fleet/define-fleet.ts';
import { exampleFleet } from '../../helpers/fleet.ts';
import { resourcesOf, synthesize, templateOf, typesIn } from './synthesis.ts';

const region = (name: string, account = '111122223333'): FleetInput['regions'][number] => ({
  name,
  account,
  availabilityZones: [`${name}a`, `${name}b`],
});
const twoRegions = { regions: [region('eu-west-1'), region('us-east-1')] };
const nlb = (name: string) =>
  `arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/${name}/50dc6c495c0c9188`;
const accelerator = 'arn:aws:globalaccelerator::111122223333:accelerator/1234abcd';
const existingAccelerator = { acceleratorArn: accelerator, listenerArn: `${accelerator}/listener/0123` };

describe('the stacks of a fleet', () => {
  const { stacks, missing } = synthesize(exampleFleet(twoRegions));
  const all = Object.values(stacks).map(({ template }) => template);

  it('are network, blue and green of each region, and one accelerator', () => {
    expect(
      Object.fromEntries(Object.entries(stacks).map(([name, { environment }]) => [name, environment])),
    ).toEqual({
      'shop-accelerator': '111122223333/us-west-2',
      'shop-operations': '111122223333/us-west-2',
      'shop-observability': '111122223333/us-west-2',
      'shop-eu-west-1-network': '111122223333/eu-west-1',
      'shop-eu-west-1-blue': '111122223333/eu-west-1',
      'shop-eu-west-1-green': '111122223333/eu-west-1',
      'shop-us-east-1-network': '111122223333/us-east-1',
      'shop-us-east-1-blue': '111122223333/us-east-1',
      'shop-us-east-1-green': '111122223333/us-east-1',
    });
  });

  it('need no look-up', () => {
    expect(missing).toEqual([]);
  });

  it('hold no weight, in no form', () => {
    for (const template of all)
      expect(JSON.stringify(template)).not.toMatch(/weight|EndpointConfigurations/i);
  });

  it('give each region one endpoint group, without endpoints', () => {
    const groups = resourcesOf(
      templateOf(stacks, 'shop-accelerator'),
      'AWS::GlobalAccelerator::EndpointGroup',
    ).map(({ Properties }) => Properties);
    expect(groups.map(({ EndpointGroupRegion }) => EndpointGroupRegion)).toEqual(['eu-west-1', 'us-east-1']);
    for (const group of groups)
      expect(Object.keys(group).sort()).toEqual(['EndpointGroupRegion', 'ListenerArn']);
  });

  it('put all ports into one listener and say its affinity', () => {
    const listeners = resourcesOf(templateOf(stacks, 'shop-accelerator'), 'AWS::GlobalAccelerator::Listener');
    expect(listeners.map(({ Properties }) => Properties)).toMatchObject([
      {
        ClientAffinity: 'NONE',
        Protocol: 'TCP',
        PortRanges: [
          { FromPort: 80, ToPort: 80 },
          { FromPort: 443, ToPort: 443 },
        ],
      },
    ]);
  });

  it('refer to each other weakly, also inside an app that asks for exports', () => {
    const strong = synthesize(exampleFleet(twoRegions), {
      context: { '@aws-cdk/core:defaultCrossStackReferences': 'strong' },
    });
    for (const { template } of [...Object.values(stacks), ...Object.values(strong.stacks)]) {
      const text = JSON.stringify(template);
      expect(text).not.toContain('Fn::ImportValue');
      expect(text).not.toContain('"Export"');
    }
    expect(JSON.stringify(templateOf(stacks, 'shop-us-east-1-blue'))).toContain('"Fn::GetStackOutput"');
  });

  it('let one colour be deployed or deleted without the other', () => {
    for (const colour of ['blue', 'green'])
      expect([...(stacks[`shop-eu-west-1-${colour}`]?.dependencies ?? [])].sort()).toEqual([
        'shop-accelerator',
        'shop-eu-west-1-network',
        'shop-operations',
      ]);
    expect(stacks['shop-accelerator']?.dependencies).toEqual([]);
    expect(stacks['shop-operations']?.dependencies).toEqual([]);
    expect(stacks['shop-observability']?.dependencies).toEqual([]);
  });

  it('protect colours and accelerator from an accidental deletion', () => {
    const unprotected = Object.entries(stacks).filter(([, stack]) => !stack.terminationProtection);
    expect(unprotected.map(([name]) => name).sort()).toEqual([
      'shop-eu-west-1-network',
      'shop-observability',
      'shop-us-east-1-network',
    ]);
  });

  it('are the same each time', () => {
    expect(synthesize(exampleFleet(twoRegions)).stacks).toEqual(stacks);
  });

  it('refuse a fleet whose plain ports lead to services that nobody has read', () => {
    const ports = [80 as const, { port: 5432, service: 'database' }];
    expect(() => synthesize(exampleFleet({ services: './services', entrance: { ports } }))).toThrow(
      expect.objectContaining({ code: 'fleet.services-unread' }),
    );
  });

  it('refuse regions in different accounts', () => {
    const fleet = exampleFleet({ regions: [region('eu-west-1'), region('us-east-1', '444455556666')] });
    expect(() => synthesize(fleet)).toThrow(expect.objectContaining({ code: 'stacks.accounts' }));
  });
});

describe('parts that a team already has', () => {
  const own = { clusterName: 'own', endpoint: 'https://own.example.com', certificateAuthority: 'b3du' };
  const network = {
    existing: {
      vpcId: 'vpc-0a1b2c3d',
      publicSubnetIds: ['subnet-p1', 'subnet-p2'],
      privateSubnetIds: ['subnet-q1', 'subnet-q2'],
    },
  };

  it('leave no resources behind when everything exists: only the registration and the locator', () => {
    const { stacks, missing } = synthesize(
      exampleFleet({
        regions: [{ ...region('eu-west-1'), network }],
        accelerator: { existing: existingAccelerator },
        colours: {
          blue: {
            kubernetes: '1.34',
            knative: '1.22.0',
            existing: { 'eu-west-1': { ...own, entranceArn: nlb('own') } },
          },
          green: { kubernetes: '1.35', knative: '1.23.0' },
        },
      }),
    );
    expect(missing).toEqual([]);
    expect(Object.keys(stacks).sort()).toEqual([
      'shop-accelerator',
      'shop-eu-west-1-blue',
      'shop-eu-west-1-green',
      'shop-observability',
      'shop-operations',
    ]);
    expect(typesIn(templateOf(stacks, 'shop-accelerator'))).toEqual(['AWS::SSM::Parameter']);
    const blue = templateOf(stacks, 'shop-eu-west-1-blue');
    expect(typesIn(blue).filter((type) => /^AWS::(EKS|EC2|KMS|Elastic|GlobalAcc)/.test(type))).toEqual([]);
    const [registration] = resourcesOf(blue, 'Custom::ZeroshiftEntranceRegistration');
    expect(registration?.Properties).toMatchObject({
      EndpointArn: nlb('own'),
      ListenerArn: existingAccelerator.listenerArn,
      Region: 'eu-west-1',
      Ours: 'false',
      First: 'true',
    });
    const [locator] = resourcesOf(blue, 'AWS::SSM::Parameter');
    expect(locator?.Properties).toMatchObject({
      Name: '/zeroshift/shop/eu-west-1/blue',
      Value: JSON.stringify({
        cluster: { name: 'own', endpoint: own.endpoint, certificateAuthority: own.certificateAuthority },
        entrance: {
          arn: nlb('own'),
          addresses: {
            80: 'own-50dc6c495c0c9188.elb.eu-west-1.amazonaws.com:80',
            443: 'own-50dc6c495c0c9188.elb.eu-west-1.amazonaws.com:443',
          },
        },
      }),
    });
    const [cluster] = resourcesOf(templateOf(stacks, 'shop-eu-west-1-green'), 'AWS::EKS::Cluster');
    expect(cluster?.Properties.ResourcesVpcConfig).toMatchObject({ SubnetIds: ['subnet-q1', 'subnet-q2'] });
  });

  it('give the entrance of an existing cluster target groups with its name', () => {
    const { stacks } = synthesize(
      exampleFleet({
        colours: {
          blue: { kubernetes: '1.34', knative: '1.22.0', existing: { 'eu-west-1': own } },
          green: { kubernetes: '1.35', knative: '1.23.0' },
        },
      }),
    );
    const blue = templateOf(stacks, 'shop-eu-west-1-blue');
    expect(resourcesOf(blue, 'AWS::EKS::Cluster')).toEqual([]);
    for (const group of resourcesOf(blue, 'AWS::ElasticLoadBalancingV2::TargetGroup'))
      expect(group.Properties.Tags).toEqual([{ Key: 'eks:eks-cluster-name', Value: 'own' }]);
  });

  it('are refused when subnets and zones do not match', () => {
    const wrong = {
      existing: { ...network.existing, publicSubnetIds: ['subnet-p1', 'subnet-p2', 'subnet-p3'] },
    };
    const fleet = exampleFleet({ regions: [{ ...region('eu-west-1'), network: wrong }] });
    expect(() => synthesize(fleet)).toThrow(
      expect.objectContaining({
        code: 'stacks.subnets',
        problems: [expect.objectContaining({ where: 'regions.eu-west-1.network.existing.publicSubnetIds' })],
      }),
    );
  });
});
