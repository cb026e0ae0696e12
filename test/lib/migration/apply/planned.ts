import type { KubeObject } from '../../../../lib/clusters/index.ts';
import { groupKindOf } from '../../../../lib/migration/inventory/names.ts';
import { levelOf } from '../../../../lib/migration/plan/levels.ts';
import type { PlannedObject, RegionPlan } from '../../../../lib/migration/plan/plan.ts';

/** An object as a plan has it that makes it as it is. */
export function planned(object: KubeObject, more: Partial<PlannedObject> = {}): PlannedObject {
  const { apiVersion, kind, metadata } = object;
  const { namespace, name } = metadata;
  return {
    apiVersion,
    kind,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    verdict: 'create',
    level: levelOf(groupKindOf(object)),
    writes: [{ object }],
    ...more,
  };
}

export const regionPlan = (...objects: readonly PlannedObject[]): RegionPlan => ({
  region: 'eu-west-1',
  objects: [...objects].sort((a, b) => a.level - b.level),
  left: [],
  missing: [],
  settings: [],
  unread: [],
  unused: [],
});
