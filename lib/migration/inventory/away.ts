import type { Discovered } from '../../clusters/definition-port.ts';
import { ZeroshiftError } from '../../messages/error.ts';
import { fieldsOf } from '../../validation/fields.ts';
import type { InventoryUnread } from './item.ts';
import { isMeasured } from './known-kinds.ts';
import type { InventorySource } from './source.ts';

/** As Kubernetes names the one that leads to a group version's API server: `v1beta1.metrics.k8s.io`. */
export const apiServiceName = (apiVersion: string): string => {
  const [group = '', version = ''] = apiVersion.split('/');
  return `${version}.${group}`;
};

/**
 * Group versions of which the cluster cannot tell what they serve, because the API server behind them is away: each with
 * what its APIService says and what to do. Those that only measure are none: nothing of theirs can be moved.
 * @throws what the port throws where there are no credentials
 */
export const awayEntries = (
  cluster: Pick<InventorySource, 'get'>,
  { unknown }: Pick<Discovered, 'unknown'>,
): Promise<InventoryUnread[]> =>
  Promise.all(
    unknown
      .filter(({ apiVersion }) => !isMeasured(apiVersion))
      .map(async ({ apiVersion, why }) => ({
        entry: 'unread' as const,
        kind: apiVersion,
        why: await reasonOf(cluster, apiServiceName(apiVersion), why),
      })),
  );

async function reasonOf(cluster: Pick<InventorySource, 'get'>, name: string, why: string): Promise<string> {
  const said = await conditionOf(cluster, name);
  return `the APIService ${name} is not available (${said ?? why}): mend the API server behind it, or delete that APIService if nothing of it is needed`;
}

/** In the cluster's words; undefined where it says nothing, or may not be asked. */
async function conditionOf(cluster: Pick<InventorySource, 'get'>, name: string): Promise<string | undefined> {
  try {
    const found = await cluster.get({ apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', name });
    const conditions: unknown = found?.status?.conditions;
    const available = (Array.isArray(conditions) ? conditions : [])
      .map(fieldsOf)
      .find(({ type }) => type === 'Available');
    const texts = [available?.reason, available?.message].filter((text) => typeof text === 'string');
    return available?.status === 'False' && texts.length > 0 ? texts.join(': ') : undefined;
  } catch (error) {
    if (!ZeroshiftError.is(error) || error.code === 'cluster.unauthorized') throw error;
    return undefined;
  }
}
