import { gatewayName, gatewayPorts, kourierNamespace } from '../../../constructs/kourier/names.ts';
import type { ClusterPort, KubeObject } from '../../clusters/cluster-port.ts';
import type { EntranceTarget } from '../entrance/index.ts';

export const gatewayDeployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace: kourierNamespace,
  name: gatewayName,
};

/** Ports of the fleet that lead to the gateway → its pods' ports. */
export const podPorts: Readonly<Record<string, number>> = {
  '80': gatewayPorts.external,
  '443': gatewayPorts.externalTls,
};

/** The gateways that an NLB with `ip` targets would have now, whose checks their own port for statistics answers. */
export async function gatewayPods(cluster: ClusterPort, ports: readonly number[]): Promise<EntranceTarget[]> {
  const targets: EntranceTarget[] = [];
  const labelSelector = `app=${gatewayName}`;
  for await (const pod of cluster.list(
    { apiVersion: 'v1', kind: 'Pod' },
    { namespace: kourierNamespace, labelSelector },
  )) {
    const address: unknown = pod.status?.podIP;
    if (typeof address !== 'string' || !isReady(pod)) continue;
    const host = address.includes(':') ? `[${address}]` : address;
    targets.push({
      name: `${pod.metadata.name} ${address}`,
      addresses: Object.fromEntries(
        ports.flatMap((port) => {
          const behind = podPorts[String(port)];
          return behind === undefined ? [] : [[String(port), `${host}:${behind}`]];
        }),
      ),
      health: { address: `${host}:${gatewayPorts.stats}`, path: '/ready' },
    });
  }
  return targets;
}

/** A pod that ends is taken away from a target group at once, and one that is not ready is not in it yet. */
const isReady = ({ metadata, status }: KubeObject): boolean =>
  metadata.deletionTimestamp === undefined &&
  ((status?.conditions ?? []) as { type: string; status: string }[]).some(
    (condition) => condition.type === 'Ready' && condition.status === 'True',
  );
