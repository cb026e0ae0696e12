import type { ClusterPort, KubeObject } from '../../clusters/cluster-port.ts';
import { isFinished } from '../../migration/inventory/roles.ts';
import { fieldsOf } from '../../validation/fields.ts';
import type { PlannedSingleton } from '../plan.ts';

/**
 * What of a suspended workload still runs on a cluster, as clauses: pods until they are really gone, Jobs until they have
 * ended.
 * @param found the workload there; undefined where it was deleted
 * @param twin the one of the other colour: it says by which labels pods are found where `found` does not
 */
export async function stillThere(
  cluster: ClusterPort,
  planned: PlannedSingleton,
  found: KubeObject | undefined,
  twin: KubeObject,
): Promise<string[]> {
  if (planned.kind === 'CronJob') return activeJobs(cluster, planned, found);
  const { observedGeneration = 0, replicas = 0 } = found?.status ?? {};
  if (found !== undefined && observedGeneration < (found.metadata.generation ?? 0))
    return ['its controller to see that it is suspended'];
  const pods = await podsOf(cluster, planned, found, found ?? twin);
  if (pods.length > 0) return [`its pods to end: ${shown(pods)}`];
  return replicas > 0 ? [`${replicas} of its pods to end`] : [];
}

const mostNames = 3;
const shown = (names: readonly string[]): string =>
  [
    ...names.slice(0, mostNames),
    ...(names.length > mostNames ? [`${names.length - mostNames} more`] : []),
  ].join(', ');

type OwnerReferences = NonNullable<KubeObject['metadata']['ownerReferences']>;

const controllerOf = ({ metadata }: KubeObject): OwnerReferences[number] | undefined =>
  (metadata.ownerReferences ?? []).find(({ controller }) => controller === true);

async function activeJobs(
  cluster: ClusterPort,
  { namespace, name }: PlannedSingleton,
  found: KubeObject | undefined,
): Promise<string[]> {
  const active: string[] = [];
  for await (const job of cluster.list({ apiVersion: 'batch/v1', kind: 'Job' }, { namespace })) {
    const owner = controllerOf(job);
    const own = owner?.kind === 'CronJob' && owner.name === name;
    // One of a CronJob of this name that was deleted before is still one.
    if (own && !isFinished(job)) active.push(job.metadata.name);
  }
  const started: { name?: string }[] = found?.status?.active ?? [];
  const told = started.flatMap(({ name: job = '' }) => (active.includes(job) ? [] : [job]));
  const all = [...active, ...told];
  return all.length === 0 ? [] : [`its Jobs to end: ${shown(all)}`];
}

/** Pods that its labels select and no other workload has, those that are ending included. */
async function podsOf(
  cluster: ClusterPort,
  { namespace }: PlannedSingleton,
  found: KubeObject | undefined,
  { spec }: KubeObject,
): Promise<string[]> {
  const owners = new Set<string | undefined>();
  if (found?.kind === 'Deployment')
    for await (const set of cluster.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet' }, { namespace }))
      if (controllerOf(set)?.uid === found.metadata.uid) owners.add(set.metadata.uid);
  owners.add(found?.metadata.uid);
  const names: string[] = [];
  const kind = { apiVersion: 'v1', kind: 'Pod' };
  for await (const pod of cluster.list(kind, { namespace, labelSelector: selectorText(spec?.selector) })) {
    const owner = controllerOf(pod);
    const own = found === undefined || owner === undefined || owners.has(owner.uid);
    // One that was evicted may lie about for ever; of one that is being deleted the end is the end of the object.
    const ended =
      /^(Succeeded|Failed)$/.test(pod.status?.phase) && pod.metadata.deletionTimestamp === undefined;
    if (own && !ended) names.push(pod.metadata.name);
  }
  return names;
}

interface Expression {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values?: readonly string[];
}

/** A selector as a list takes it. */
function selectorText(selector: unknown): string {
  const { matchLabels, matchExpressions } = fieldsOf(selector);
  const labels = Object.entries(fieldsOf(matchLabels)).map(([key, value]) => `${key}=${value}`);
  const expressions = Array.isArray(matchExpressions) ? (matchExpressions as Expression[]) : [];
  const texts = expressions.map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`;
  });
  return [...labels, ...texts].join(',');
}
