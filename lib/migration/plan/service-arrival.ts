import type { KubeObject } from '../../clusters/cluster-port.ts';
import type { Rewrite, RewriteContext } from '../../fleet/fleet.ts';
import { parseGoBool } from '../../validation/index.ts';
import { type ArrivalTarget, arrivalOf, type FoundArrival } from '../arrival/index.ts';
import type { ServiceHistory } from '../inventory/index.ts';
import { type GroupKind, groupKindOf, keyOf } from '../inventory/names.ts';
import type { PlannedConflict, Refusal, Rewritten } from './plan.ts';
import { rewriteObject } from './rewrites.ts';
import type { Target } from './target.ts';

export const knativeService: GroupKind = 'Service.serving.knative.dev';
export const knativeConfiguration: GroupKind = 'Configuration.serving.knative.dev';
export const knativeRevision: GroupKind = 'Revision.serving.knative.dev';

/** Whether an object brings its revisions along. */
export const hasHistory = (object: KubeObject): boolean =>
  [knativeService, knativeConfiguration].includes(groupKindOf(object));

export interface ServiceArrival {
  readonly found: FoundArrival;
  /** Of its revisions. */
  readonly rewritten: readonly Rewritten[];
  readonly refusals: readonly Refusal[];
  readonly conflicts: readonly PlannedConflict[];
}

/** What the target has of a Service or a Configuration, as the plan asks it. */
function targetOf(object: KubeObject, target: Target): ArrivalTarget {
  const { namespace = '', name } = object.metadata;
  const [service, configuration] = [
    groupKindOf(object) === knativeService ? target.get(keyOf(object)) : undefined,
    target.get({ kind: knativeConfiguration, namespace, name }),
  ];
  const zero = target.setting('config-autoscaler', 'allow-zero-initial-scale');
  return {
    ...(service === undefined ? {} : { service }),
    ...(configuration === undefined ? {} : { configuration }),
    revision: (revision) => target.get({ kind: knativeRevision, namespace, name: revision }),
    zeroScale: parseGoBool(zero ?? 'false') === true,
  };
}

/** How a Service, or a Configuration that stands alone, comes to the target, and what is in its way. */
export function serviceArrival(
  source: ServiceHistory,
  object: KubeObject,
  target: Target,
  rewrites: readonly Rewrite[],
  context: RewriteContext,
): ServiceArrival {
  const changes = new Map<string, Rewritten>();
  const failures: Refusal[] = [];
  const rewrite = (one: KubeObject): KubeObject => {
    const { object: next, rewritten, refusal } = rewriteObject(one, rewrites, context);
    for (const change of rewritten) changes.set(JSON.stringify(change), change);
    if (refusal !== undefined) failures.push(refusal);
    return next;
  };
  const found = arrivalOf({
    source,
    object,
    target: targetOf(object, target),
    ...(rewrites.length === 0 ? {} : { rewrite }),
  });
  const result = changes.size === 0 ? '' : JSON.stringify(found.templates);
  return {
    found,
    // Of an image that was resolved what is written is not what arrives.
    rewritten: [...changes.values()].filter(
      ({ to }) => to === undefined || result.includes(JSON.stringify(to)),
    ),
    refusals: [
      ...failures.slice(0, 1),
      ...(found.refusal === undefined ? [] : [{ code: 'revision-name' as const, ...found.refusal }]),
    ],
    conflicts: found.conflicts,
  };
}
