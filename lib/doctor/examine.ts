import { type Colour, colours } from '../fleet/colour.ts';
import type { AwsFacts } from './aws-facts.ts';
import type { CheckResult, Reading } from './check.ts';
import { accountChecks } from './checks/account.ts';
import { awsDifferenceChecks } from './checks/aws-differences.ts';
import { callerCheck, differenceChecks, type Pair } from './checks/differences.ts';
import { eksChecks } from './checks/eks.ts';
import { expiryChecks, nodeChecks, type Window } from './checks/nodes.ts';
import { servingChecks } from './checks/serving.ts';
import { workloadChecks } from './checks/workloads.ts';
import type { ClusterFacts } from './cluster-facts.ts';

/** All that is known of a region. */
export interface RegionFactsRead {
  readonly region: string;
  /** The colour that traffic moves away from, and the other one. */
  readonly from: Colour;
  readonly to: Colour;
  readonly clusters: Readonly<Record<Colour, ClusterFacts>>;
  readonly aws: Reading<AwsFacts>;
  /** What EKS calls the clusters. */
  readonly names: Readonly<Record<Colour, string>>;
  /** The oldest Kubernetes that each colour's Knative runs on, such as `1.34`. */
  readonly least: Readonly<Record<Colour, string>>;
  readonly window: Window;
  /** Address of the source's API server, where the locator has it. */
  readonly endpoint?: string;
}

/** Every check of a region. Pure. @param only checks of this colour alone @default - both, and what differs between them */
export function examine(facts: RegionFactsRead, only?: Colour): CheckResult[] {
  const { region, from, to, clusters, aws, names } = facts;
  const chosen = colours.filter((colour) => only === undefined || colour === only);
  const ofClusters = chosen.flatMap((colour) => clusterChecks(facts, colour));
  const account =
    'known' in aws
      ? accountChecks(region, aws.known.account, [names.blue, names.green])
      : [unread(region, aws)];
  const ofAws = 'known' in aws ? chosen.flatMap((colour) => awsChecks(facts, aws.known, colour)) : [];
  if (only !== undefined) return [...ofClusters, ...account, ...ofAws];
  const pair = <F>(of: Readonly<Record<Colour, F>>): Pair<F> => ({
    region,
    from,
    to,
    source: of[from],
    target: of[to],
  });
  const endpoint = facts.endpoint ?? endpointOf(facts);
  return [
    ...ofClusters,
    ...account,
    ...ofAws,
    ...differenceChecks(pair(clusters)),
    ...('known' in aws
      ? awsDifferenceChecks(pair(aws.known.colours), aws.known, clusters[from].accountRoles)
      : []),
    callerCheck(pair(clusters), endpoint),
  ];
}

function clusterChecks({ region, clusters, least, window }: RegionFactsRead, colour: Colour): CheckResult[] {
  const where = `${region} ${colour}`;
  const facts = clusters[colour];
  const [answers, ...serving] = servingChecks(where, facts);
  // Of what does not answer nothing else can be known.
  if (answers !== undefined && 'why' in facts.answers) return [{ ...answers, verdict: 'fail' }];
  return [
    ...(answers === undefined ? [] : [answers]),
    ...serving,
    ...nodeChecks(where, facts, least[colour]),
    ...expiryChecks(where, facts, window),
    ...workloadChecks(where, facts),
  ];
}

function awsChecks(
  { region, clusters, least }: RegionFactsRead,
  aws: AwsFacts,
  colour: Colour,
): CheckResult[] {
  const pods = colours.map((one) => {
    const { workloads } = clusters[one];
    return 'known' in workloads ? workloads.known.pods : 0;
  });
  return eksChecks(`${region} ${colour}`, aws.colours[colour], least[colour], Math.max(...pods));
}

function endpointOf({ aws, from }: RegionFactsRead): string | undefined {
  const cluster = 'known' in aws ? aws.known.colours[from].cluster : undefined;
  return cluster !== undefined && 'known' in cluster ? cluster.known.endpoint : undefined;
}

const unread = (region: string, { why }: { readonly why: string }): CheckResult => ({
  check: 'aws',
  where: region,
  limit: 'the account can be read',
  value: `not known: ${why}`,
  verdict: 'unknown',
});
