import type { KubeObject } from '../../clusters/cluster-port.ts';
import type { ServiceHistory } from '../inventory/index.ts';
import { type ArrivingRevision, arrivingRevision, isLedTo, isReady } from './arriving-revision.ts';
import { generationOf, labels, templateName } from './marks.ts';

export interface FamilyProps {
  readonly source: ServiceHistory;
  /** The Service, or the Configuration alone, as it is to be on the target. */
  readonly object: KubeObject;
  readonly zeroScale: boolean;
  readonly rewrite: (object: KubeObject) => KubeObject;
}

/** A Service or a Configuration with the revisions that arrive, as the source has them. */
export interface Family {
  /** How often its template has changed. 0: not known, for the source has not made its Configuration yet. */
  readonly generation: number;
  /** The earliest first. */
  readonly revisions: readonly ArrivingRevision[];
  /** The one that the template made. @default - the source has not made it, or cannot */
  readonly latest?: ArrivingRevision;
  /** Names of all that matter, arriving or not. */
  readonly names: ReadonlySet<string>;
  readonly notes: readonly string[];
}

/** The name of the revision that the Configuration's template of today made. */
function latestName({ configuration, revisions }: ServiceHistory, object: KubeObject): string | undefined {
  const { generation, name } = configuration?.metadata ?? {};
  if (configuration === undefined || configuration.status?.observedGeneration !== generation)
    return undefined;
  const created: unknown = configuration.status?.latestCreatedRevisionName;
  const found = revisions.find(({ metadata }) => metadata.name === created);
  const given = templateName(object);
  // Where the name is taken, or a revision could not be made, an earlier one still stands there.
  if (found === undefined || found.metadata.labels?.[labels.configuration] !== name) return undefined;
  const isOfTemplate = given === undefined ? generationOf(found) === generation : created === given;
  return isOfTemplate ? found.metadata.name : undefined;
}

/**
 * Which revisions that matter arrive: not those that are not ready, unless they are the latest or something leads to them.
 * @param object the Service, or the Configuration alone, as it is to be on the target
 */
export function comesAlong(source: ServiceHistory, object: KubeObject): (revision: KubeObject) => boolean {
  const latest = latestName(source, object);
  return (revision) => {
    const { name } = revision.metadata;
    return name === latest || isReady(revision) || isLedTo(source.uses[name] ?? []);
  };
}

export function familyOf({ source, object, zeroScale, rewrite }: FamilyProps): Family {
  const latest = latestName(source, object);
  const arrives = comesAlong(source, object);
  const notes: string[] = [];
  const revisions = source.revisions
    .filter(
      ({ metadata }) =>
        metadata.labels?.[labels.configuration] === object.metadata.name &&
        metadata.deletionTimestamp === undefined,
    )
    .filter((revision) => {
      if (arrives(revision)) return true;
      notes.push(`${revision.metadata.name} is not ready and nothing leads to it: it stays`);
      return false;
    })
    .map((revision) =>
      arrivingRevision({
        owner: object,
        revision,
        uses: source.uses[revision.metadata.name] ?? [],
        zeroScale,
        rewrite,
      }),
    )
    .sort((a, b) => place(a, latest) - place(b, latest) || (nameOf(a) < nameOf(b) ? -1 : 1));
  for (const { object: revision, unresolved } of revisions)
    if (unresolved.length > 0)
      notes.push(
        `${revision.metadata.name}: no digest is known of ${unresolved.join(', ')}, so that the tag is resolved anew`,
      );
  const found = revisions.find((one) => nameOf(one) === latest);
  return {
    generation: source.configuration?.metadata.generation ?? 0,
    revisions,
    ...(found === undefined ? {} : { latest: found }),
    names: new Set(source.revisions.map(({ metadata }) => metadata.name)),
    notes,
  };
}

const nameOf = ({ object }: ArrivingRevision): string => object.metadata.name;

const place = (one: ArrivingRevision, latest: string | undefined): number =>
  nameOf(one) === latest ? Number.MAX_SAFE_INTEGER : (generationOf(one.source) ?? 0);
