import { answer, both, type CheckResult, counted, few, findings } from '../check.ts';
import type { ClusterFacts } from '../cluster-facts.ts';

/** Docker Hub's limit for who has not signed in, for an address and six hours. */
const pullLimit = 100;

/** What the workloads of a colour ask for that a cluster can run out of. */
export function workloadChecks(where: string, facts: ClusterFacts): CheckResult[] {
  return [
    answer({
      check: 'resource-requests',
      where,
      limit: 'every service says what CPU and memory it needs',
      fact: facts.workloads,
      judge: ({ withoutRequests, services }) =>
        findings(withoutRequests, {
          clean: counted(services, 'service'),
          wrong: `${withoutRequests.length} of ${services} do not, so that nodes are not counted for them`,
          verdict: 'warn',
          todo: 'give their containers requests',
        }),
    }),
    answer({
      check: 'resource-quotas',
      where,
      limit: 'below 80 % of each ResourceQuota',
      fact: facts.quotas,
      judge: (full) =>
        findings(
          full.map(({ name, resource, used }) => `${name}: ${Math.round(used * 100)} % of ${resource}`),
          {
            clean: 'room in all',
            wrong: 'nearly full',
            verdict: full.some(({ used }) => used >= 1) ? 'fail' : 'warn',
            todo: 'raise it before the floors bring pods',
          },
        ),
    }),
    answer({
      check: 'image-pulls',
      where,
      limit: `${pullLimit} pulls in six hours, which Docker Hub gives an address that has not signed in`,
      fact: both(facts.workloads, facts.nodes),
      judge: ([{ images }, nodes]) => {
        const limited = [...images].filter(isOfDockerHub).sort();
        const pulls = limited.length * Math.max(1, nodes.length);
        if (limited.length === 0) return { value: 'no image of Docker Hub', verdict: 'pass' };
        const value = `up to ${counted(pulls, 'pull')}: ${few(limited)} on ${counted(nodes.length, 'node')}`;
        return pulls > pullLimit
          ? {
              value,
              verdict: 'warn',
              todo: 'pull through a cache of your own registry, as everything starts at once there',
            }
          : { value, verdict: 'pass' };
      },
    }),
  ];
}

/** As container runtimes read it: a first part with a dot, a colon or `localhost` is a registry. */
export function isOfDockerHub(image: string): boolean {
  const [first = '', ...rest] = image.split('/');
  const registry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost') ? first : 'docker.io';
  return /^((index|registry-1)\.)?docker\.io$/.test(registry);
}
