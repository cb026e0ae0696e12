import type { KubeObject } from '../../clusters/cluster-port.ts';
import type { Runs, WorkloadRule } from '../../fleet/fleet.ts';
import { fieldsOf } from '../../validation/fields.ts';
import type { InventoryObject } from '../inventory/index.ts';
import { groupKindOf } from '../inventory/names.ts';
import { selects } from '../inventory/roles.ts';
import type { Refusal } from './plan.ts';

/** What a person writes on an object to say how often it runs. */
export const runsAnnotation = 'zeroshift.dev/runs';

const words: readonly Runs[] = ['serving', 'singleton', 'skip'];

export const fits = ({ kind, namespace, name, selector }: WorkloadRule, object: KubeObject): boolean =>
  (kind === object.kind || kind === groupKindOf(object)) &&
  (namespace ?? object.metadata.namespace) === object.metadata.namespace &&
  (name === undefined || name === object.metadata.name) &&
  (selector === undefined || selects(selector, object.metadata.labels ?? {}));

/**
 * How often a workload runs while both colours are up: by the fleet's word, else by its annotation, else by what the
 * cluster tells. Undefined for what is no workload.
 */
export function runsOf(
  { role, object }: InventoryObject,
  rules: readonly WorkloadRule[],
): Runs | Refusal | undefined {
  if (role === undefined) return undefined;
  const said = rules.find((rule) => fits(rule, object))?.runs;
  if (said !== undefined) return said;
  const annotated = object.metadata.annotations?.[runsAnnotation];
  if (annotated !== undefined) {
    const word = words.find((one) => one === annotated);
    return (
      word ?? {
        code: 'invalid-runs',
        why: `its annotation ${runsAnnotation} says ${JSON.stringify(annotated)}`,
        action: `write ${words.join(', ')}`,
      }
    );
  }
  if (role === 'serving') return 'serving';
  return {
    code: 'undecided',
    why: 'the cluster does not tell whether it may run on both colours',
    action: `say so in the fleet's migration.workloads, or on it with ${runsAnnotation}: ${words.join(', ')}`,
  };
}

const replicated = new Set([
  'Deployment.apps',
  'StatefulSet.apps',
  'ReplicaSet.apps',
  'ReplicationController',
]);

/** A workload that is there and does not run, and what makes it run; or why that cannot be. */
export function waiting(object: KubeObject):
  | {
      readonly object: KubeObject;
      readonly waits: { readonly field: string; readonly value: number | boolean };
    }
  | Refusal {
  const kind = groupKindOf(object);
  const spec = fieldsOf(object.spec);
  if (replicated.has(kind))
    return {
      object: { ...object, spec: { ...spec, replicas: 0 } },
      waits: { field: '.spec.replicas', value: typeof spec.replicas === 'number' ? spec.replicas : 1 },
    };
  if (kind === 'CronJob.batch' || kind === 'Job.batch')
    return {
      object: { ...object, spec: { ...spec, suspend: true } },
      waits: { field: '.spec.suspend', value: spec.suspend === true },
    };
  return {
    code: 'cannot-wait',
    why: `a ${object.kind} cannot be there without running`,
    action: 'let it run on both colours (serving), or leave it out (skip)',
  };
}
