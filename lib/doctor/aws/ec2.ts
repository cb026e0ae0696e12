import type { EC2Client, Instance } from '@aws-sdk/client-ec2';
import type { ColourFacts, EksFacts } from '../aws-facts.ts';
import type { Reading } from '../check.ts';
import { type AwsPlace, asked, clientOptions, pages } from './client.ts';

type Counts = Readonly<Record<'interfaces' | 'addresses' | 'networks', Reading<number>>> & {
  readonly vcpus: Reading<{ readonly used: number; readonly byCluster: Readonly<Record<string, number>> }>;
};

/** What there is in a region of the account, whoever's it is. */
export async function countInRegion(place: AwsPlace): Promise<Counts> {
  return withClient(place, async (client) => {
    const [interfaces, addresses, networks, vcpus] = await Promise.all([
      asked(() => interfacesOf(client)),
      asked(() => addressesOf(client)),
      asked(() => networksOf(client)),
      asked(() => vcpusOf(client)),
    ]);
    return { interfaces, addresses, networks, vcpus };
  });
}

/** What a cluster stands on. */
export async function readNetwork(
  place: AwsPlace,
  cluster: Reading<EksFacts>,
): Promise<Pick<ColourFacts, 'subnets' | 'admittedBy' | 'egress'>> {
  if ('why' in cluster) return { subnets: cluster, admittedBy: cluster, egress: cluster };
  const { subnetIds } = cluster.known;
  return withClient(place, async (client) => {
    const [subnets, admittedBy, egress] = await Promise.all([
      asked(() => subnetsOf(client, subnetIds)),
      asked(() => admitting(client, cluster.known)),
      asked(() => egressOf(client, subnetIds)),
    ]);
    return { subnets, admittedBy, egress };
  });
}

async function withClient<T>(place: AwsPlace, work: (client: EC2Client) => Promise<T>): Promise<T> {
  const { EC2Client } = await import('@aws-sdk/client-ec2');
  const client = new EC2Client(clientOptions(place));
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}

const paged = (token: string | undefined) => ({
  MaxResults: 1000,
  ...(token === undefined ? {} : { NextToken: token }),
});

async function interfacesOf(client: EC2Client): Promise<number> {
  const { DescribeNetworkInterfacesCommand } = await import('@aws-sdk/client-ec2');
  const answers = await pages((token) => client.send(new DescribeNetworkInterfacesCommand(paged(token))));
  return answers.reduce((sum, { NetworkInterfaces = [] }) => sum + NetworkInterfaces.length, 0);
}

async function addressesOf(client: EC2Client): Promise<number> {
  const { DescribeAddressesCommand } = await import('@aws-sdk/client-ec2');
  return (await client.send(new DescribeAddressesCommand({}))).Addresses?.length ?? 0;
}

async function networksOf(client: EC2Client): Promise<number> {
  const { DescribeVpcsCommand } = await import('@aws-sdk/client-ec2');
  const answers = await pages((token) => client.send(new DescribeVpcsCommand(paged(token))));
  return answers.reduce((sum, { Vpcs = [] }) => sum + Vpcs.length, 0);
}

/** Families that share the quota of standard instances. */
const standard = /^[acdhimrtz]\d/;

async function vcpusOf(client: EC2Client) {
  const { DescribeInstancesCommand } = await import('@aws-sdk/client-ec2');
  const running = [{ Name: 'instance-state-name', Values: ['pending', 'running'] }];
  const answers = await pages((token) =>
    client.send(new DescribeInstancesCommand({ ...paged(token), Filters: running })),
  );
  const instances = answers
    .flatMap(({ Reservations = [] }) => Reservations.flatMap(({ Instances = [] }) => Instances))
    .filter(
      ({ InstanceType, InstanceLifecycle }) =>
        InstanceLifecycle === undefined && standard.test(InstanceType ?? ''),
    );
  const byCluster: Record<string, number> = {};
  let used = 0;
  for (const instance of instances) {
    const count = (instance.CpuOptions?.CoreCount ?? 1) * (instance.CpuOptions?.ThreadsPerCore ?? 1);
    used += count;
    const cluster = clusterOf(instance);
    if (cluster !== undefined) byCluster[cluster] = (byCluster[cluster] ?? 0) + count;
  }
  return { used, byCluster };
}

/** As EKS tags nodes, of Auto Mode and of node groups. */
function clusterOf({ Tags = [] }: Instance): string | undefined {
  const named = Tags.find(({ Key = '' }) => /^(aws:)?eks:(eks-)?cluster-name$/.test(Key))?.Value;
  const owned = Tags.find(({ Key = '' }) => Key.startsWith('kubernetes.io/cluster/'))?.Key;
  return named ?? owned?.slice('kubernetes.io/cluster/'.length);
}

async function subnetsOf(client: EC2Client, ids: readonly string[]) {
  const { DescribeSubnetsCommand } = await import('@aws-sdk/client-ec2');
  const { Subnets = [] } = await client.send(new DescribeSubnetsCommand({ SubnetIds: [...ids] }));
  return Subnets.map(({ SubnetId = '', AvailableIpAddressCount: free = 0 }) => ({ id: SubnetId, free }));
}

/** Groups that let this cluster in: a database's, say. Its own, and those of its stack, are not asked for the other colour. */
async function admitting(
  client: EC2Client,
  { name, securityGroupIds: own }: EksFacts,
): Promise<Map<string, string>> {
  const { DescribeSecurityGroupsCommand } = await import('@aws-sdk/client-ec2');
  if (own.length === 0) return new Map();
  const naming = [{ Name: 'ip-permission.group-id', Values: [...own] }];
  const answers = await pages((token) =>
    client.send(new DescribeSecurityGroupsCommand({ ...paged(token), Filters: naming })),
  );
  return new Map(
    answers
      .flatMap(({ SecurityGroups = [] }) => SecurityGroups)
      .filter(
        ({ GroupId = '', Tags = [] }) =>
          !own.includes(GroupId) &&
          !Tags.some(
            ({ Key = '', Value }) =>
              Key === `kubernetes.io/cluster/${name}` || (/eks.*cluster-name$/.test(Key) && Value === name),
          ),
      )
      .map(({ GroupId = '', GroupName = '' }) => [GroupId, GroupName]),
  );
}

/** Public addresses of the NAT gateways that the subnets' routes lead to. */
async function egressOf(client: EC2Client, subnetIds: readonly string[]): Promise<string[]> {
  const { DescribeNatGatewaysCommand, DescribeRouteTablesCommand } = await import('@aws-sdk/client-ec2');
  const of = [{ Name: 'association.subnet-id', Values: [...subnetIds] }];
  const answers = await pages((token) =>
    client.send(
      new DescribeRouteTablesCommand({
        ...(token === undefined ? {} : { NextToken: token }),
        Filters: of,
      }),
    ),
  );
  const ids = new Set(
    answers.flatMap(({ RouteTables = [] }) =>
      RouteTables.flatMap(({ Routes = [] }) => Routes.flatMap(({ NatGatewayId }) => NatGatewayId ?? [])),
    ),
  );
  if (ids.size === 0) return [];
  const { NatGateways = [] } = await client.send(new DescribeNatGatewaysCommand({ NatGatewayIds: [...ids] }));
  return NatGateways.flatMap(({ NatGatewayAddresses = [] }) =>
    NatGatewayAddresses.flatMap(({ PublicIp }) => PublicIp ?? []),
  ).sort();
}
