import type { KubeObject } from '../../clusters/cluster-port.ts';
import type { MigrationDefinition, Rewrite, RewriteContext } from '../../fleet/fleet.ts';
import type {
  InventoryEntry,
  InventoryMissing,
  InventoryObject,
  InventorySetting,
  ServiceHistory,
} from '../inventory/index.ts';
import { groupKindOf, keyOf, keyText, type ObjectKey } from '../inventory/names.ts';
import { challengeOf, issuerOf } from '../inventory/owners.ts';
import { Texts } from '../inventory/texts.ts';
import { asHandedOver } from './handed-over.ts';
import { type Judgement, judgeObject } from './judge.ts';
import { classLacks, featureLacks, kindLack, liveLack, namespaceLack, revisionLacks } from './lacks.ts';
import { levelOf } from './levels.ts';
import { withPacked } from './packed.ts';
import type {
  LeftObject,
  MissingObject,
  ObjectPlace,
  OtherSetting,
  PlannedObject,
  Refusal,
  RegionPlan,
} from './plan.ts';
import { rewriteName, rewriteObject } from './rewrites.ts';
import { fits } from './runs.ts';
import { hasHistory, knativeRevision, type ServiceArrival, serviceArrival } from './service-arrival.ts';
import { Target, type TargetRelease, type TargetState } from './target.ts';
import {
  isCopied,
  type LeftEntry,
  type SortProps,
  secretOf,
  sortEntry,
  type WantedObject,
} from './wanted.ts';

/** What is to move, as the source and the fleet say. */
export interface MigrationSource {
  readonly entries: Iterable<InventoryEntry> & { readonly at: (index: number) => InventoryEntry | undefined };
  /** Where Knative's Services and Configurations among them come from, as they are on the source. */
  readonly histories: {
    readonly of: (object: KubeObject) => ServiceHistory;
    /** `namespace/name` of revisions whose names do not begin with their Configuration's. @default - there are none */
    readonly unusual?: ReadonlySet<string>;
  };
  /** @default - everything moves as it is */
  readonly migration?: MigrationDefinition;
  /** @default - what others deliver or make is left to them */
  readonly copyManaged?: readonly string[];
  readonly context: RewriteContext;
}

export interface MigrationInputs extends MigrationSource {
  readonly target: TargetState;
  readonly release: TargetRelease;
}

const nothingSaid: MigrationDefinition = { rewrites: [], workloads: [] };

/** What becomes of the objects of an inventory, one by one: made anew each time, for all of them would take much memory. */
export function* sorted(inputs: MigrationSource) {
  const props = sortProps(inputs);
  let at = 0;
  for (const entry of inputs.entries) {
    const found = entry.entry === 'object' ? sortEntry(entry, props) : undefined;
    if (found !== undefined) yield { ...found, at };
    at++;
  }
}

/** The entries of one sort. */
export const ofSort = <Sort extends InventoryEntry['entry']>(
  entries: Iterable<InventoryEntry>,
  sort: Sort,
): Extract<InventoryEntry, { entry: Sort }>[] => {
  const found: Extract<InventoryEntry, { entry: Sort }>[] = [];
  for (const entry of entries)
    if (entry.entry === sort) found.push(entry as Extract<InventoryEntry, { entry: Sort }>);
  return found;
};

/** One object as it is to be on the target; undefined where it is not to be made. */
export function wantedFrom(entry: InventoryObject, inputs: MigrationSource): WantedObject | undefined {
  const found = sortEntry(entry, sortProps(inputs));
  return found !== undefined && 'wanted' in found ? found.wanted : undefined;
}

/** Whether a revision comes with the Service of an entry. */
export const isArriving = (
  { histories }: Pick<MigrationSource, 'histories'>,
  { object }: InventoryObject,
  revision: string,
): boolean =>
  hasHistory(object) &&
  histories
    .of(object)
    .revisions.some(({ metadata }) => metadata.name === revision && metadata.deletionTimestamp === undefined);

const sortProps = ({ migration = nothingSaid, copyManaged = [], context }: MigrationSource): SortProps => ({
  migration,
  copyManaged,
  context,
});

