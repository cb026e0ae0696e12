interface TargetProps {
  /** Share of the requests, a whole number from 0 to 100; all targets add up to 100. @default 0 */
  readonly percent?: number;
  /** A name under which this target alone is reached: `<tag>-<service>.…`. @default - none */
  readonly tag?: string;
}

/** One target of a service's traffic: a named revision, or whichever is the latest ready one. */
export type TrafficTargetProps =
  | (TargetProps & { readonly revision: string; readonly latest?: never })
  | (TargetProps & { readonly latest: true; readonly revision?: never });

/** The targets as `spec.traffic`. */
export const trafficTargets = (targets: readonly TrafficTargetProps[]): Record<string, unknown>[] =>
  targets.map(({ revision, latest, percent, tag }) => ({
    // The webhook fills in `latestRevision`; saying it keeps the live object equal to the manifest.
    ...(revision === undefined ? {} : { revisionName: revision }),
    latestRevision: latest ?? false,
    ...(percent === undefined ? {} : { percent }),
    ...(tag === undefined ? {} : { tag }),
  }));
