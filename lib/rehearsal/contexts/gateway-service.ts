import { kourierNamespace } from '../../../constructs/kourier/names.ts';
import type { ClusterPort } from '../../clusters/cluster-port.ts';
import type { EntranceTarget } from '../entrance/index.ts';

const kourier = { apiVersion: 'v1', kind: 'Service', namespace: kourierNamespace, name: 'kourier' };

interface ServicePort {
  readonly port: number;
  readonly nodePort?: number;
}

/** The ways into the cluster through Kourier's Service: its load balancer, and the ports of its nodes. */
export async function serviceTargets(
  cluster: ClusterPort,
  ports: readonly number[],
): Promise<EntranceTarget[]> {
  const service = await cluster.get(kourier);
  if (service === undefined) return [];
  const offered: readonly ServicePort[] = service.spec?.ports ?? [];
  const target = (name: string, host: string, portOf: (port: ServicePort) => number | undefined) => {
    const addresses = Object.fromEntries(
      ports.flatMap((wanted) => {
        const found = offered.find(({ port }) => port === wanted);
        const port = found === undefined ? undefined : portOf(found);
        return port === undefined ? [] : [[String(wanted), `${host}:${port}`]];
      }),
    );
    const [address] = Object.values(addresses);
    return address === undefined ? [] : [{ name, addresses, health: { address } }];
  };
  const balancers: readonly { ip?: string; hostname?: string }[] =
    service.status?.loadBalancer?.ingress ?? [];
  const found: EntranceTarget[] = balancers.flatMap(({ ip, hostname }) => {
    const host = ip ?? hostname;
    return host === undefined ? [] : target(`load balancer ${host}`, host, ({ port }) => port);
  });
  if (offered.some(({ nodePort }) => nodePort !== undefined))
    for await (const node of cluster.list({ apiVersion: 'v1', kind: 'Node' })) {
      const known: readonly { type: string; address: string }[] = node.status?.addresses ?? [];
      for (const { type, address } of known)
        if (type === 'InternalIP' || type === 'ExternalIP')
          found.push(...target(`node ${node.metadata.name} ${address}`, address, ({ nodePort }) => nodePort));
    }
  return found;
}
