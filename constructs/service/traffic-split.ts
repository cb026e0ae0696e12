import { type Problem, ZeroshiftError } from '../../lib/messages/error.ts';
import { given } from './given.ts';
import { number, object, only, text } from './kinds.ts';

interface TargetProps {
  /** Share of the requests, a whole number from 0 to 100; all targets add up to 100. @default 0 */
  readonly percent?: number;
  /** A name under which this target alone is reached: `<tag>-<service>.…`, each tag once. @default - none */
  readonly tag?: string;
}

/** One target of a service's traffic: a named revision, or whichever is the latest ready one. */
export type TrafficTargetProps =
  | (TargetProps & { readonly revision: string; readonly latest?: never })
  | (TargetProps & { readonly latest: true; readonly revision?: never });

/** Targets whose percentages add up to 100. */
export type TrafficSplit = readonly TrafficTargetProps[];

/** A share of the requests for something new, the rest for what is proven. */
export interface CanaryProps {
  /** Name of the proven revision. */
  readonly stable: string;
  /** Name of the new revision. @default - the latest ready one */
  readonly candidate?: string;
  /** Share of the new one, a whole number from 0 to 100. 0 with a tag: nobody but who asks for it. */
  readonly percent: number;
  /** A name under which the new one alone is reached. @default - none */
  readonly tag?: string;
}

const targetOf = (revision: string | undefined): TrafficTargetProps =>
  revision === undefined ? { latest: true } : { revision };

/** The usual splits, as the `traffic` of a service; any other is a list of targets. */
export const TrafficSplit = {
  /** Everything to whichever revision is the latest ready one. */
  latest: (): TrafficSplit => [{ latest: true, percent: 100 }],

  /** Everything to one revision, whatever comes after it. */
  pinned: (revision: string): TrafficSplit => [{ revision, percent: 100 }],

  /**
   * A share to a new revision, the rest to the proven one.
   * @throws ZeroshiftError `traffic.invalid` where the share is none, or both are the same revision
   */
  canary({ stable, candidate, percent, tag }: CanaryProps): TrafficSplit {
    const problems: Problem[] = [];
    if (!Number.isInteger(percent) || percent < 0 || percent > 100)
      problems.push({ where: 'percent', value: percent, allowed: 'a whole number from 0 to 100' });
    if (candidate === stable)
      problems.push({ where: 'candidate', value: candidate, allowed: 'another revision than stable' });
    if (problems.length > 0)
      throw new ZeroshiftError(`the canary beside ${stable} is no split`, {
        code: 'traffic.invalid',
        source: 'user',
        problems,
        action: 'mend the props named above and run it again',
      });
    return [
      { revision: stable, percent: 100 - percent },
      { ...targetOf(candidate), percent, ...(tag === undefined ? {} : { tag }) },
    ];
  },
} as const;

export const targetKind = object<TrafficTargetProps>({
  revision: text,
  latest: only(true, 'true, or the name of a revision instead'),
  percent: number,
  tag: text,
});

/** The targets as `spec.traffic`. */
export const trafficTargets = (targets: readonly TrafficTargetProps[]): Record<string, unknown>[] =>
  targets.map(({ revision, latest, percent, tag }) =>
    // The webhook fills in `latestRevision`; saying it keeps the live object equal to the manifest.
    given({ revisionName: revision, latestRevision: latest ?? false, percent, tag }),
  );
