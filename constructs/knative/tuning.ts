import type { KubeObject } from '../../lib/clusters/cluster-port.ts';
import { availabilityReasons } from './availability.ts';
import { compareReleased, composeServing, type ObjectDifference } from './compare/index.ts';
import { spreadReasons } from './component.ts';
import type { Release } from './releases/index.ts';
import type { TuningReason } from './tuning-reason.ts';
import { rulesReasons } from './webhook.ts';

/** Why the default tuning of Serving differs from upstream; each stands beside the code that makes the difference. */
export const servingTuningReasons: readonly TuningReason[] = [
  ...availabilityReasons,
  ...spreadReasons,
  ...rulesReasons,
];

/** A difference of the default tuning, with its reason. */
export interface TunedField extends ObjectDifference {
  readonly reason: string;
}

const explains = ({ kind, path }: TuningReason, difference: ObjectDifference): boolean =>
  difference.object.startsWith(`${kind} `) &&
  (difference.path === path || ['.', '['].some((next) => difference.path.startsWith(`${path}${next}`)));

/**
 * Every field in which tuned objects differ from upstream's, with its reason.
 * @throws Error where a difference has no reason, or a reason no difference: both are mistakes of ours
 */
export function tunedFields(
  tuned: readonly KubeObject[],
  upstream: readonly KubeObject[],
  reasons: readonly TuningReason[],
): TunedField[] {
  const used = new Set<TuningReason>();
  const { differences } = compareReleased(
    tuned,
    upstream.map((object) => ({ file: '', object })),
  );
  const fields = differences.map((difference) => {
    const found = reasons.find((reason) => explains(reason, difference));
    if (found === undefined) throw new Error(`no reason for ${difference.object} ${difference.path}`);
    used.add(found);
    return { ...difference, reason: found.reason };
  });
  const idle = reasons.find((reason) => !used.has(reason));
  if (idle !== undefined) throw new Error(`nothing differs for the reason of ${idle.kind} ${idle.path}`);
  return fields;
}

/** Every field in which Serving's default tuning differs from upstream. */
export const servingTuning = (release: Release): TunedField[] =>
  tunedFields(composeServing(release, 'default'), composeServing(release, 'upstream'), servingTuningReasons);
