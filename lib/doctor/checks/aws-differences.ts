import type { AwsFacts, ColourFacts, TrustFacts } from '../aws-facts.ts';
import { answer, both, type CheckResult, counted, findings, mapped, type Reading } from '../check.ts';
import type { Pair } from './differences.ts';

/** Characters that IAM allows in a role's trust policy, and where it becomes narrow for one more issuer. */
const mostTrust = 2048;
const narrowTrust = 1700;

/** What AWS gives the target otherwise than the source. @param accounts roles of the source's service accounts */
export function awsDifferenceChecks(
  { region, from, to, source, target }: Pair<ColourFacts>,
  { account, trusts }: AwsFacts,
  accounts: Reading<ReadonlyMap<string, string>>,
): CheckResult[] {
  const where = `${region} ${from} → ${to}`;
  const issuer = mapped(target.cluster, (cluster) => cluster.issuer);
  const identities = both(source.podIdentities, target.podIdentities);
  return [
    answer({
      check: 'pod-identities',
      where,
      limit: `${to} has the Pod Identity associations of ${from}`,
      fact: identities,
      judge: ([ours, theirs]) => {
        const missing = [...ours.keys()].filter((name) => !theirs.has(name));
        const other = [...ours].filter(([name, role]) => theirs.has(name) && theirs.get(name) !== role);
        return findings(
          [
            ...missing.map((name) => `${name} has none`),
            ...other.map(([name]) => `${name} has ${theirs.get(name)}`),
          ],
          {
            clean: counted(ours.size, 'association'),
            wrong: 'these accounts would be somebody else',
            verdict: missing.length > 0 ? 'fail' : 'warn',
            todo: `name them in the fleet's clusters.podIdentities, and deploy ${to}`,
          },
        );
      },
    }),
    answer({
      check: 'oidc-trusts',
      where,
      limit: `every role of a service account lets in ${to}`,
      fact: both(both(accounts, trusts), both(issuer, target.podIdentities)),
      judge: ([[roles, trusted], [there, associated]]) =>
        findings(
          [...roles]
            .filter(([name, role]) => !associated.has(name) && !letsIn(trusted.get(role), there))
            .map(([name, role]) => `${role} of ${name}`),
          {
            clean: roles.size === 0 ? 'no service account names a role' : counted(roles.size, 'account'),
            wrong: 'refuse it',
            verdict: 'fail',
            todo: `add the issuer of ${to} to their trust policies, or use EKS Pod Identity`,
          },
        ),
    }),
    answer({
      check: 'oidc-provider',
      where,
      limit: `the issuer of ${to} is a provider in IAM, where that of ${from} is`,
      fact: both(account.providers, both(source.cluster, target.cluster)),
      judge: ([{ issuers }, [ours, theirs]]) => {
        const known = (one: string | undefined): boolean => one !== undefined && issuers.includes(one);
        if (!known(ours.issuer)) return { value: `that of ${from} is none`, verdict: 'pass' };
        return known(theirs.issuer)
          ? { value: 'both are', verdict: 'pass' }
          : {
              value: `only that of ${from} is`,
              verdict: 'warn',
              todo: `make an IAM OIDC provider for ${to}, or use EKS Pod Identity`,
            };
      },
    }),
    answer({
      check: 'trust-policies',
      where,
      limit: `${mostTrust} characters of a trust policy`,
      fact: trusts,
      judge: (all) =>
        findings(
          [...all]
            .filter(([, { length }]) => length > narrowTrust)
            .map(([role, { length }]) => `${role} has ${length}`),
          {
            clean: counted(all.size, 'role'),
            wrong: 'no room for one more issuer',
            verdict: 'warn',
            todo: 'take issuers out that are gone, or use EKS Pod Identity',
          },
        ),
    }),
    answer({
      check: 'security-groups',
      where,
      limit: `what lets in ${from} lets in ${to}`,
      fact: both(source.admittedBy, target.admittedBy),
      judge: ([ours, theirs]) =>
        findings(
          [...ours].filter(([id]) => !theirs.has(id)).map(([id, name]) => `${name} (${id})`),
          {
            clean: counted(ours.size, 'group of others', 'groups of others'),
            wrong: `let in only ${from}`,
            verdict: 'warn',
            todo: `add a rule for the cluster security group of ${to} to each that its services reach`,
          },
        ),
    }),
    answer({
      check: 'egress-addresses',
      where,
      limit: `${to} goes out from the addresses of ${from}`,
      fact: both(source.egress, target.egress),
      judge: ([ours, theirs]) =>
        findings(
          theirs.filter((address) => !ours.includes(address)),
          {
            clean: ours.length === 0 ? 'no NAT gateway' : ours.join(', '),
            wrong: 'others',
            verdict: 'warn',
            todo: 'tell these to whoever admits you by address, such as partners and databases',
          },
        ),
    }),
  ];
}

const letsIn = (trust: TrustFacts | undefined, issuer: string | undefined): boolean =>
  trust !== undefined && issuer !== undefined && trust.issuers.includes(issuer);