const placeOf = ({ apiVersion, kind, metadata: { namespace, name } }: KubeObject): ObjectPlace => ({
  apiVersion,
  kind,
  ...(namespace === undefined ? {} : { namespace }),
  name,
});

const orderText = ({
  level = 0,
  kind,
  apiVersion,
  namespace = '',
  name,
}: ObjectPlace & { level?: number }): string =>
  [String(level).padStart(2, '0'), kind, apiVersion, namespace, name].join('\n');

const inOrder = <Place extends ObjectPlace>(places: readonly Place[]): Place[] =>
  places
    .map((place) => ({ place, text: orderText(place) }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ place }) => place);

/**
 * What makes the target hold what the source holds: creates, updates, unchanged, conflicts and refusals, in order of
 * dependency. Pure: the same inputs, in whatever order, give the same plan.
 */
export function planMigration(inputs: MigrationInputs): RegionPlan {
  const { entries, context } = inputs;
  const target = new Target(inputs.target);
  const planner = new Planner(inputs, target);
  return {
    region: context.region,
    objects: inOrder([...planner.objects()]),
    left: inOrder(planner.left),
    missing: missingObjects(entries, target),
    settings: otherSettings(entries, target),
    unread: ofSort(entries, 'unread')
      .map(
        ({ kind, namespace, why }) => `${kind}${namespace === undefined ? '' : ` in ${namespace}`}: ${why}`,
      )
      .sort(),
    unused: unusedRules(inputs),
  };
}

class Planner {
  readonly #inputs: MigrationInputs;
  readonly #target: Target;
  readonly left: LeftObject[] = [];
  /** How many objects would have this name on the target. */
  readonly #made = new Map<string, number>();
  readonly #revisions = new Map<string, ReadonlySet<string>>();
  readonly #issuers = new Map<string, KubeObject>();

  constructor(inputs: MigrationInputs, target: Target) {
    this.#inputs = inputs;
    this.#target = target;
    for (const one of sorted(inputs))
      if ('left' in one) this.left.push(leftObject(one.left, target));
      else {
        const text = keyText(keyOf(one.wanted.object));
        this.#made.set(text, (this.#made.get(text) ?? 0) + 1);
      }
    for (const entry of inputs.entries)
      if (entry.entry === 'object' && entry.kind.endsWith('Issuer'))
        this.#issuers.set(keyText(keyOf(entry.object)), entry.object);
  }

