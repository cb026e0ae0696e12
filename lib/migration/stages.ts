import type { KubeObject } from '../clusters/cluster-port.ts';
import { ZeroshiftError } from '../messages/error.ts';
import { keyOf, type ServiceInventory } from './inventory.ts';
import { portable } from './portable.ts';

/** One write on the way to a service: after it, this revision must exist before the next. */
export interface Stage {
  readonly object: KubeObject;
  /** @default - the last stage: the service as it is, whatever its revision is called */
  readonly revision?: string;
}

const generationOf = (revision: KubeObject): number =>
  Number(revision.metadata.labels?.['serving.knative.dev/configurationGeneration'] ?? 0);

/**
 * The writes that recreate a service with the revisions that its traffic names. Revisions are never copied: the
 * target's own controller makes each of them from its template, in the order in which they came to be, so that none
 * can be taken for a later generation of the service.
 * @throws ZeroshiftError `migration.revision-gap` when a generated name could not come out the same
 */
export function stagesOf({ service, revisions }: ServiceInventory): Stage[] {
  const latest: string | undefined = service.status?.latestReadyRevisionName;
  const pinned = new Set<string>(
    [...(service.spec?.traffic ?? [])].map((target: { revisionName?: string }) => target.revisionName ?? ''),
  );
  const named: string | undefined = service.spec?.template?.metadata?.name;
  const earlier = revisions
    .filter(
      ({ metadata }) => pinned.has(metadata.name) && metadata.name !== latest && metadata.name !== named,
    )
    .sort((a, b) => generationOf(a) - generationOf(b));
  const stages: Stage[] = earlier.map((revision, index) => ({
    object: earlierService(service, revision, index + 1),
    revision: revision.metadata.name,
  }));
  const last = stages.length + 1;
  const generated = `${service.metadata.name}-${String(last).padStart(5, '0')}`;
  if (latest !== undefined && pinned.has(latest) && named === undefined && latest !== generated)
    throw gap(service, latest, generated);
  return [...stages, { object: portable(service) }];
}

/** The service as it was when it made this revision. */
function earlierService(service: KubeObject, revision: KubeObject, generation: number): KubeObject {
  const { name } = revision.metadata;
  const generated = `${service.metadata.name}-${String(generationOf(revision)).padStart(5, '0')}`;
  // A generated name comes out the same only in the same generation; given by hand it would collide later.
  if (name === generated && generationOf(revision) !== generation)
    throw gap(service, name, `${service.metadata.name}-${String(generation).padStart(5, '0')}`);
  const { labels, annotations } = portable(revision).metadata;
  const own = Object.fromEntries(
    Object.entries(labels ?? {}).filter(([key]) => !key.startsWith('serving.knative.dev/')),
  );
  const { traffic, ...spec } = portable(service).spec;
  return {
    ...portable(service),
    spec: {
      ...spec,
      template: {
        metadata: {
          ...(name === generated ? {} : { name }),
          ...(Object.keys(own).length > 0 ? { labels: own } : {}),
          ...(annotations === undefined ? {} : { annotations }),
        },
        spec: revision.spec,
      },
      traffic: [{ latestRevision: true, percent: 100 }],
    },
  };
}

const gap = (service: KubeObject, name: string, would: string): ZeroshiftError =>
  new ZeroshiftError(`${keyOf(service)} pins a revision whose name cannot be made again`, {
    code: 'migration.revision-gap',
    source: 'user',
    problems: [
      {
        where: 'spec.traffic',
        value: name,
        allowed: `a revision that is named in its template; it would become ${would}`,
      },
    ],
    action:
      'name the revision in its template (spec.template.metadata.name), or let the traffic follow the latest one',
  });
