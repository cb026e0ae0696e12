import { Template } from 'aws-cdk-lib/assertions';
import { App, Stack } from 'aws-cdk-lib/core';
import { expect, it } from 'vitest';
import {
  Cluster,
  Entrance,
  EntranceAlarms,
  EntranceRegistration,
  FleetAccelerator,
  FleetDashboard,
  JournalTable,
  LeaseWatch,
  LocatorParameter,
  Network,
  OperatorRole,
} from '../../../lib/stacks/index.ts';
import { exampleFleet } from '../../helpers/fleet.ts';

/** Account and region are known when it is deployed, as in many a team's own app. */
class Own extends Stack {
  override get availabilityZones(): string[] {
    return ['eu-west-1a', 'eu-west-1b'];
  }
}

it('every part is a construct in an app that knows neither fleet nor account', () => {
  const stack = new Own(new App(), 'own');
  const { vpc } = new Network(stack, 'Network', {
    network: { cidr: '10.0.0.0/16' },
    availabilityZones: stack.availabilityZones,
  });
  const cluster = new Cluster(stack, 'Cluster', { clusterName: 'own-a', kubernetes: '1.34', vpc });
  const entrance = new Entrance(stack, 'Entrance', {
    name: 'own-a',
    targetGroupName: (port) => `own-a-${port}`,
    definition: exampleFleet().entrance,
    vpc,
    clusterName: 'own-a',
    targets: cluster.securityGroup,
  });
  const accelerator = new FleetAccelerator(stack, 'Accelerator', {
    name: 'own',
    ports: [80, 443],
    clientAffinity: 'none',
    regions: ['eu-west-1'],
  });
  const journal = new JournalTable(stack, 'Journal', { tableName: 'own' });
  const lease = {
    fleet: 'own',
    tableName: journal.tableName,
    tableArn: journal.tableArn,
    region: stack.region,
  };
  new EntranceRegistration(stack, 'Registration', {
    endpointArn: entrance.arn,
    ours: true,
    group: {
      acceleratorArn: accelerator.acceleratorArn,
      endpointGroupArn: accelerator.endpointGroups['eu-west-1'] ?? '',
    },
    first: true,
    lease,
  });
  new EntranceAlarms(stack, 'Alarms', {
    name: 'own-a',
    entranceName: entrance.fullName,
    targetGroups: entrance.targetGroups,
  });
  new LeaseWatch(stack, 'Watch', lease);
  new OperatorRole(stack, 'Operator', {
    roleName: 'own-operator',
    principals: ['arn:aws:iam::111122223333:role/oncall'],
    acceleratorArn: accelerator.acceleratorArn,
    listenerArn: accelerator.listenerArn,
    endpointGroupArns: Object.values(accelerator.endpointGroups),
    journalTableArn: journal.tableArn,
    locatorPath: '/own',
    locatorRegions: [stack.region],
  });
  new LocatorParameter(stack, 'Locator', {
    name: '/own/a',
    description: 'where a is',
    part: { cluster: { name: cluster.clusterName }, entrance: { arn: entrance.arn } },
  });
  new FleetDashboard(stack, 'Dashboard', {
    dashboardName: 'own',
    fleet: 'own',
    regions: [{ name: 'eu-west-1', entrances: { blue: 'own-a', green: 'own-b' } }],
  });
  const template = Template.fromStack(stack as never);
  for (const [type, count] of [
    ['AWS::EC2::VPC', 1],
    ['AWS::EKS::Cluster', 1],
    ['AWS::ElasticLoadBalancingV2::LoadBalancer', 1],
    ['AWS::GlobalAccelerator::EndpointGroup', 1],
    ['Custom::ZeroshiftEntranceRegistration', 1],
    ['AWS::DynamoDB::Table', 1],
    ['AWS::CloudWatch::Dashboard', 1],
  ] as const)
    template.resourceCountIs(type, count);
  expect(JSON.stringify(template.toJSON())).not.toContain('${Token');
});