  *objects(): Generator<PlannedObject> {
    const texts = new Texts();
    for (const one of sorted(this.#inputs))
      if ('wanted' in one) {
        const { writes, arrival, ...told } = this.#planned(one.wanted);
        const parts = {
          ...(writes === undefined ? {} : { writes }),
          ...(arrival === undefined ? {} : { arrival }),
        };
        yield withPacked(told, parts, texts);
      }
  }

  #planned(wanted: WantedObject): PlannedObject {
    const { migration = nothingSaid, context, histories } = this.#inputs;
    const { object, entry } = wanted;
    if (!hasHistory(object) || wanted.refusals.length > 0) return this.#plan(wanted);
    const source = histories.of(entry.object);
    const arrival = serviceArrival(source, object, this.#target, migration.rewrites, context);
    const rewritten = new Map(
      [...wanted.rewritten, ...arrival.rewritten].map((one) => [JSON.stringify(one), one]),
    );
    return this.#plan({ ...wanted, rewritten: [...rewritten.values()], refusals: arrival.refusals }, arrival);
  }

  #plan(wanted: WantedObject, service?: ServiceArrival): PlannedObject {
    const { entry, rewritten, runs, waits } = wanted;
    const key = keyOf(wanted.object);
    const live = this.#target.get(key);
    const object = runs === 'singleton' ? asHandedOver(wanted.object, live) : wanted.object;
    const told = {
      level: levelOf(key.kind),
      ...placeOf(object),
      ...(rewritten.length === 0 ? {} : { rewritten }),
      ...(runs === undefined ? {} : { runs }),
      ...(waits === undefined ? {} : { waits }),
      ...(entry.keys === undefined ? {} : { keys: entry.keys }),
    };
    const refusals = this.#refusals(wanted, service);
    if (refusals.length > 0) return { ...told, verdict: 'refusal', refusals };
    const differingKeys = this.#target.state.differingKeys.get(keyText(key));
    const judgement: Judgement = this.#target.holds(key)
      ? { verdict: 'unchanged' }
      : judgeObject(object, live, differingKeys);
    if (service !== undefined) return { ...told, ...arriving(judgement, service, live) };
    const { verdict } = judgement;
    return {
      ...told,
      ...judgement,
      ...(verdict === 'create' || verdict === 'update' ? { writes: [{ object }] } : {}),
    };
  }

  #refusals({ object, entry, refusals }: WantedObject, service: ServiceArrival | undefined): Refusal[] {
    const target = this.#target;
    const key = keyText(keyOf(object));
    const isMade = (needed: ObjectKey): boolean => this.#made.has(keyText(needed));
    const found = [
      ...refusals,
      kindLack(object, target),
      liveLack(object, target),
      namespaceLack(object, target, isMade),
      ...[object, ...(service?.found.templates ?? [])].flatMap((one) => [
        ...classLacks(one, target, isMade),
        ...featureLacks(one, target, this.#inputs.release),
      ]),
      this.#certificateLack(object, isMade),
      ...revisionLacks(object, (name) => this.#comes(entry, name)),
      (this.#made.get(key) ?? 0) > 1 ? sameName : undefined,
    ].filter((one) => one !== undefined);
    return [...new Map(found.map((one) => [`${one.code} ${one.why}`, one])).values()];
  }

  /** With this service or another one, or it is there already. */
  #comes(entry: InventoryObject, name: string): boolean {
    const { namespace = '' } = entry.object.metadata;
    if (isArriving(this.#inputs, entry, name)) return true;
    if (this.#target.has({ kind: knativeRevision, namespace, name })) return true;
    return this.#arriving(namespace).has(name);
  }

  /** Names of all revisions that come into a namespace: looked for only where one is not its service's own. */
  #arriving(namespace: string): ReadonlySet<string> {
    const known = this.#revisions.get(namespace);
    if (known !== undefined) return known;
    const names = new Set<string>();
    for (const one of sorted(this.#inputs)) {
      if (!('wanted' in one) || !hasHistory(one.wanted.object)) continue;
      const { object } = one.wanted.entry;
      if (object.metadata.namespace === namespace)
        for (const { metadata } of this.#inputs.histories.of(object).revisions) names.add(metadata.name);
    }
    this.#revisions.set(namespace, names);
    return names;
  }

  #certificateLack(object: KubeObject, isMade: (key: ObjectKey) => boolean): Refusal | undefined {
    if (groupKindOf(object) !== 'Certificate.cert-manager.io') return undefined;
    const secret = secretOf(object);
    const issuer = issuerOf(object);
    if (secret === undefined || issuer === undefined || isMade(secret) || this.#target.has(secret))
      return undefined;
    const challenge = challengeOf(this.#issuers.get(keyText(issuer)));
    return challenge === 'http-01' || challenge === 'mixed'
      ? {
          code: 'certificate-without-secret',
          why: `its issuer asks by ${challenge}, which needs the traffic, and the source has no ${keyText(secret)} to take along`,
          action: 'wait until the certificate is issued on the source, or use an issuer that asks by dns-01',
        }
      : undefined;
  }
}

/** What becomes of a Service or a Configuration with its history, which is missing however equal the object itself is. */
function arriving(
  judgement: Judgement,
  { found, conflicts: more }: ServiceArrival,
  live: KubeObject | undefined,
): Judgement & Pick<PlannedObject, 'arrival' | 'notes'> {
  const { arrival, notes } = found;
  const conflicts = [...(judgement.conflicts ?? []), ...more];
  if (conflicts.length > 0) return { ...judgement, verdict: 'conflict', conflicts };
  if (judgement.verdict === 'refusal') return judgement;
  if (arrival.writes === 0) return { ...judgement, verdict: 'unchanged' };
  return {
    ...judgement,
    verdict: live === undefined ? 'create' : 'update',
    arrival,
    ...(notes.length === 0 ? {} : { notes }),
  };
}

const sameName: Refusal = {
  code: 'collision',
  why: 'two objects of the source would have this name on the target',
  action: "mend the rewrite that gives both the same name in the fleet's migration.rewrites",
};

function leftObject({ entry, reason, action }: LeftEntry, target: Target): LeftObject {
  const { owner, note, object } = entry;
  return {
    ...placeOf({ ...object, apiVersion: entry.apiVersion, kind: entry.kind }),
    reason,
    ...(owner === undefined ? {} : { owner }),
    there: target.has(keyOf(object)),
    ...(action === undefined ? {} : { action }),
    ...(note === undefined ? {} : { note }),
  };
}

const nameOf = ({ kind, namespace, name }: InventoryMissing): ObjectKey => ({
  kind,
  ...(namespace === undefined ? {} : { namespace }),
  name,
});

const missingObjects = (entries: Iterable<InventoryEntry>, target: Target): MissingObject[] =>
  ofSort(entries, 'missing')
    .map((entry) => ({
      ...nameOf(entry),
      neededBy: entry.neededBy.first[0] ?? '',
      there: target.has(nameOf(entry)),
    }))
    .sort((a, b) => (keyText(a) < keyText(b) ? -1 : 1));

const isOther = ({ value, fallback }: InventorySetting, target: string | undefined): boolean =>
  (target ?? fallback).trim() !== value.trim();

const otherSettings = (entries: Iterable<InventoryEntry>, target: Target): OtherSetting[] =>
  ofSort(entries, 'setting')
    .filter((entry) => isOther(entry, target.setting(entry.map, entry.key)))
    .map((entry) => ({
      map: entry.map,
      key: entry.key,
      value: entry.value,
      target: target.setting(entry.map, entry.key) ?? entry.fallback,
    }))
    .sort((a, b) => (`${a.map} ${a.key}` < `${b.map} ${b.key}` ? -1 : 1));

/** What the fleet, or the command line, says of objects that there are none of: most likely it is misspelt. */
function unusedRules({
  entries,
  migration = nothingSaid,
  copyManaged = [],
  context,
  histories,
}: MigrationInputs): string[] {
  const { rewrites, workloads } = migration;
  const isMeant = (rewrite: Rewrite, object: KubeObject): boolean => {
    const { rewritten, refusal } = rewriteObject(object, [rewrite], context);
    return rewritten.length > 0 || refusal !== undefined;
  };
  /** Each rule with what is said where it fits nothing; the entries are read once for all of them. */
  const open: { readonly fits: (entry: InventoryObject) => boolean; readonly says: string }[] = [
    ...workloads.map((rule, index) => ({
      fits: ({ object, role }: InventoryObject) => role !== undefined && fits(rule, object),
      says: `migration.workloads[${index}]: no ${rule.kind} of ${context.from} is meant by it`,
    })),
    ...rewrites.flatMap((rewrite, index) =>
      (rewrite.to ?? context.to) !== context.to
        ? []
        : [
            {
              fits: ({ object }: InventoryObject) =>
                [object, ...(hasHistory(object) ? histories.of(object).revisions : [])].some((one) =>
                  isMeant(rewrite, one),
                ),
              says: `migration.rewrites[${index}]: ${rewriteName(rewrite)} changes nothing`,
            },
          ],
    ),
    ...copyManaged.map((kind) => ({
      fits: (one: InventoryObject) => one.reason === 'managed-by' && isCopied(one, [kind]),
      says: `--copy-managed ${kind}: nothing of this kind is managed by others`,
    })),
  ];
  let unused = open;
  for (const entry of unused.length === 0 ? [] : entries)
    if (entry.entry === 'object') unused = unused.filter((rule) => !rule.fits(entry));
  return unused.map(({ says }) => says);
}
