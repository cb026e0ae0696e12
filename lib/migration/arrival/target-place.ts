import type { KubeObject } from '../../clusters/cluster-port.ts';
import { differences } from '../plan/differences.ts';
import { droppedPaths } from '../plan/field-owners.ts';
import { type ArrivingRevision, otherThan } from './arriving-revision.ts';
import type { Family } from './family.ts';
import { generationOf, isControlledBy, isOurs, isTemporary, ownerOf, templateName } from './marks.ts';

/** What the target has of a Service or a Configuration. */
export interface ArrivalTarget {
  readonly service?: KubeObject;
  readonly configuration?: KubeObject;
  /** A revision by its name: it knows those that matter on the source, temporary ones, and the Configuration's latest. */
  readonly revision: (name: string) => KubeObject | undefined;
  /** Whether revisions may begin with no pods there. */
  readonly zeroScale: boolean;
}

/** Something of somebody else's is in the way. */
export interface ArrivalConflict {
  readonly field: string;
  readonly owner: string;
  /** A clause. */
  readonly why: string;
}

/** How far the target has come. */
export type Place =
  | { readonly is: 'nothing'; readonly generation: 0 }
  /** A Configuration that nobody owns yet. */
  | { readonly is: 'begun'; readonly generation: number; readonly hasTemplate: boolean }
  /**
   * @param inPlace the template and its revision are there
   * @param hasTemplate the template is there: written once more it changes nothing
   */
  | {
      readonly is: 'settled';
      readonly generation: number;
      readonly inPlace: boolean;
      readonly hasTemplate: boolean;
    };

/**
 * Whether a template says what it is to say. It may say more, by defaults of the target: that it says more by an earlier
 * template is seen by the revision, which is another one then.
 */
const hasTemplate = (live: KubeObject, want: KubeObject): boolean =>
  templateName(live) === templateName(want) &&
  differences(live.spec?.template, want.spec?.template).length === 0;

/** Whether anything of an object would change by an apply. */
export const isOther = (live: KubeObject | undefined, want: KubeObject): boolean =>
  live === undefined ||
  // What nobody asked for an apply leaves.
  differences(live, want).some(({ how }) => how !== 'extra') ||
  droppedPaths(live, want).length > 0;

/** @param plain whether the target's controller makes the same revision by itself */
export function placeOn(
  target: ArrivalTarget,
  object: KubeObject,
  family: Family,
  plain: boolean,
): Place | ArrivalConflict {
  const { configuration } = target;
  const service = object.kind === 'Service' ? target.service : configuration;
  const generation = configuration?.metadata.generation ?? (service === undefined ? 0 : 1);
  if (configuration === undefined && service === undefined) return { is: 'nothing', generation: 0 };
  if (configuration?.metadata.deletionTimestamp !== undefined) return leaving(configuration);
  const owner = configuration === undefined ? undefined : ownerOf(configuration);
  if (configuration !== undefined && owner !== undefined) {
    const isItsOwn = object.kind === 'Service' && isControlledBy(configuration, service?.metadata.uid);
    if (!isItsOwn) return owned(configuration, `${owner.kind} ${owner.name}`);
  }
  if (object.kind === 'Service' && configuration !== undefined && owner === undefined) {
    if (!isOurs(configuration)) return owned(configuration, 'somebody');
    return { is: 'begun', generation, hasTemplate: false };
  }
  const inPlace = isInPlace(target, service, object, family, plain);
  const isThere =
    service !== undefined &&
    configuration !== undefined &&
    hasTemplate(service, object) &&
    hasTemplate(configuration, object);
  if (inPlace || object.kind === 'Service')
    return { is: 'settled', generation, inPlace, hasTemplate: isThere };
  if (configuration !== undefined && !isOurs(configuration)) return owned(configuration, 'somebody');
  return { is: 'begun', generation, hasTemplate: isThere };
}

const owned = ({ kind, metadata }: KubeObject, owner: string): ArrivalConflict => ({
  field: `${kind} ${metadata.name}`,
  owner,
  why: `the target has a ${kind} ${metadata.name} that is ${owner}'s`,
});

const leaving = ({ kind, metadata }: KubeObject): ArrivalConflict => ({
  field: `${kind} ${metadata.name}`,
  owner: 'the target',
  why: `the ${kind} ${metadata.name} of the target is being deleted`,
});

function isInPlace(
  { configuration, revision }: ArrivalTarget,
  service: KubeObject | undefined,
  object: KubeObject,
  { latest }: Family,
  plain: boolean,
): boolean {
  if (service === undefined || !hasTemplate(service, object)) return false;
  const hasFollowed = configuration !== undefined && hasTemplate(configuration, object);
  if (latest === undefined) return configuration === undefined || hasFollowed;
  const there = revision(latest.object.metadata.name);
  if (there === undefined) {
    // It has just been applied, and the controller is at it.
    if (!plain || configuration === undefined) return plain;
    return configuration.status?.observedGeneration !== configuration.metadata.generation;
  }
  if (!hasFollowed || !isControlledBy(there, configuration.metadata.uid)) return false;
  if (otherThan(latest, there) !== undefined) return false;
  return templateName(object) !== undefined || generationOf(there) === configuration.metadata.generation;
}

/** A revision of this name that is there and is another one. */
export function inTheWay(
  arriving: ArrivingRevision,
  { configuration, revision }: ArrivalTarget,
): ArrivalConflict | undefined {
  const { name } = arriving.object.metadata;
  const there = revision(name);
  if (there === undefined) return undefined;
  if (there.metadata.deletionTimestamp !== undefined) return leaving(there);
  const field = `Revision ${name}`;
  const owner = ownerOf(there);
  if (configuration === undefined || !isControlledBy(there, configuration.metadata.uid)) {
    const who = owner === undefined ? 'somebody' : `${owner.kind} ${owner.name}`;
    return { field, owner: who, why: `the target has a revision ${name} that is ${who}'s` };
  }
  const other = otherThan(arriving, there);
  return other === undefined
    ? undefined
    : { field, owner: 'the target', why: `the target has another revision ${name}: ${other}` };
}

/** Whether somebody brought a newer template to the target than the source ever had. */
export function deployedThere(
  { configuration, revision }: ArrivalTarget,
  { generation, names }: Family,
): ArrivalConflict | undefined {
  const there = configuration?.metadata.generation ?? 0;
  const latest: string | undefined = configuration?.status?.latestCreatedRevisionName;
  if (latest === undefined || there < generation || names.has(latest)) return undefined;
  const found = revision(latest);
  if (found !== undefined && (isOurs(found) || isTemporary(found))) return undefined;
  return {
    field: `Revision ${latest}`,
    owner: 'the target',
    why: `the target deployed ${latest} (generation ${there}), which the source does not have (generation ${generation})`,
  };
}
