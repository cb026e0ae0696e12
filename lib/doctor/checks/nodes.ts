import { answer, both, type CheckResult, counted, few, findings } from '../check.ts';
import type { ClusterFacts } from '../cluster-facts.ts';

/** At this part of a pool's limit it is said. */
const nearlyFull = 0.8;

/** Whether the nodes can carry what a cutover brings. */
export function nodeChecks(where: string, facts: ClusterFacts, least: string): CheckResult[] {
  const { nodes, nodePools } = facts;
  return [
    answer({
      check: 'kubernetes-version',
      where,
      limit: `at least ${least}, which this Knative needs`,
      fact: nodes,
      judge: (all) => {
        const versions = [...new Set(all.map(({ version }) => version).filter((one) => one !== ''))].sort();
        const old = versions.filter((version) => isOlder(version, least));
        if (versions.length === 0)
          return { value: 'no node tells its version', verdict: 'unknown', todo: 'see whether it has nodes' };
        return old.length > 0
          ? { value: few(old), verdict: 'fail', todo: 'upgrade the nodes, or take an older Knative' }
          : { value: few(versions), verdict: 'pass' };
      },
    }),
    answer({
      check: 'nodes-ready',
      where,
      limit: 'every node is ready',
      fact: nodes,
      judge: (all) => {
        const away = all.filter(({ ready }) => !ready).map(({ name }) => name);
        if (all.length === 0)
          return {
            value: 'there are no nodes',
            verdict: 'warn',
            todo: 'see whether nodes come up when pods need them',
          };
        return findings(away, {
          clean: counted(all.length, 'node'),
          wrong: `${away.length} of ${all.length} not ready`,
          verdict: away.length === all.length ? 'fail' : 'warn',
          todo: 'wait for them, or take them away, before capacity is counted on',
        });
      },
    }),
    answer({
      check: 'node-limits',
      where,
      limit: `below ${nearlyFull * 100} % of what a node pool may have`,
      fact: nodePools,
      judge: (pools) =>
        findings(
          pools.flatMap(({ name, used }) =>
            Object.entries(used)
              .filter(([, part]) => part >= nearlyFull)
              .map(([resource, part]) => `${name} has ${Math.round(part * 100)} % of its ${resource}`),
          ),
          {
            clean: pools.length === 0 ? 'no node pools' : counted(pools.length, 'node pool'),
            wrong: 'nearly full',
            verdict: 'warn',
            todo: 'raise spec.limits of the NodePool before the floors ask for nodes',
          },
        ),
    }),
  ];
}

/** Whether version numbers such as `1.33.1` and `1.34` say older. */
export function isOlder(version: string, least: string): boolean {
  const [a, b] = [version, least].map((text) => text.split('.').map((part) => Number.parseInt(part, 10)));
  const [major = 0, minor = 0] = a ?? [];
  const [leastMajor = 0, leastMinor = 0] = b ?? [];
  return major < leastMajor || (major === leastMajor && minor < leastMinor);
}

/** What may take a gateway's or an activator's node away. */
export interface Window {
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  /** As text, such as `2h30m`. */
  readonly length: string;
}

/** EKS Auto Mode replaces a node after this at the latest, whatever its pool says. */
const autoModeMost = 21 * 86_400_000;

/** Whether nodes go away by themselves while a cutover is under way. */
export function expiryChecks(where: string, facts: ClusterFacts, window: Window): CheckResult[] {
  const { nodes, nodeClaims, frontPods } = facts;
  const fact = both(both(nodes, nodeClaims), frontPods);
  const carriers = 'known' in frontPods ? new Set(frontPods.known.flatMap(({ node }) => node ?? [])) : [];
  const carries = new Set(carriers);
  const leaves = (all: typeof fact, which: (node: string) => boolean): string[] => {
    if ('why' in all) return [];
    const [[known, claims]] = all.known;
    const auto = new Set(known.flatMap(({ name, auto: is }) => (is ? [name] : [])));
    const gone = known.filter(({ name, leaving }) => leaving && which(name)).map(({ name }) => `${name} now`);
    const expired = claims.flatMap(({ name, node = name, createdAt, expireAfter, deleting }) => {
      if (!which(node)) return [];
      if (deleting) return [`${node} now`];
      const age = Math.min(
        expireAfter ?? Number.POSITIVE_INFINITY,
        auto.has(node) ? autoModeMost : Number.POSITIVE_INFINITY,
      );
      const at = createdAt + age;
      return at <= window.to ? [`${node} at ${new Date(Math.max(at, 0)).toISOString().slice(0, 16)}Z`] : [];
    });
    return [...new Set([...gone, ...expired])];
  };
  return [
    answer({
      check: 'node-expiry',
      where,
      limit: `no node of a gateway or an activator goes within ${window.length}`,
      fact,
      judge: ([[, claims], pods]) =>
        findings(
          leaves(fact, (node) => carries.has(node)),
          {
            clean:
              claims.length === 0
                ? 'nodes that do not expire by themselves'
                : `${counted(pods.length, 'gateway or activator', 'gateways and activators')} on ${counted(carries.size, 'node')}`,
            wrong: 'goes away',
            verdict: 'fail',
            todo: 'replace the node now (`kubectl delete nodeclaim`, one after another), or begin later',
          },
        ),
    }),
    answer({
      check: 'node-expiry-others',
      where,
      limit: `no other node goes within ${window.length}`,
      fact,
      judge: () =>
        findings(
          leaves(fact, (node) => !carries.has(node)),
          {
            clean: 'none goes',
            wrong: 'goes away',
            verdict: 'warn',
            todo: 'its pods move meanwhile; replace the node before, where that matters',
          },
        ),
    }),
    answer({
      check: 'spot-nodes',
      where,
      limit: 'no gateway and no activator on a spot node',
      fact: both(nodes, frontPods),
      judge: ([all, pods]) => {
        const spot = new Set(all.flatMap(({ name, spot: is }) => (is ? [name] : [])));
        return findings(
          pods.flatMap(({ name, node = '' }) => (spot.has(node) ? [`${name} on ${node}`] : [])),
          {
            clean: 'none',
            wrong: 'AWS may take these at any time',
            verdict: 'warn',
            todo: 'give them a node selector for capacity on demand',
          },
        );
      },
    }),
  ];
}
