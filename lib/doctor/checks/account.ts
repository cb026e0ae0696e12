import type { AccountFacts, Used } from '../aws-facts.ts';
import { answer, type CheckResult, type Judgement, mapped, type Reading } from '../check.ts';

/** From here on the room of an account is told. */
const nearlyFull = 0.8;

/** What a deployment will add. 0 of each once everything is there. */
export interface Coming {
  readonly addresses: number;
  readonly networks: number;
}

const nothingComes: Coming = { addresses: 0, networks: 0 };

/**
 * Whether the account has room for two clusters at once.
 * @param names clusters of the two colours: where one is smaller, it grows to the other's size
 */
export function accountChecks(
  region: string,
  { interfaces, vcpus, addresses, networks, providers }: AccountFacts,
  names: readonly string[],
  coming: Coming = nothingComes,
): CheckResult[] {
  const quota = (check: string, what: string, fact: Reading<Used>, more: number): CheckResult =>
    answer({
      check,
      where: region,
      limit: `${what} within the account's quota`,
      fact,
      judge: ({ used, limit }) => room(used, more, limit, `ask Service Quotas for more ${what} in ${region}`),
    });
  const growth = mapped(vcpus, ({ byCluster }) => {
    const sizes = names.map((name) => byCluster[name] ?? 0);
    return Math.max(0, ...sizes) * names.length - sizes.reduce((sum, size) => sum + size, 0);
  });
  return [
    quota('network-interfaces', 'network interfaces', interfaces, 0),
    quota('vcpus', 'vCPUs of instances on demand', vcpus, 'known' in growth ? growth.known : 0),
    quota('elastic-addresses', 'Elastic IP addresses', addresses, coming.addresses),
    quota('networks', 'VPCs', networks, coming.networks),
    answer({
      check: 'oidc-providers',
      where: 'the account',
      limit: 'IAM OIDC providers within their quota of 100',
      fact: providers,
      judge: ({ used, limit }) =>
        room(used, 0, limit, 'take away those of clusters that are gone, or use EKS Pod Identity'),
    }),
  ];
}

function room(used: number, more: number, limit: number, todo: string): Judgement {
  const value = `${used}${more > 0 ? ` and ${more} to come` : ''} of ${limit}`;
  const part = (used + more) / limit;
  if (part > 1 || (more === 0 && part >= 1)) return { value, verdict: 'fail', todo };
  return part >= nearlyFull ? { value, verdict: 'warn', todo } : { value, verdict: 'pass' };
}
