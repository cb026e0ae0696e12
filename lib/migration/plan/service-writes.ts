import type { KubeObject } from '../../clusters/cluster-port.ts';
import { problemText, ZeroshiftError } from '../../messages/error.ts';
import type { ServiceInventory } from '../inventory.ts';
import { type Stage, stagesOf } from '../stages.ts';
import { differences } from './differences.ts';
import { droppedPaths } from './field-owners.ts';
import type { PlannedWrite, Refusal, Rewritten } from './plan.ts';
import type { RewriteResult } from './rewrites.ts';
import type { Target } from './target.ts';

/** A service as it is to be, and the writes that make it with its history. */
export interface ServiceWrites {
  readonly object: KubeObject;
  /** Those that the target has not seen yet; the last one makes the service as it is to be. */
  readonly writes: readonly PlannedWrite[];
  readonly rewritten: readonly Rewritten[];
  readonly refusals: readonly Refusal[];
}

const configuration = 'Configuration.serving.knative.dev';
const revision = 'Revision.serving.knative.dev';

const refused = (object: KubeObject, ...refusals: Refusal[]): ServiceWrites => ({
  object,
  writes: [],
  rewritten: [],
  refusals,
});

const pinnedBy = ({ spec }: KubeObject): string[] =>
  (Array.isArray(spec?.traffic) ? (spec.traffic as { revisionName?: string }[]) : []).flatMap(
    ({ revisionName }) => (revisionName === undefined ? [] : [revisionName]),
  );

/**
 * The writes of a service, in the stages of its history. Instead of an error where a revision's name could not come out the
 * same there is a refusal.
 */
export function serviceWrites(
  inventory: ServiceInventory,
  portable: KubeObject,
  rewrite: (object: KubeObject) => RewriteResult,
  target: Target,
): ServiceWrites {
  let stages: Stage[];
  try {
    stages = stagesOf(inventory);
  } catch (error) {
    if (!ZeroshiftError.is(error) || error.code !== 'migration.revision-gap') throw error;
    return refused(portable, {
      code: 'revision-name',
      why: [error.message, ...error.problems.map(problemText)].join('; '),
      action: error.action ?? 'name the revision in its template',
    });
  }
  const results = stages.map((stage) => ({ stage, ...rewrite(stage.object) }));
  const failed = results.find(({ refusal }) => refusal !== undefined)?.refusal;
  const object = results.at(-1)?.object ?? portable;
  if (failed !== undefined) return refused(object, failed);
  const pending = results.filter(
    ({ stage }) => stage.revision === undefined || !isThere(object, stage.revision, target),
  );
  const writes = pending.map(({ stage, object: next }) => ({
    object: next,
    ...(stage.revision === undefined ? {} : { revision: stage.revision }),
  }));
  const rewritten = new Map(
    results.flatMap(({ rewritten: found }) => found).map((one) => [JSON.stringify(one), one]),
  );
  return {
    object,
    writes,
    rewritten: [...rewritten.values()],
    refusals: nameRefusals(object, writes, target),
  };
}

const isThere = ({ metadata: { namespace = '' } }: KubeObject, name: string, target: Target): boolean =>
  target.has({ kind: revision, namespace, name });

/** Where a revision that the writes make would be called otherwise than the traffic calls it. */
function nameRefusals(object: KubeObject, writes: readonly PlannedWrite[], target: Target): Refusal[] {
  const { namespace = '', name } = object.metadata;
  const live = target.get({ kind: 'Service.serving.knative.dev', namespace, name });
  let generation = Number(target.get({ kind: configuration, namespace, name })?.metadata.generation ?? 0);
  let before: KubeObject | undefined;
  const made = new Set<string>();
  const refusals: Refusal[] = [];
  for (const write of writes) {
    const next = write.object.spec?.template;
    const isNew = before === undefined ? isNewOn(live, write.object) : !isSame(before.spec?.template, next);
    before = write.object;
    if (!isNew) continue;
    generation++;
    const given: string | undefined = next?.metadata?.name;
    const will = given ?? `${name}-${String(generation).padStart(5, '0')}`;
    if (write.revision !== undefined && write.revision !== will)
      refusals.push(otherName(write.revision, will));
    else if (given === undefined && isThere(object, will, target)) refusals.push(taken(will));
    made.add(will);
  }
  const lost = pinnedBy(object).filter(
    (pinned) =>
      !made.has(pinned) &&
      !isThere(object, pinned, target) &&
      !writes.some((write) => write.revision === pinned),
  );
  return [...refusals, ...[...new Set(lost)].map(notMade)];
}

/** Whether an apply would change the template of the target's service, and so make a revision. */
const isNewOn = (live: KubeObject | undefined, want: KubeObject): boolean =>
  live === undefined ||
  differences(live.spec?.template, want.spec?.template).length > 0 ||
  droppedPaths(live, want).some(([spec, template]) => spec === 'spec' && template === 'template');

const isSame = (one: unknown, other: unknown): boolean =>
  differences(one, other).length === 0 && differences(other, one).length === 0;

const nameIt =
  'name the revision in its template (spec.template.metadata.name), or let the traffic follow the latest one';

const otherName = (name: string, will: string): Refusal => ({
  code: 'revision-name',
  why: `its traffic names the revision ${name}, which the target would call ${will}`,
  action: nameIt,
});

const taken = (name: string): Refusal => ({
  code: 'revision-name',
  why: `the target would call its next revision ${name}, and another one of this name is there`,
  action: 'delete that revision on the target if nothing uses it, and plan again',
});

const notMade = (name: string): Refusal => ({
  code: 'revision-name',
  why: `its traffic names the revision ${name}, which is not on the target and would not be made there`,
  action: nameIt,
});
