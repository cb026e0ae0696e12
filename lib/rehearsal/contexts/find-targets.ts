import type { ClusterPort } from '../../clusters/cluster-port.ts';
import { ZeroshiftError } from '../../messages/error.ts';
import type { EntranceTarget } from '../entrance/index.ts';
import { connects } from '../entrance/targets.ts';
import { gatewayPods } from './gateway-pods.ts';
import { serviceTargets } from './gateway-service.ts';

/** How an entrance finds its targets, asked again and again. */
export type FindTargets = () => Promise<readonly EntranceTarget[]>;

/** Milliseconds for a first connection to a gateway. */
const patience = 2000;

/**
 * Which way to a cluster's gateways can be gone from here: to their pods, as an NLB with `ip` targets does, else through
 * a load balancer of Kourier's Service, else through a port of a node.
 * @param where the cluster, for an error
 * @throws ZeroshiftError `rehearsal.no-way-in` with everything that was tried
 */
export async function findTargets(
  cluster: ClusterPort,
  ports: readonly number[],
  where: string,
): Promise<FindTargets> {
  const tried: string[] = [];
  const reached = async (targets: readonly EntranceTarget[]): Promise<EntranceTarget[]> => {
    const answers = await Promise.all(
      targets.map(async ({ addresses }) => {
        const [address] = Object.values(addresses);
        return address !== undefined && (await connects(address, patience));
      }),
    );
    tried.push(
      ...targets.map(({ name, addresses }) => `${name}: ${Object.values(addresses)[0] ?? 'no port'}`),
    );
    return targets.filter((_, index) => answers[index]);
  };
  if ((await reached(await gatewayPods(cluster, ports))).length > 0) return () => gatewayPods(cluster, ports);
  const ways = await reached(await serviceTargets(cluster, ports));
  if (ways.length > 0) return async () => ways;
  throw new ZeroshiftError(`the gateways of ${where} cannot be reached from here`, {
    code: 'rehearsal.no-way-in',
    source: 'outside',
    problems: (tried.length > 0 ? tried : ['no gateway, and no Service kourier-system/kourier']).map(
      (value) => ({
        where: 'tried',
        value,
        allowed: 'a connection',
      }),
    ),
    action:
      'give this machine a route to the pods, or make kourier-system/kourier a Service of type LoadBalancer or NodePort',
  });
}
