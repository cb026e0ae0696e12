import {
  AllocateAddressCommand,
  AssociateRouteTableCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateNatGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { CreateClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
  ModifyTargetGroupAttributesCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateOpenIDConnectProviderCommand, CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { readAws } from '../../lib/doctor/aws/index.ts';
import { exampleFleet } from '../helpers/fleet.ts';
import { type Moto, startMoto } from '../helpers/moto.ts';
import { resourcesOf, synthesize, templateOf } from '../lib/stacks/synthesis.ts';

/** What the doctor reads of an account, from EC2, ELBv2, EKS and IAM over their protocols. */
let moto: Moto;
beforeAll(async () => {
  moto = await startMoto();
  vi.stubEnv('AWS_ACCESS_KEY_ID', moto.credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', moto.credentials.secretAccessKey);
});
afterAll(() => moto.close());

const region = 'eu-west-1';
const known = <T>(reading: { readonly known: T } | { readonly why: string }): T =>
  'known' in reading ? reading.known : expect.fail(reading.why);

it('room, networks, target groups as the stacks make them, clusters and trusts are read as they are', async () => {
  const at = { endpoint: moto.endpoint, region, credentials: moto.credentials };
  const ec2 = new EC2Client(at);
  const elb = new ElasticLoadBalancingV2Client(at);
  const eks = new EKSClient(at);
  const iam = new IAMClient(at);

  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  const VpcId = Vpc?.VpcId;
  const subnet = async (index: number) =>
    (
      await ec2.send(
        new CreateSubnetCommand({ VpcId, CidrBlock: `10.0.${index}.0/28`, AvailabilityZone: `${region}a` }),
      )
    ).Subnet?.SubnetId ?? '';
  const [open, inside] = [await subnet(0), await subnet(1)];
  const { AllocationId, PublicIp = '' } = await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
  const { NatGateway } = await ec2.send(new CreateNatGatewayCommand({ SubnetId: open, AllocationId }));
  const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId }));
  const RouteTableId = RouteTable?.RouteTableId;
  await ec2.send(
    new CreateRouteCommand({
      RouteTableId,
      DestinationCidrBlock: '0.0.0.0/0',
      NatGatewayId: NatGateway?.NatGatewayId,
    }),
  );
  await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId: inside }));
  const group = async (GroupName: string) =>
    (await ec2.send(new CreateSecurityGroupCommand({ GroupName, Description: GroupName, VpcId }))).GroupId ??
    '';
  const [cluster, database] = [await group('cluster'), await group('database')];
  await ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId: database,
      IpPermissions: [
        { IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432, UserIdGroupPairs: [{ GroupId: cluster }] },
      ],
    }),
  );

  // The load balancer of a colour, of what its template says.
  const template = templateOf(synthesize(exampleFleet()).stacks, `shop-${region}-green`);
  const { LoadBalancers } = await elb.send(
    new CreateLoadBalancerCommand({ Name: 'shop-green', Type: 'network', Subnets: [open] }),
  );
  const LoadBalancerArn = LoadBalancers?.[0]?.LoadBalancerArn ?? '';
  for (const { Properties } of resourcesOf(template, 'AWS::ElasticLoadBalancingV2::TargetGroup')) {
    const { Tags: _, TargetGroupAttributes, ...asked } = Properties;
    const { TargetGroups } = await elb.send(
      new CreateTargetGroupCommand({ ...(asked as { Name: string }), VpcId }),
    );
    const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn;
    await elb.send(
      new ModifyTargetGroupAttributesCommand({
        TargetGroupArn,
        Attributes: TargetGroupAttributes as { Key: string; Value: string }[],
      }),
    );
    await elb.send(
      new CreateListenerCommand({
        LoadBalancerArn,
        Port: Number(String(Properties.Name).split('-').at(-1)),
        Protocol: 'TCP',
        DefaultActions: [{ Type: 'forward', TargetGroupArn }],
      }),
    );
    await elb.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: '10.0.1.5', Port: 8080 }] }));
  }

  await eks.send(
    new CreateClusterCommand({
      name: 'shop-green',
      version: '1.35',
      roleArn: 'arn:aws:iam::123456789012:role/eks',
      resourcesVpcConfig: { subnetIds: [inside], securityGroupIds: [cluster] },
    }),
  );
  const issuer = `oidc.eks.${region}.amazonaws.com/id/ABC`;
  await iam.send(
    new CreateOpenIDConnectProviderCommand({
      Url: `https://${issuer}`,
      ClientIDList: ['sts.amazonaws.com'],
      ThumbprintList: ['9e99a48a9960b14926bb7f3b02e22da2b0ab7280'],
    }),
  );
  const provider = `arn:aws:iam::123456789012:oidc-provider/${issuer}`;
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: 'cart',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sts:AssumeRoleWithWebIdentity',
            Principal: { Federated: provider },
            Condition: { StringEquals: { [`${issuer}:sub`]: 'system:serviceaccount:shop:cart' } },
          },
        ],
      }),
    }),
  );
  for (const client of [ec2, elb, eks, iam]) client.destroy();

  const missing = {
    clusterName: 'shop-blue',
    entranceArn: LoadBalancerArn.replace('shop-green', 'shop-blue'),
  };
  const { account, colours, trusts } = await readAws(
    { region, endpoint: moto.endpoint },
    { green: { clusterName: 'shop-green', entranceArn: LoadBalancerArn }, blue: missing },
    [Role?.Arn ?? ''],
  );
  const { green, blue } = colours;
  expect(known(green.cluster)).toMatchObject({ name: 'shop-green', version: '1.35', subnetIds: [inside] });
  expect(known(green.subnets)).toEqual([{ id: inside, free: expect.any(Number) }]);
  expect(known(green.egress)).toEqual([PublicIp]);
  expect([...known(green.admittedBy)]).toEqual([[database, 'database']]);
  expect([...known(green.targets)].sort((a, b) => (a.group < b.group ? -1 : 1))).toEqual(
    ['shop-green-443', 'shop-green-80'].map((name) => ({ group: name, healthy: 1, all: 1 })),
  );
  expect(known(account.providers)).toMatchObject({ used: 1, issuers: [issuer] });
  expect(known(trusts).get(Role?.Arn ?? '')).toMatchObject({ issuers: [issuer], podIdentity: false });
  // What is not there, and what this stand-in does not have, is told and is no fact.
  expect(blue.cluster).toMatchObject({ why: expect.stringContaining('shop-blue') });
  expect(blue.targets).toMatchObject({ why: expect.stringContaining('NotFound') });
});
