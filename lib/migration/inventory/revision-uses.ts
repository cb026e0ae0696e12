import type { KubeObject } from '../../clusters/cluster-port.ts';
import { fieldsOf } from '../../validation/fields.ts';
import type { RevisionUse } from './item.ts';
import { listOf, textOf } from './names.ts';
import type { Retained } from './retention.ts';

/** What a Service or a Route says of revisions: what its traffic names, and where its traffic is now. */
export function usesIn({ spec, status }: KubeObject): Map<string, Set<RevisionUse>> {
  const uses = new Map<string, Set<RevisionUse>>();
  const add = (name: unknown, use: RevisionUse): void => {
    const revision = textOf(name);
    if (revision !== undefined) uses.set(revision, (uses.get(revision) ?? new Set()).add(use));
  };
  const [wanted, now] = [fieldsOf(spec), fieldsOf(status)];
  for (const target of listOf(wanted.traffic)) add(target.revisionName, 'pinned');
  for (const target of [...listOf(wanted.traffic), ...listOf(now.traffic)]) {
    if (Number(target.percent ?? 0) > 0) add(target.revisionName, 'routed');
    if (textOf(target.tag) !== undefined) add(target.revisionName, 'tagged');
  }
  add(now.latestReadyRevisionName, 'latest');
  add(now.latestCreatedRevisionName, 'latest');
  return uses;
}

const prefix = 'serving.knative.dev';
const time = (text: unknown): number => {
  const parsed = Date.parse(String(text));
  return Number.isNaN(parsed) ? 0 : parsed;
};

export const isPreserved = ({ metadata }: KubeObject): boolean =>
  metadata.annotations?.[`${prefix}/no-gc`]?.toLowerCase() === 'true';

/** The configuration that made a revision; undefined where it stands alone. */
export const configurationOf = ({ metadata }: KubeObject): string | undefined =>
  metadata.labels?.[`${prefix}/configuration`];

/** A revision as retention looks at it. @param latestReady whether it is the newest that is ready */
export function retainedFrom(revision: KubeObject, latestReady: boolean): Retained {
  const { name, creationTimestamp, labels, annotations } = revision.metadata;
  const created = time(creationTimestamp);
  const modified = annotations?.[`${prefix}/routingStateModified`];
  return {
    name,
    created,
    lastActive: modified === undefined ? created : time(modified),
    // Only what is said to have no traffic is ever collected.
    active: latestReady || isPreserved(revision) || labels?.[`${prefix}/routingState`] !== 'reserve',
  };
}
