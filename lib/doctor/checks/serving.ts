import { answer, type CheckResult, counted, findings } from '../check.ts';
import type { ClusterFacts, DeploymentFacts } from '../cluster-facts.ts';

/** Of these one pod is too few: while it is replaced, requests or writes wait for nobody. */
const needsTwo = /^(3scale-kourier-gateway|activator|webhook)$/;

const nameOf = ({ namespace, name }: DeploymentFacts): string => `${namespace}/${name}`;

/** Whether what serves requests is there, and would survive a node. */
export function servingChecks(where: string, facts: ClusterFacts): CheckResult[] {
  return [
    answer({
      check: 'api-server',
      where,
      limit: 'it answers /readyz',
      fact: facts.answers,
      unread: 'see whether the cluster is up, and whether the kubeconfig leads to it',
      judge: () => ({ value: 'it answers', verdict: 'pass' }),
    }),
    answer({
      check: 'serving-ready',
      where,
      limit: 'every Deployment of Knative and Kourier has its pods',
      fact: facts.serving,
      judge: (all) => {
        if (all.length === 0)
          return {
            value: 'there is no Deployment in knative-serving or kourier-system',
            verdict: 'fail',
            todo: 'apply what `zeroshift synth` writes for this colour',
          };
        const short = all.filter(({ ready, wanted }) => ready < wanted);
        const none = short.some(({ ready }) => ready === 0);
        return findings(
          short.map((one) => `${nameOf(one)} (${one.ready} of ${one.wanted})`),
          {
            clean: counted(all.length, 'Deployment'),
            wrong: 'not ready',
            verdict: none ? 'fail' : 'warn',
            todo: 'see with `kubectl describe pod` what they lack',
          },
        );
      },
    }),
    answer({
      check: 'serving-redundancy',
      where,
      limit: 'two pods and more of gateway, activator and webhook',
      fact: facts.serving,
      judge: (all) =>
        findings(all.filter(({ name, wanted }) => needsTwo.test(name) && wanted < 2).map(nameOf), {
          clean: 'two and more',
          wrong: 'only one',
          verdict: 'warn',
          todo: 'raise its replicas, or its HorizontalPodAutoscaler',
        }),
    }),
    answer({
      check: 'disruption-budgets',
      where,
      limit: 'each lets one pod go',
      fact: facts.budgets,
      judge: (all) =>
        findings(
          all.filter(({ pods, allowed }) => pods > 0 && allowed < 1).map(({ name }) => name),
          {
            clean: counted(all.length, 'budget'),
            wrong: 'no node with such a pod drains',
            verdict: 'warn',
            todo: 'raise the replicas, or loosen the PodDisruptionBudget',
          },
        ),
    }),
    answer({
      check: 'admission-webhooks',
      where,
      limit: 'what every write waits for answers',
      fact: facts.webhooks,
      judge: (all) =>
        findings(
          [
            ...new Set(
              all
                .filter(({ required, ready }) => required && ready === 0)
                .map(({ configuration, service }) => `${configuration} (${service})`),
            ),
          ],
          {
            clean: counted(all.length, 'webhook'),
            wrong: 'nobody answers for these, so that writes are refused',
            verdict: 'fail',
            todo: 'bring the pods behind the Service up, or delete the configuration of what is gone',
          },
        ),
    }),
    answer({
      check: 'core-dns',
      where,
      limit: 'two pods of CoreDNS and more',
      fact: facts.coreDns,
      judge: (found) => coreDns(found, facts),
    }),
  ];
}

function coreDns(found: DeploymentFacts | null, { nodes }: ClusterFacts) {
  const auto = 'known' in nodes && nodes.known.length > 0 && nodes.known.every(({ auto: is }) => is);
  if (found === null)
    return auto
      ? ({ value: 'on every node, as EKS Auto Mode has it', verdict: 'pass' } as const)
      : ({
          value: 'there is no Deployment kube-system/coredns',
          verdict: 'unknown',
          todo: 'see what answers for DNS in this cluster, and that it grows with it',
        } as const);
  const { ready, wanted } = found;
  const value = `${ready} of ${wanted} ready`;
  if (ready === 0)
    return { value, verdict: 'fail', todo: 'bring CoreDNS up: nothing finds anything' } as const;
  return ready < 2
    ? ({ value, verdict: 'warn', todo: 'raise its replicas before the traffic comes' } as const)
    : ({ value, verdict: 'pass' } as const);
}
