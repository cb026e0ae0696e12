import { type Colour, colours, sibling } from '../fleet/colour.ts';
import type { RegionLocation } from '../fleet/locator.ts';
import type { AwsPlace } from './aws/client.ts';
import type { AwsFacts } from './aws-facts.ts';
import type { CheckResult, Reading } from './check.ts';
import { accountChecks, type Coming } from './checks/account.ts';
import { type CredentialFacts, credentialCheck } from './checks/credentials.ts';
import type { Window } from './checks/nodes.ts';
import { examine } from './examine.ts';
import { type ClusterReader, readCluster } from './read-cluster.ts';

/** What a region is looked at by. */
export interface LookProps {
  readonly location: RegionLocation;
  readonly clusters: Readonly<Record<Colour, ClusterReader>>;
  /** The colour that traffic moves away from. */
  readonly from: Colour;
  readonly window: Window;
  /** The oldest Kubernetes that each colour's Knative runs on. */
  readonly least: Readonly<Record<Colour, string>>;
  /** URL that answers for AWS; or why nobody does. @default - AWS itself does */
  readonly aws?: { readonly endpoint?: string } | { readonly why: string };
  /** Only what this colour must be. @default - both, and what differs between them */
  readonly only?: Colour;
}

/** What was found in a region. */
export interface Look {
  readonly results: readonly CheckResult[];
  /** Whether something takes nodes away by itself, or may: what could not be read is not taken for a no. */
  readonly movingNodes: boolean;
}

/** Reads a region and answers every check. Changes nothing; throws for nothing that a cluster or AWS may answer. */
export async function lookAtRegion(props: LookProps): Promise<Look> {
  const { location, clusters, from, window, least, only } = props;
  const [blue, green] = await Promise.all([readCluster(clusters.blue), readCluster(clusters.green)]);
  const read = { blue, green };
  const names = {
    blue: location.colours.blue.cluster.name,
    green: location.colours.green.cluster.name,
  };
  const { accountRoles } = read[from];
  const roles = 'known' in accountRoles ? [...new Set(accountRoles.known.values())] : [];
  const { endpoint } = location.colours[from].cluster;
  const results = examine(
    {
      region: location.region,
      from,
      to: sibling(from),
      clusters: read,
      aws: await readRegion(props, roles),
      names,
      least,
      window,
      ...(endpoint === undefined ? {} : { endpoint }),
    },
    only,
  );
  const movingNodes = [blue, green].some(({ nodePools }) => 'why' in nodePools || nodePools.known.length > 0);
  return { results, movingNodes };
}

async function readRegion(
  { location: { region, colours: parts }, aws = {} }: LookProps,
  roles: readonly string[],
): Promise<Reading<AwsFacts>> {
  if ('why' in aws) return aws;
  const { readAws } = await import('./aws/index.ts');
  const [blue, green] = colours.map((colour) => ({
    clusterName: parts[colour].cluster.name,
    entranceArn: parts[colour].entrance.arn,
  }));
  if (blue === undefined || green === undefined) return { why: 'there are not two colours' };
  return { known: await readAws({ region, ...aws }, { blue, green }, roles) };
}

/** Whether what gives access to AWS and to clusters outlives the window. */
export async function lookAtAccess(
  regions: readonly Pick<RegionLocation, 'colours'>[],
  window: Window,
  aws: AwsPlace | { readonly why: string },
): Promise<CheckResult[]> {
  const { clusterCredentials } = await import('./cluster-credentials.ts');
  const found = await Promise.all([
    ...('why' in aws ? [] : [credentialsOfAws(aws)]),
    ...regions.flatMap(({ colours: parts }) =>
      colours.map((colour) => clusterCredentials(parts[colour].cluster)),
    ),
  ]);
  return found.map((facts) => credentialCheck(facts, window));
}

const credentialsOfAws = async (place: AwsPlace): Promise<CredentialFacts> =>
  (await import('./aws/credentials.ts')).awsCredentials(place);

/** Whether a region of an account has room for a fleet, before anything of it is there. */
export async function lookAtAccount(place: AwsPlace, coming: Coming): Promise<CheckResult[]> {
  const { readAccount } = await import('./aws/index.ts');
  return accountChecks(place.region, await readAccount(place), [], coming);
}
