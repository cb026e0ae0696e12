import type { ClusterPort } from '../../clusters/cluster-port.ts';
import { Duration, type Fleet } from '../../fleet/index.ts';
import { gatewayDeployment } from './gateway-pods.ts';

/** For pods to be scheduled, pulled and probed, besides what a gateway's own end takes; in seconds. */
const aroundRestart = 60;
const ready = 180;

/**
 * A rehearsal's fleet with time for pods: services that start as pods do, and a drain that waits for as long as the
 * gateways of these clusters may take to end.
 */
export async function withPodTimes(fleet: Fleet, clusters: readonly ClusterPort[]): Promise<Fleet> {
  const { cutover } = fleet;
  const ends = await Promise.all(
    clusters.map(async (cluster) => {
      const spec = (await cluster.get(gatewayDeployment))?.spec;
      const grace = Number(spec?.template?.spec?.terminationGracePeriodSeconds ?? 30);
      return grace + Number(spec?.minReadySeconds ?? 0) + aroundRestart;
    }),
  );
  const longest = Math.max(cutover.drain.timeout.milliseconds / 1000, ...ends);
  return {
    ...fleet,
    cutover: {
      ...cutover,
      readyTimeout: Duration.seconds(ready),
      drain: { ...cutover.drain, timeout: Duration.seconds(longest) },
    },
  };
}
