import type { ClusterPort, KubeObject } from '../../clusters/cluster-port.ts';
import { ZeroshiftError } from '../../messages/error.ts';

const gateway = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace: 'kourier-system',
  name: '3scale-kourier-gateway',
};
const annotation = 'zeroshift.dev/drained-for';

/**
 * Restarts the gateways one by one, once for this mark, and says what is still going on. A restarted gateway has
 * closed its keep-alive connections gracefully.
 */
export async function drainGateways(cluster: ClusterPort, mark: string): Promise<string[]> {
  const found = await cluster.get(gateway);
  if (found === undefined)
    throw new ZeroshiftError('the colour has no gateway to drain', {
      code: 'cutover.no-gateway',
      source: 'outside',
      problems: [
        {
          where: 'cluster',
          value: undefined,
          allowed: `the Deployment ${gateway.namespace}/${gateway.name}`,
        },
      ],
    });
  const asked = found.spec?.template?.metadata?.annotations?.[annotation] === mark;
  const deployment = asked
    ? found
    : await cluster.patch(gateway, {
        spec: { template: { metadata: { annotations: { [annotation]: mark } } } },
      });
  const waiting = rollout(deployment);
  const selector: Record<string, string> = deployment.spec?.selector?.matchLabels ?? {};
  const labelSelector = Object.entries(selector)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  for await (const pod of cluster.list(
    { apiVersion: 'v1', kind: 'Pod' },
    { namespace: gateway.namespace, labelSelector },
  ))
    if (pod.metadata.deletionTimestamp !== undefined) waiting.push(pod.metadata.name);
  return waiting;
}

/** As `kubectl rollout status` judges it. */
function rollout({ spec, status, metadata }: KubeObject): string[] {
  const wanted: number = spec?.replicas ?? 1;
  const { observedGeneration = 0, updatedReplicas = 0, replicas = 0, availableReplicas = 0 } = status ?? {};
  if (observedGeneration < (metadata.generation ?? 0)) return ['the rollout to begin'];
  if (updatedReplicas < wanted) return [`${wanted - updatedReplicas} gateways to be replaced`];
  if (replicas > updatedReplicas) return [`${replicas - updatedReplicas} old gateways to end`];
  if (availableReplicas < updatedReplicas)
    return [`${updatedReplicas - availableReplicas} gateways to be available`];
  return [];
}
