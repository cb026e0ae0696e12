import type { KubeObject } from '../../../clusters/cluster-port.ts';
import type { Store } from '../../kube-api/index.ts';
import { labels, resources } from '../objects/index.ts';
import type { Conditions } from './conditions.ts';
import { readyIs } from './reconcile-status.ts';

/** A target of a route's spec. */
export interface TrafficTarget {
  readonly tag?: string;
  readonly percent?: number;
  readonly latestRevision?: boolean;
  readonly revisionName?: string;
  readonly configurationName?: string;
}

/** A target that leads to one revision. */
export interface RevisionTarget {
  readonly tag: string;
  readonly percent: number;
  readonly latestRevision: boolean;
  readonly revisionName: string;
}

/** Why traffic cannot be assigned; what upstream says of it on the route. */
export interface BadTarget {
  readonly failure: boolean;
  readonly reason: string;
  readonly message: string;
}

export type Traffic =
  | { readonly targets: readonly RevisionTarget[]; readonly bad?: undefined }
  | { readonly bad: BadTarget };

/** Flattens a route's spec to revisions; all of it or none. A failure counts before something that is not ready yet. */
export function resolveTraffic(store: Store, route: KubeObject): Traffic {
  const targets: RevisionTarget[] = [];
  let bad: BadTarget | undefined;
  for (const target of (route.spec.traffic ?? []) as readonly TrafficTarget[]) {
    const found = resolveTarget(store, route, target);
    if ('failure' in found) {
      if (bad === undefined || found.failure) bad = found;
      continue;
    }
    const resolved: RevisionTarget = {
      tag: target.tag ?? '',
      percent: target.percent ?? 0,
      latestRevision: target.latestRevision ?? target.revisionName === undefined,
      revisionName: found.revisionName,
    };
    const same = targets.findIndex(
      (other) =>
        other.tag === resolved.tag &&
        other.revisionName === resolved.revisionName &&
        other.latestRevision === resolved.latestRevision,
    );
    const other = targets[same];
    if (other === undefined) targets.push(resolved);
    else targets[same] = { ...other, percent: other.percent + resolved.percent };
  }
  return bad === undefined ? { targets } : { bad };
}

function resolveTarget(
  store: Store,
  route: KubeObject,
  target: TrafficTarget,
): { readonly revisionName: string } | BadTarget {
  const { namespace } = route.metadata;
  if (target.revisionName !== undefined) return revisionTarget(store, route, target.revisionName);
  const name = target.configurationName ?? '';
  const configuration = store.get(resources.configurations, namespace, name);
  if (configuration === undefined) return missing('Configuration', name);
  const latest: string | undefined = configuration.status?.latestReadyRevisionName;
  if (latest === undefined)
    return readyIs(configuration, 'False')
      ? failed(`Configuration ${quoted(name)} does not have any ready Revision.`)
      : waiting(`Configuration ${quoted(name)} is waiting for a Revision to become ready.`);
  const revision = store.get(resources.revisions, namespace, latest);
  return revision === undefined ? missing('Revision', latest) : readyTarget(revision);
}

function revisionTarget(
  store: Store,
  route: KubeObject,
  name: string,
): { readonly revisionName: string } | BadTarget {
  const revision = store.get(resources.revisions, route.metadata.namespace, name);
  if (revision === undefined) return missing('Revision', name);
  const service = route.metadata.labels?.[labels.service];
  const actual = revision.metadata.labels?.[labels.service];
  if (service !== undefined && service !== actual)
    return {
      failure: true,
      reason: 'RevisionNotOwned',
      message:
        actual === undefined
          ? `Revision ${quoted(name)} does not belong to Service ${quoted(service)}.`
          : `Revision ${quoted(name)} belongs to Service ${quoted(actual)}, not Service ${quoted(service)}.`,
    };
  return readyTarget(revision);
}

function readyTarget(revision: KubeObject): { readonly revisionName: string } | BadTarget {
  const { name } = revision.metadata;
  if (readyIs(revision, 'True')) return { revisionName: name };
  return readyIs(revision, 'False')
    ? failed(`Revision ${quoted(name)} failed to become ready.`)
    : waiting(`Revision ${quoted(name)} is not yet ready.`);
}

const quoted = (name: string): string => JSON.stringify(name);
const failed = (message: string): BadTarget => ({ failure: true, reason: 'RevisionMissing', message });
const waiting = (message: string): BadTarget => ({ failure: false, reason: 'RevisionMissing', message });
const missing = (kind: string, name: string): BadTarget => ({
  failure: true,
  reason: `${kind}Missing`,
  message: `${kind} ${quoted(name)} referenced in traffic not found.`,
});

export function markBadTarget(conditions: Conditions, bad: BadTarget): void {
  if (bad.failure) conditions.markFalse('AllTrafficAssigned', bad.reason, bad.message);
  else conditions.markUnknown('AllTrafficAssigned', bad.reason, bad.message);
}

/** Shares of a host: all targets together, or one tag's, by revision. */
export function splitsOf(
  targets: readonly RevisionTarget[],
  tag: string,
): readonly { readonly revision: string; readonly percent: number }[] {
  if (tag !== '') {
    const tagged = targets.find((target) => target.tag === tag);
    return tagged === undefined ? [] : [{ revision: tagged.revisionName, percent: 100 }];
  }
  const shares = new Map<string, number>();
  for (const { revisionName, percent } of targets)
    shares.set(revisionName, (shares.get(revisionName) ?? 0) + percent);
  return [...shares]
    .filter(([, percent]) => percent > 0)
    .map(([revision, percent]) => ({ revision, percent }));
}

/** All tags of a route's targets, the empty one for the route itself first. */
export const tagsOf = (targets: readonly { readonly tag?: string }[]): string[] => [
  ...new Set(['', ...targets.map((target) => target.tag ?? '').sort()]),
];
