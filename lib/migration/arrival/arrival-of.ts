import type { KubeObject } from '../../clusters/cluster-port.ts';
import { fieldsOf } from '../../validation/fields.ts';
import { revisionName } from '../../validation/index.ts';
import type { ServiceHistory } from '../inventory/index.ts';
import type { Arrival } from './arrival.ts';
import type { ArrivingRevision } from './arriving-revision.ts';
import { sameImages } from './digests.ts';
import { type Family, familyOf } from './family.ts';
import {
  generatedNumber,
  generationOf,
  initialScale,
  isTemporary,
  labels,
  templateName,
  temporaryNames,
} from './marks.ts';
import {
  type ArrivalConflict,
  type ArrivalTarget,
  deployedThere,
  inTheWay,
  isOther,
  type Place,
  placeOn,
} from './target-place.ts';

export interface ArrivalInputs {
  /** As the source has it. */
  readonly source: ServiceHistory;
  /** The Service, or the Configuration alone, as it is to be on the target: portable and rewritten. */
  readonly object: KubeObject;
  readonly target: ArrivalTarget;
  /** Gives a Service or a Configuration as it is to be on the target. @default - as it is */
  readonly rewrite?: (object: KubeObject) => KubeObject;
}

export interface FoundArrival {
  readonly arrival: Arrival;
  /** Who is in the way; then it cannot be carried out. */
  readonly conflicts: readonly ArrivalConflict[];
  /** Why there is no way at all, and what to do, as clauses. */
  readonly refusal?: { readonly why: string; readonly action: string };
  /** What a person should know besides, as clauses. */
  readonly notes: readonly string[];
  /** What the target is to take beside the object: its missing revisions, as templates of it. */
  readonly templates: readonly KubeObject[];
}

/**
 * How a Service, or a Configuration that stands alone, comes to be on the target what it is on the source: by its
 * generation, its revisions, their names, images and places. Pure.
 */
export function arrivalOf({ source, object, target, rewrite = asItIs }: ArrivalInputs): FoundArrival {
  const whole = familyOf({ source, object, zeroScale: target.zeroScale, rewrite });
  const names = temporaryNames(
    object.metadata.name,
    (name) => whole.names.has(name) || isSomebodys(target.revision(name)),
  );
  const cramped = names === undefined && whole.generation <= 1;
  const isAnew = cramped && !isPlain(whole, object);
  const family = isAnew ? resolvedAnew(whole, object) : whole;
  const plain = cramped || isPlain(family, object);
  const place = placeOn(target, object, family, plain);
  if (!('is' in place)) return inConflict(object, family, [place]);
  const deployed = place.is === 'settled' && !place.inPlace ? deployedThere(target, family) : undefined;
  const ways = family.revisions.map((one) => inTheWay(one, target));
  const conflicts = [deployed, ...ways].filter((one) => one !== undefined);
  if (conflicts.length > 0) return inConflict(object, family, conflicts);

  const aim = aimOf(place, family, target, plain);
  const passed = Math.max(0, aim - 1 - place.generation);
  const missing = family.revisions.filter((one) => target.revision(one.object.metadata.name) === undefined);
  const made = place.is === 'nothing' && aim === 1 ? [] : missing;
  const left = (names ?? []).filter((name) => target.revision(name) !== undefined);
  const kept = aim === place.generation;
  const relabelled =
    kept || family.latest === undefined ? false : isLabelledOtherwise(family.latest, aim, target);
  const used = passed > 1 ? 2 : passed;
  const fresh = Math.max(0, used - left.length);
  const wanted = kept ? asCompleted(object, target) : object;
  const arrival: Arrival = {
    object: wanted,
    generation: aim,
    revisions:
      aim === 1 ? [] : family.revisions.map((one) => labelled(one, family, aim, kept ? target : undefined)),
    temporary: passed > 0 || left.length > 0 ? (names ?? []) : [],
    temporaryAnnotations: target.zeroScale ? { [initialScale]: '0' } : {},
    writes:
      fresh +
      passed +
      made.length +
      (relabelled ? 1 : 0) +
      finalWrites(place, aim, target, wanted) +
      (fresh + left.length),
  };
  const refusal = passed > 0 && names === undefined ? { refusal: crampedName(object) } : {};
  const starts = made.filter(({ isIdle }) => isIdle).length + used;
  return {
    arrival,
    conflicts: [],
    ...refusal,
    notes: [
      ...family.notes,
      ...(isAnew ? [crampedNote] : []),
      ...(starts > 0 && !target.zeroScale ? [podsNote(starts)] : []),
    ],
    templates: made.map(({ object: revision }) => asTemplate(object, revision)),
  };
}

/** With the template as the target completed it: under a name of its own it may not change, not even by a default less. */
function asCompleted(object: KubeObject, { service, configuration }: ArrivalTarget): KubeObject {
  const template: unknown = (object.kind === 'Service' ? service : configuration)?.spec?.template;
  return template === undefined ? object : { ...object, spec: { ...object.spec, template } };
}

