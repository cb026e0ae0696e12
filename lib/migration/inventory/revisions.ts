import type { KubeObject } from '../../clusters/cluster-port.ts';
import type { InventoryObject, RevisionUse } from './item.ts';
import { keptRevisions, type Retained, retentionFrom } from './retention.ts';
import { configurationOf, isPreserved, retainedFrom } from './revision-uses.ts';
import type { ListScope, SourceReader } from './source.ts';
import type { Taking } from './taking.ts';

export interface RevisionProps {
  readonly source: SourceReader;
  readonly taking: Taking;
  /** Data of `config-gc`. */
  readonly gc: Readonly<Record<string, string>>;
  readonly scope: ListScope;
  readonly now: Date;
  readonly history: boolean;
  /** Whether only some of the namespaces' services were taken. */
  readonly labelled: boolean;
}

const kind = 'Revision.serving.knative.dev';

const parentOf = (revision: KubeObject): string | undefined => {
  const configuration = configurationOf(revision);
  return configuration === undefined ? undefined : `${revision.metadata.namespace ?? ''}/${configuration}`;
};

/**
 * The revisions of what was taken. They are read twice: what retention keeps is known only when all of a service are
 * seen, and keeping them all meanwhile would take memory that grows with the cluster.
 */
export async function* revisionEntries(props: RevisionProps): AsyncGenerator<InventoryObject> {
  const { source, taking, scope, history, labelled } = props;
  const gone = await collected(props);
  for await (const revision of source.list(kind, scope)) {
    const { namespace = '', name } = revision.metadata;
    const id = `${namespace}/${name}`;
    const parent = parentOf(revision);
    if (parent !== undefined && !taking.configured.has(parent)) continue;
    const uses = new Set<RevisionUse>(taking.uses.get(id));
    // One that stands alone matters to a Route, or to nobody who can be seen.
    if (parent === undefined && uses.size === 0 && labelled) continue;
    if (isPreserved(revision)) uses.add('preserved');
    const kept = history || uses.size > 0 || !gone.has(id);
    if (!gone.has(id) && uses.size === 0) uses.add('retained');
    yield* taking.revision(revision, [...uses].sort(), kept);
  }
}

/** `namespace/name` of those that Knative's collector would take away. */
async function collected({ source, taking, gc, scope, now }: RevisionProps): Promise<Set<string>> {
  const families = new Map<string, Retained[]>();
  for await (const revision of source.list(kind, scope)) {
    const parent = parentOf(revision);
    const configured = parent === undefined ? undefined : taking.configured.get(parent);
    if (parent === undefined || configured === undefined) continue;
    const family = families.get(parent) ?? [];
    family.push(retainedFrom(revision, configured.latestReady === revision.metadata.name));
    families.set(parent, family);
  }
  const retention = retentionFrom(gc);
  const gone = new Set<string>();
  for (const [parent, family] of families) {
    const kept = keptRevisions(family, retention, now.getTime());
    const namespace = parent.slice(0, parent.indexOf('/'));
    for (const { name } of family) if (!kept.has(name)) gone.add(`${namespace}/${name}`);
  }
  return gone;
}
