/**
 * What the doctor reads from AWS: one file a service, each call with its line in the operator's role. Nothing here writes, and
 * nothing judges.
 */
import type { Colour } from '../../fleet/colour.ts';
import type { AccountFacts, AwsFacts, ColourFacts } from '../aws-facts.ts';
import { both, mapped } from '../check.ts';
import { readTargets } from './balancers.ts';
import type { AwsPlace } from './client.ts';
import { countInRegion, readNetwork } from './ec2.ts';
import { readEks } from './eks.ts';
import { readProviders, readTrusts } from './iam.ts';
import { readQuotas } from './quotas.ts';

export type { AwsPlace } from './client.ts';
export { trustOf } from './iam.ts';

/** Where a colour is, in AWS's words. */
export interface ColourParts {
  readonly clusterName: string;
  /** Of its NLB. */
  readonly entranceArn: string;
}

/** OIDC providers that an account may have. */
const mostProviders = 100;

/** What a region of the account has room for. */
export async function readAccount(place: AwsPlace): Promise<AccountFacts> {
  const [counts, limits, providers] = await Promise.all([
    countInRegion(place),
    readQuotas(place),
    readProviders(place),
  ]);
  const used = (name: 'interfaces' | 'addresses' | 'networks') =>
    mapped(both(counts[name], limits[name]), ([count, limit]) => ({ used: count, limit }));
  return {
    interfaces: used('interfaces'),
    addresses: used('addresses'),
    networks: used('networks'),
    vcpus: mapped(both(counts.vcpus, limits.vcpus), ([vcpus, limit]) => ({ ...vcpus, limit })),
    providers: mapped(providers, (issuers) => ({ used: issuers.length, limit: mostProviders, issuers })),
  };
}

/** Everything that the checks of a region ask. @param roles ARNs of IAM roles that service accounts name */
export async function readAws(
  place: AwsPlace,
  parts: Readonly<Record<Colour, ColourParts>>,
  roles: readonly string[],
): Promise<AwsFacts> {
  const [account, blue, green, trusts] = await Promise.all([
    readAccount(place),
    readColour(place, parts.blue),
    readColour(place, parts.green),
    readTrusts(place, roles),
  ]);
  return { account, colours: { blue, green }, trusts };
}

async function readColour(place: AwsPlace, { clusterName, entranceArn }: ColourParts): Promise<ColourFacts> {
  const [eks, targets] = await Promise.all([readEks(place, clusterName), readTargets(place, entranceArn)]);
  return { ...eks, ...(await readNetwork(place, eks.cluster)), targets };
}