const asItIs = (object: KubeObject): KubeObject => object;

const isSomebodys = (revision: KubeObject | undefined): boolean =>
  revision !== undefined && !isTemporary(revision);

/** With what its template makes on the target, whatever digests the tags had on the source. */
function resolvedAnew(family: Family, object: KubeObject): Family {
  const { latest } = family;
  if (latest === undefined) return family;
  const { status, ...source } = latest.source;
  const spec: unknown = object.spec?.template?.spec;
  const anew = { ...latest, source, object: { ...latest.object, spec } };
  return { ...family, latest: anew, revisions: family.revisions.map((one) => (one === latest ? anew : one)) };
}

/** Whether the template alone makes on the target what it made on the source. */
function isPlain({ generation, revisions, latest }: Family, object: KubeObject): boolean {
  if (generation > 1) return false;
  if (latest === undefined) return revisions.length === 0;
  const { metadata, spec } = latest.object;
  const made = templateName(object) ?? revisionName(object.metadata.name, 1);
  return (
    revisions.length === 1 &&
    metadata.name === made &&
    sameImages(fieldsOf(spec), fieldsOf(object.spec?.template?.spec))
  );
}

/** The generation that the target's Configuration is to have. */
function aimOf(place: Place, family: Family, target: ArrivalTarget, plain: boolean): number {
  const { generation, latest, revisions } = family;
  if (place.is === 'nothing') return plain ? 1 : Math.max(generation, 2);
  // A generation with another template comes in between, for the same one makes none.
  const later = place.generation + (place.hasTemplate ? 2 : 1);
  if (place.is === 'begun') return Math.max(generation, 2, later);
  const missing = revisions.filter((one) => target.revision(one.object.metadata.name) === undefined);
  if (place.inPlace) {
    // What is yet to be made there must not be taken for a later generation, nor have its name.
    const isAhead = missing.some(
      (one) => one !== latest && Math.max(generationOf(one.source) ?? 0, numberOf(one)) >= place.generation,
    );
    return isAhead ? Math.max(generation, place.generation + 2) : place.generation;
  }
  const next = Math.max(generation, later);
  // Its place among the generations changes while none asks for it.
  return latest !== undefined && isLabelledOtherwise(latest, next, target)
    ? Math.max(next, place.generation + 2)
    : next;
}

const numberOf = ({ object: { metadata } }: ArrivingRevision): number =>
  generatedNumber(metadata.labels?.[labels.configuration] ?? '', metadata.name) ?? 0;

function isLabelledOtherwise({ object }: ArrivingRevision, aim: number, target: ArrivalTarget): boolean {
  const there = target.revision(object.metadata.name);
  return there !== undefined && generationOf(there) !== aim;
}

/** Writes of the Service and its Configuration after all generations are passed. */
function finalWrites(place: Place, aim: number, target: ArrivalTarget, object: KubeObject): number {
  const live = object.kind === 'Service' ? target.service : target.configuration;
  if (place.is === 'settled') return aim > place.generation || isOther(live, object) ? 1 : 0;
  return object.kind === 'Service' && aim > 1 ? 2 : 1;
}

/** With the place that it has among the target's generations. @param target where the latest one keeps its own */
function labelled(
  one: ArrivingRevision,
  { latest }: Family,
  aim: number,
  target: ArrivalTarget | undefined,
): KubeObject {
  const { object, source } = one;
  const there = target?.revision(object.metadata.name);
  const own = generationOf(there ?? source);
  const before = own !== undefined && own < aim ? own : undefined;
  const generation = one === latest ? (there === undefined ? aim : own) : before;
  if (generation === undefined) return object;
  const { metadata } = object;
  return {
    ...object,
    metadata: { ...metadata, labels: { ...metadata.labels, [labels.generation]: String(generation) } },
  };
}

const asTemplate = (object: KubeObject, { metadata, spec }: KubeObject): KubeObject => ({
  ...object,
  spec: {
    ...object.spec,
    template: {
      metadata: { name: metadata.name, labels: metadata.labels, annotations: metadata.annotations },
      spec,
    },
  },
});

const inConflict = (
  object: KubeObject,
  { generation, notes }: Family,
  conflicts: readonly ArrivalConflict[],
): FoundArrival => ({
  arrival: { object, generation, revisions: [], temporary: [], temporaryAnnotations: {}, writes: 0 },
  conflicts,
  notes,
  templates: [],
});

const crampedName = ({ metadata: { name } }: KubeObject) => ({
  why: `its name has ${name.length} letters, which leaves none for the names of revisions that pass its generations`,
  action: 'give it a shorter name, or deploy it on the target by hand',
});

const crampedNote = 'its name leaves no room for another revision, so that its tags are resolved anew';

const podsNote = (count: number): string =>
  `${count} revision${count === 1 ? '' : 's'} without traffic start${count === 1 ? 's' : ''} a pod for a moment: allow-zero-initial-scale is not true in the target's config-autoscaler`;
