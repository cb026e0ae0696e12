import type { ColourFacts } from '../aws-facts.ts';
import { answer, type CheckResult, counted, findings } from '../check.ts';
import { isOlder } from './nodes.ts';

/** Addresses that EKS wants free in each of a cluster's subnets. */
const leastFree = 5;

/**
 * Whether AWS finds a colour's parts well.
 * @param pods that are to fit, of the larger colour
 */
export function eksChecks(where: string, facts: ColourFacts, least: string, pods: number): CheckResult[] {
  return [
    answer({
      check: 'cluster-status',
      where,
      limit: 'ACTIVE, and nothing that EKS finds wrong',
      fact: facts.cluster,
      judge: ({ status, issues }) =>
        status === 'ACTIVE'
          ? findings(issues, {
              clean: status,
              wrong: 'EKS says',
              verdict: 'warn',
              todo: 'mend what EKS names: it cannot update the cluster until then',
            })
          : { value: status, verdict: 'fail', todo: 'wait until EKS is done with it' },
    }),
    answer({
      check: 'cluster-version',
      where,
      limit: `at least ${least}, which this Knative needs`,
      fact: facts.cluster,
      judge: ({ version }) =>
        isOlder(version, least)
          ? { value: version, verdict: 'fail', todo: 'upgrade the cluster, or take an older Knative' }
          : { value: version, verdict: 'pass' },
    }),
    answer({
      check: 'node-groups',
      where,
      limit: 'none is being changed',
      fact: facts.nodeGroups,
      judge: (groups) =>
        findings(
          groups.filter(({ status }) => status !== 'ACTIVE').map(({ name, status }) => `${name} ${status}`),
          {
            clean: groups.length === 0 ? 'no node groups' : counted(groups.length, 'node group'),
            wrong: 'nodes are replaced meanwhile',
            verdict: 'fail',
            todo: 'wait until the update of the node group is over',
          },
        ),
    }),
    answer({
      check: 'removed-apis',
      where,
      limit: 'EKS sees nobody use what newer versions have not',
      fact: facts.insights,
      judge: (found) =>
        findings(
          found.map(({ name, status }) => `${name} (${status})`),
          {
            clean: 'no insight',
            wrong: 'EKS says',
            verdict: 'warn',
            todo: 'see `aws eks describe-insight` for who does, and move them to the newer version',
          },
        ),
    }),
    answer({
      check: 'subnet-addresses',
      where,
      limit: `${leastFree} free in each subnet, and room for ${counted(pods, 'pod')}`,
      fact: facts.subnets,
      judge: (subnets) => {
        const full = subnets.filter(({ free }) => free < leastFree);
        const free = subnets.reduce((sum, one) => sum + one.free, 0);
        const value = `${free} free in ${counted(subnets.length, 'subnet')}`;
        if (full.length > 0)
          return {
            value: full.map(({ id, free: left }) => `${id} has ${left}`).join(', '),
            verdict: 'fail',
            todo: 'give the cluster larger subnets, or free addresses in these',
          };
        return free < pods
          ? { value, verdict: 'warn', todo: 'give the cluster larger subnets before everything runs twice' }
          : { value, verdict: 'pass' };
      },
    }),
    answer({
      check: 'targets',
      where,
      limit: 'a healthy target in each target group of the entrance',
      fact: facts.targets,
      judge: (groups) =>
        groups.length === 0
          ? { value: 'no target groups', verdict: 'fail', todo: "deploy the colour's stack" }
          : findings(
              groups.filter(({ healthy }) => healthy === 0).map(({ group, all }) => `${group} (0 of ${all})`),
              {
                clean: groups.map(({ group, healthy, all }) => `${group} ${healthy} of ${all}`).join(', '),
                wrong: 'none healthy',
                verdict: 'fail',
                todo: 'see whether its TargetGroupBinding is there, and what the health check finds',
              },
            ),
    }),
  ];
}
