import type { KubeObject } from '../../clusters/cluster-port.ts';
import type { Runs, WorkloadRule } from '../../fleet/fleet.ts';
import { fieldsOf } from '../../validation/fields.ts';
import type { InventoryObject } from '../inventory/index.ts';
import { groupKindOf } from '../inventory/names.ts';
import { selects } from '../inventory/roles.ts';
import { handedOverOf, runningValue, waitFieldOf, waitingValue, withoutHandOver } from './handed-over.ts';
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

/** A workload that is there and does not run, and what makes it run; or why that cannot be. */
export function waiting(object: KubeObject):
  | {
      readonly object: KubeObject;
      readonly waits: { readonly field: string; readonly value: number | boolean };
    }
  | Refusal {
  const field = waitFieldOf(object);
  if (field === undefined)
    return {
      code: 'cannot-wait',
      why: `a ${object.kind} cannot be there without running`,
      action: 'let it run on both colours (serving), or leave it out (skip)',
    };
  const own = withoutHandOver(object);
  const given = handedOverOf(object);
  // One that was handed over already waits on the source as well: what it was there before is what counts.
  const value = given?.place === 'away' ? given.value : undefined;
  return {
    object: { ...own, spec: { ...fieldsOf(own.spec), [field]: waitingValue[field] } },
    waits: { field: `.spec.${field}`, value: value ?? runningValue(object, field) },
  };
}
