import type { KubeObject } from '../lib/clusters/cluster-port.ts';
import type { Fleet } from '../lib/fleet/index.ts';
import { type Problem, ZeroshiftError } from '../lib/messages/error.ts';
import { knownKinds } from '../lib/migration/inventory/known-kinds.ts';
import { groupIn, groupKindOf } from '../lib/migration/inventory/names.ts';
import { roleOf, Selectors } from '../lib/migration/inventory/roles.ts';
import { runsOf, waiting } from '../lib/migration/plan/runs.ts';

/**
 * What acts by itself runs once, and a manifest does not know which colour is live: so both colours' say that it waits. It is
 * started once, where the fleet is live, and from then on cutovers hand it over; whoever applies the manifests leaves
 * that field alone.
 */

/** Whether an object of the fleet is one that must not run twice, by the fleet's word or its own. */
function singletonsOf({ manifests, migration }: Pick<Fleet, 'manifests' | 'migration'>): KubeObject[] {
  const selectors = new Selectors();
  const objects = manifests.map(({ object }) => object);
  for (const object of objects) if (groupKindOf(object) === 'Service') selectors.add(object);
  return objects.filter((object) => {
    const kind = groupKindOf(object);
    if (knownKinds[kind] !== 'workload') return false;
    const { apiVersion, metadata } = object;
    const entry = {
      entry: 'object',
      apiVersion,
      kind: object.kind,
      name: metadata.name,
      fate: 'moves',
      role: roleOf(object, selectors),
      object,
    } as const;
    return runsOf(entry, migration?.workloads ?? []) === 'singleton';
  });
}

const placeOf = ({ apiVersion, kind, metadata: { namespace = 'default', name } }: KubeObject): string =>
  `${apiVersion} ${kind} ${namespace}/${name}`;

/**
 * The objects with the fleet's singletons waiting.
 * @throws ZeroshiftError `fleet.singletons` where one of a kind cannot wait
 */
export function withSingletonsWaiting(
  objects: readonly KubeObject[],
  fleet: Pick<Fleet, 'manifests' | 'migration'>,
): KubeObject[] {
  const places = new Set(singletonsOf(fleet).map(placeOf));
  const problems: Problem[] = [];
  const settled = objects.map((object) => {
    if (!places.has(placeOf(object))) return object;
    const waits = waiting(object);
    if (!('why' in waits)) return waits.object;
    problems.push({ where: placeOf(object), found: waits.why, allowed: waits.action });
    return object;
  });
  if (problems.length === 0) return settled;
  throw new ZeroshiftError('a singleton of the fleet cannot be written so that it waits', {
    code: 'fleet.singletons',
    source: 'user',
    problems,
    action: "say something else of it in the fleet's migration.workloads",
  });
}

/** The fields of the fleet's singletons that Argo CD leaves as they are: whoever starts or hands them over writes them. */
export const singletonFields = (fleet: Pick<Fleet, 'manifests' | 'migration'>) =>
  singletonsOf(fleet).map((object) => {
    const { kind, metadata } = object;
    const waits = waiting(object);
    const field = 'waits' in waits ? waits.waits.field : '.spec';
    return {
      group: groupIn(groupKindOf(object)),
      kind,
      name: metadata.name,
      namespace: metadata.namespace ?? 'default',
      jsonPointers: [field.replaceAll('.', '/')],
    };
  });
