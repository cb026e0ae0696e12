import { afterAll, beforeAll, describe } from 'vitest';
import { type ConformanceCluster, namespace, patience } from '../conformance-cluster.ts';
import { answers } from './answers.ts';
import { until } from './client.ts';
import { layDirect } from './direct.ts';
import { ending } from './ending.ts';
import { limits } from './limits.ts';
import { routing } from './routing.ts';
import { ways } from './ways.ts';
import { layToSleep, zero } from './zero.ts';

const space = { apiVersion: 'v1', kind: 'Namespace', name: namespace };

/**
 * What can be observed of a Knative Service from outside, over any cluster. The expectations are the same whatever the
 * cluster: where one differs from Knative itself, it is that cluster that is wrong.
 */
export function conformance(name: string, open: () => Promise<ConformanceCluster>): void {
  describe(`Knative Serving: ${name}`, () => {
    let cluster: ConformanceCluster | undefined;
    const opened = (): ConformanceCluster => {
      if (cluster === undefined) throw new Error(`${name} did not open`);
      return cluster;
    };
    beforeAll(async () => {
      cluster = await open();
      await takeAway(cluster);
      await cluster.port.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
      await layToSleep(cluster);
      await layDirect(cluster);
    }, 2 * patience.zero);
    afterAll(async () => {
      // What is to go goes by itself; whoever comes next waits for it.
      if (cluster !== undefined) await dismiss(cluster);
      await cluster?.close();
    }, patience.ready);

    answers(opened);
    ways(opened);
    limits(opened);
    routing(opened);
    ending(opened);
    zero(opened);
  });
}

/** Asks for the end of what the suite made. */
async function dismiss({ port }: ConformanceCluster): Promise<void> {
  const apiVersion = 'networking.internal.knative.dev/v1alpha1';
  for await (const claim of port.list({ apiVersion, kind: 'ClusterDomainClaim' }))
    if (claim.spec?.namespace === namespace) await port.remove(claim);
  for (const [version, kind] of [
    ['v1beta1', 'DomainMapping'],
    ['v1', 'Service'],
  ] as const)
    for await (const object of port.list(
      { apiVersion: `serving.knative.dev/${version}`, kind },
      { namespace },
    ))
      await port.remove(object);
}

/** Waits for the end of what an earlier run made. A namespace would wait long for pods that are still ending. */
async function takeAway(cluster: ConformanceCluster): Promise<void> {
  const { port } = cluster;
  await dismiss(cluster);
  await until(`no pod is in ${namespace}`, patience.zero, async () => {
    for await (const _ of port.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace })) return false;
    return true;
  });
  await until(`the namespace ${namespace} is gone`, patience.zero, async () => {
    const found = await port.get(space);
    if (found === undefined) return true;
    if (found.metadata.deletionTimestamp === undefined) await port.remove(found);
    return false;
  });
}
