import type { ClusterPort, Kind, KubeObject } from '../clusters/cluster-port.ts';
import type { WorkloadRule } from '../fleet/fleet.ts';
import { isChild, judge } from '../migration/inventory/fate.ts';
import { groupKindOf } from '../migration/inventory/names.ts';
import { roleOf, Selectors } from '../migration/inventory/roles.ts';
import { isSystemNamespace } from '../migration/kinds.ts';
import { runsOf } from '../migration/plan/runs.ts';
import { type Autoscaler, autoscalersOn } from './autoscalers.ts';
import type { PlannedSingleton } from './plan.ts';
import { singletonText } from './singleton-text.ts';

/** Kinds that are handed over. A Job runs to its end where it is. */
const kinds: readonly Kind[] = [
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'apps/v1', kind: 'StatefulSet' },
  { apiVersion: 'batch/v1', kind: 'CronJob' },
];

/**
 * The singletons of a colour, by the same rules as the migration: the fleet's word, else the workload's own annotation.
 * What others deliver is among them, because it acts twice as well. Changes nothing.
 */
export async function singletonsOn(
  cluster: ClusterPort,
  rules: readonly WorkloadRule[],
): Promise<PlannedSingleton[]> {
  const selectors = new Selectors();
  for await (const service of cluster.list({ apiVersion: 'v1', kind: 'Service' })) selectors.add(service);
  const found: PlannedSingleton[] = [];
  for (const kind of kinds)
    for await (const object of cluster.list(kind)) {
      const { namespace = 'default', name } = object.metadata;
      if (isSystemNamespace(namespace) || isChild(object)) continue;
      if (isSingleton(object, rules, selectors)) found.push({ ...kind, namespace, name });
    }
  if (found.length === 0) return [];
  const autoscalers = await autoscalersOn(cluster, new Set(found.map(({ namespace }) => namespace)));
  return found
    .map((one) => ({ ...one, ...namedAutoscaler(autoscalers.find((other) => other.sizes(one))) }))
    .sort((a, b) => (orderText(a) < orderText(b) ? -1 : 1));
}

const namedAutoscaler = (found: Autoscaler | undefined): { autoscaler?: string } =>
  found === undefined ? {} : { autoscaler: found.name };

function isSingleton(object: KubeObject, rules: readonly WorkloadRule[], selectors: Selectors): boolean {
  const { fate, reason } = judge(object);
  if (fate === 'stays' && reason !== 'managed-by') return false;
  const { apiVersion, kind, metadata } = object;
  const entry = { entry: 'object', apiVersion, kind, name: metadata.name, fate, object } as const;
  return runsOf({ ...entry, role: roleOf(object, selectors) }, rules) === 'singleton';
}

const orderText = ({ namespace, kind, name }: PlannedSingleton): string => [namespace, kind, name].join('\n');

/** What is another than when the plan was made, as a clause; undefined for nothing. */
export function singletonChange(
  planned: readonly PlannedSingleton[],
  found: readonly PlannedSingleton[],
): string | undefined {
  const keyOf = (one: PlannedSingleton): string => `${groupKindOf(one)} ${one.namespace}/${one.name}`;
  const before = new Map(planned.map((one) => [keyOf(one), one]));
  for (const one of found) {
    const known = before.get(keyOf(one));
    if (known === undefined) return `has the new singleton ${singletonText(one)}`;
    if (known.autoscaler !== one.autoscaler)
      return `has ${singletonText(one)} sized by ${one.autoscaler ?? 'nothing'}, not by ${known.autoscaler ?? 'nothing'}`;
  }
  const now = new Set(found.map(keyOf));
  const gone = planned.find((one) => !now.has(keyOf(one)));
  return gone === undefined ? undefined : `has no singleton ${singletonText(gone)} any more`;
}
