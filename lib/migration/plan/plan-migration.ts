import type { KubeObject } from '../../clusters/cluster-port.ts';
import type { MigrationDefinition, RewriteContext } from '../../fleet/fleet.ts';
import type {
  InventoryEntry,
  InventoryMissing,
  InventoryObject,
  InventorySetting,
} from '../inventory/index.ts';
import { groupKindOf, keyOf, keyText, type ObjectKey } from '../inventory/names.ts';
import { challengeOf, issuerOf } from '../inventory/owners.ts';
import { type ServiceInventory, keyOf as serviceKey } from '../inventory.ts';
import { judgeObject } from './judge.ts';
import { classLacks, featureLacks, kindLack, liveLack, namespaceLack } from './lacks.ts';
import { levelOf } from './levels.ts';
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
import { type ServiceWrites, serviceWrites } from './service-writes.ts';
import { Target, type TargetRelease, type TargetState } from './target.ts';
import { isCopied, type LeftEntry, secretOf, sortEntries, type WantedObject } from './wanted.ts';

/** What is to move, as the source and the fleet say. */
export interface MigrationSource {
  readonly entries: readonly InventoryEntry[];
  /** The Knative Services among them with their history, as they are on the source. */
  readonly services: readonly ServiceInventory[];
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

export const knativeService = 'Service.serving.knative.dev';
const nothingSaid: MigrationDefinition = { rewrites: [], workloads: [] };

export const sorted = ({ entries, migration = nothingSaid, copyManaged = [], context }: MigrationSource) =>
  sortEntries(
    entries.filter((entry) => entry.entry === 'object'),
    { migration, copyManaged, context },
  );

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
  const { wanted, left } = sorted(inputs);
  return {
    region: context.region,
    objects: inOrder(new Planner(inputs, target, wanted).objects()),
    left: inOrder(left.map((one) => leftObject(one, target))),
    missing: missingObjects(entries, target),
    settings: otherSettings(entries, target),
    unread: entries
      .flatMap((entry) => (entry.entry === 'unread' ? [entry] : []))
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
  readonly #wanted: readonly WantedObject[];
  /** How many objects would have this name on the target. */
  readonly #made = new Map<string, number>();
  readonly #issuers: ReadonlyMap<string, KubeObject>;

  constructor(inputs: MigrationInputs, target: Target, wanted: readonly WantedObject[]) {
    this.#inputs = inputs;
    this.#target = target;
    this.#wanted = wanted;
    for (const { object } of wanted) {
      const text = keyText(keyOf(object));
      this.#made.set(text, (this.#made.get(text) ?? 0) + 1);
    }
    this.#issuers = new Map(
      inputs.entries.flatMap((entry) =>
        entry.entry === 'object' && entry.kind.endsWith('Issuer')
          ? [[keyText(keyOf(entry.object)), entry.object] as const]
          : [],
      ),
    );
  }

  objects(): PlannedObject[] {
    const services = new Map(this.#inputs.services.map((one) => [serviceKey(one.service), one]));
    return this.#wanted.map((wanted) => {
      if (groupKindOf(wanted.object) !== knativeService || wanted.refusals.length > 0)
        return this.#plan(wanted);
      const found = services.get(serviceKey(wanted.entry.object));
      if (found === undefined) return this.#plan({ ...wanted, refusals: [goneMeanwhile] });
      const { migration = nothingSaid, context } = this.#inputs;
      const writes = serviceWrites(
        found,
        wanted.object,
        (object) => rewriteObject(object, migration.rewrites, context),
        this.#target,
      );
      const { object, rewritten, refusals } = writes;
      return this.#plan({ ...wanted, object, rewritten, refusals }, writes);
    });
  }

  #plan(wanted: WantedObject, service?: ServiceWrites): PlannedObject {
    const { object, entry, rewritten, runs, waits } = wanted;
    const key = keyOf(object);
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
    const judgement = judgeObject(object, this.#target.get(key), differingKeys);
    // History that is missing on the target is a change too, however equal the service itself is.
    const pending = (service?.writes.length ?? 0) > 1;
    const verdict = pending && judgement.verdict === 'unchanged' ? 'update' : judgement.verdict;
    return {
      ...told,
      ...judgement,
      verdict,
      ...(verdict === 'create' || verdict === 'update' ? { writes: service?.writes ?? [{ object }] } : {}),
    };
  }

  #refusals({ object, refusals }: WantedObject, service: ServiceWrites | undefined): Refusal[] {
    const target = this.#target;
    const key = keyText(keyOf(object));
    const isMade = (needed: ObjectKey): boolean => this.#made.has(keyText(needed));
    const stages =
      service === undefined || service.writes.length === 0
        ? [object]
        : service.writes.map((one) => one.object);
    const found = [
      ...refusals,
      kindLack(object, target),
      liveLack(object, target),
      namespaceLack(object, target, isMade),
      ...stages.flatMap((stage) => [
        ...classLacks(stage, target, isMade),
        ...featureLacks(stage, target, this.#inputs.release),
      ]),
      this.#certificateLack(object, isMade),
      (this.#made.get(key) ?? 0) > 1 ? sameName : undefined,
    ].filter((one) => one !== undefined);
    return [...new Map(found.map((one) => [`${one.code} ${one.why}`, one])).values()];
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

const goneMeanwhile: Refusal = {
  code: 'source-changed',
  why: 'it was there when the inventory was taken, and is not any more',
  action: 'plan again',
};

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

const missingObjects = (entries: readonly InventoryEntry[], target: Target): MissingObject[] =>
  entries
    .flatMap((entry) => (entry.entry === 'missing' ? [entry] : []))
    .map((entry) => ({
      ...nameOf(entry),
      neededBy: entry.neededBy.first[0] ?? '',
      there: target.has(nameOf(entry)),
    }))
    .sort((a, b) => (keyText(a) < keyText(b) ? -1 : 1));

const isOther = ({ value, fallback }: InventorySetting, target: string | undefined): boolean =>
  (target ?? fallback).trim() !== value.trim();

const otherSettings = (entries: readonly InventoryEntry[], target: Target): OtherSetting[] =>
  entries
    .flatMap((entry) => (entry.entry === 'setting' ? [entry] : []))
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
}: MigrationInputs): string[] {
  const objects = entries.filter((entry): entry is InventoryObject => entry.entry === 'object');
  const { rewrites, workloads } = migration;
  return [
    ...workloads.flatMap((rule, index) =>
      objects.some(({ object, role }) => role !== undefined && fits(rule, object))
        ? []
        : [`migration.workloads[${index}]: no ${rule.kind} of ${context.from} is meant by it`],
    ),
    ...rewrites.flatMap((rewrite, index) =>
      (rewrite.to ?? context.to) !== context.to ||
      objects.some(({ object }) => {
        const { rewritten, refusal } = rewriteObject(object, [rewrite], context);
        return rewritten.length > 0 || refusal !== undefined;
      })
        ? []
        : [`migration.rewrites[${index}]: ${rewriteName(rewrite)} changes nothing`],
    ),
    ...copyManaged.flatMap((kind) =>
      objects.some(({ object, reason }) => reason === 'managed-by' && isCopied(object, [kind]))
        ? []
        : [`--copy-managed ${kind}: nothing of this kind is managed by others`],
    ),
  ];
}
