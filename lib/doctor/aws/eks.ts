import type { EKSClient } from '@aws-sdk/client-eks';
import type { ColourFacts, EksFacts } from '../aws-facts.ts';
import { type AwsPlace, asked, clientOptions, pages } from './client.ts';

/** What EKS tells of a cluster. */
export async function readEks(
  place: AwsPlace,
  name: string,
): Promise<Pick<ColourFacts, 'cluster' | 'nodeGroups' | 'podIdentities' | 'insights'>> {
  const { EKSClient } = await import('@aws-sdk/client-eks');
  const client = new EKSClient(clientOptions(place));
  try {
    const [cluster, nodeGroups, podIdentities, insights] = await Promise.all([
      asked(() => clusterOf(client, name)),
      asked(() => nodeGroupsOf(client, name)),
      asked(() => identitiesOf(client, name)),
      asked(() => insightsOf(client, name)),
    ]);
    return { cluster, nodeGroups, podIdentities, insights };
  } finally {
    client.destroy();
  }
}

async function clusterOf(client: EKSClient, name: string): Promise<EksFacts> {
  const { DescribeClusterCommand } = await import('@aws-sdk/client-eks');
  const { cluster } = await client.send(new DescribeClusterCommand({ name }));
  const { resourcesVpcConfig: vpc, identity, endpoint, health } = cluster ?? {};
  const issuer = identity?.oidc?.issuer?.replace(/^https:\/\//, '');
  return {
    name,
    status: cluster?.status ?? 'unknown',
    version: cluster?.version ?? '',
    ...(issuer === undefined ? {} : { issuer }),
    ...(endpoint === undefined ? {} : { endpoint }),
    subnetIds: vpc?.subnetIds ?? [],
    securityGroupIds: [vpc?.clusterSecurityGroupId ?? [], vpc?.securityGroupIds ?? []].flat(),
    issues: (health?.issues ?? []).map(({ code, message }) => `${code}: ${message}`),
  };
}

async function nodeGroupsOf(client: EKSClient, clusterName: string) {
  const { DescribeNodegroupCommand, ListNodegroupsCommand } = await import('@aws-sdk/client-eks');
  const answers = await pages((nextToken) =>
    client.send(new ListNodegroupsCommand({ clusterName, ...(nextToken ? { nextToken } : {}) })),
  );
  return Promise.all(
    answers
      .flatMap(({ nodegroups }) => nodegroups ?? [])
      .map(async (nodegroupName) => {
        const { nodegroup } = await client.send(new DescribeNodegroupCommand({ clusterName, nodegroupName }));
        return { name: nodegroupName, status: nodegroup?.status ?? 'unknown' };
      }),
  );
}

async function identitiesOf(client: EKSClient, clusterName: string): Promise<Map<string, string>> {
  const { DescribePodIdentityAssociationCommand, ListPodIdentityAssociationsCommand } = await import(
    '@aws-sdk/client-eks'
  );
  const answers = await pages((nextToken) =>
    client.send(new ListPodIdentityAssociationsCommand({ clusterName, ...(nextToken ? { nextToken } : {}) })),
  );
  const found = new Map<string, string>();
  // The list does not say the role; one after another, as EKS allows few such calls a second.
  for (const { associationId, namespace, serviceAccount } of answers.flatMap(
    ({ associations }) => associations ?? [],
  )) {
    const { association } = await client.send(
      new DescribePodIdentityAssociationCommand({ clusterName, associationId }),
    );
    found.set(`${namespace}/${serviceAccount}`, association?.roleArn ?? '');
  }
  return found;
}

async function insightsOf(client: EKSClient, clusterName: string) {
  const { ListInsightsCommand } = await import('@aws-sdk/client-eks');
  const answers = await pages((nextToken) =>
    client.send(
      new ListInsightsCommand({
        clusterName,
        filter: { categories: ['UPGRADE_READINESS'], statuses: ['WARNING', 'ERROR'] },
        ...(nextToken ? { nextToken } : {}),
      }),
    ),
  );
  return answers
    .flatMap(({ insights }) => insights ?? [])
    .map(({ name, insightStatus }) => ({ name: name ?? '', status: insightStatus?.status ?? '' }));
}
