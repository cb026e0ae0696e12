import type { Fields } from '../../validation/fields.ts';

/** One target of a service's traffic. */
export interface TrafficTarget extends Fields {
  readonly revisionName?: string;
  readonly latestRevision?: boolean;
  readonly tag?: string;
  readonly percent?: number;
}

export interface MendedTraffic {
  readonly traffic: readonly TrafficTarget[];
  /** Whether the file said nothing, so that all of it follows the latest revision. */
  readonly missing: boolean;
  /** The name that stood beside `latestRevision: true`: what the latest ready revision was called. */
  readonly latest?: string;
}

/** A service's traffic as the webhook takes it. */
export function mendTraffic(given: readonly TrafficTarget[] | undefined): MendedTraffic {
  if (given === undefined || given.length === 0)
    return { traffic: [{ latestRevision: true, percent: 100 }], missing: true };
  const latest = given.find(({ latestRevision, revisionName }) => latestRevision === true && revisionName);
  const traffic = given.map((target) => {
    if (target.latestRevision !== true) return target;
    const { revisionName: _, ...rest } = target;
    return rest;
  });
  return {
    traffic,
    missing: false,
    ...(latest?.revisionName === undefined ? {} : { latest: latest.revisionName }),
  };
}
