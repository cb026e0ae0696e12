import type { KubeObject } from '../../../lib/clusters/cluster-port.ts';
import { type ConformanceCluster, patience } from '../conformance-cluster.ts';
import { echoOf } from './answers.ts';
import { ask, until } from './client.ts';
import { deploy, hostOf, modeOf, serviceOf, type Wishes } from './services.ts';

/** Services whose pods requests reach without the activator. */
const directServices = {
  'by-pods': { timeoutSeconds: 1 },
  refusing: { concurrency: 1, scaling: { 'max-scale': '1' } },
  drained: { timeoutSeconds: 60, scaling: { 'min-scale': '2' } },
} as const satisfies Readonly<Record<string, Wishes>>;

type DirectName = keyof typeof directServices;

const wishesOf = (name: DirectName): Wishes => {
  const wishes: Wishes = directServices[name];
  return { ...wishes, scaling: { 'min-scale': '1', 'target-burst-capacity': '0', ...wishes.scaling } };
};

/** Asks for all of them before they are needed: the activator gives way only after a while. */
export async function layDirect(cluster: ConformanceCluster): Promise<void> {
  for (const name of Object.keys(directServices) as DirectName[])
    await cluster.port.apply(serviceOf(cluster, name, wishesOf(name)));
}

/** One of them, once its pods are reached. */
export async function deployDirect(cluster: ConformanceCluster, name: DirectName): Promise<KubeObject> {
  const service = await deploy(cluster, name, wishesOf(name));
  const revision = String(service.status?.latestReadyRevisionName);
  await until(`${revision} is served by its pods`, patience.ready, async () => {
    if ((await modeOf(cluster, revision)) !== 'Serve') return false;
    const echo = echoOf(await ask(cluster.gateway, { host: hostOf(service), path: '/echo' }));
    return echo.headers['k-proxy-request'] === undefined;
  });
  return service;
}
