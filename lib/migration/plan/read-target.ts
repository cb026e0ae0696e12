import type { KubeObject, Reference } from '../../clusters/cluster-port.ts';
import type { Discovered } from '../../clusters/definition-port.ts';
import { fieldsOf } from '../../validation/fields.ts';
import { asSeen, asSeenOwner } from '../arrival/index.ts';
import type { InventoryObject, InventorySource } from '../inventory/index.ts';
import { groupKindOf, keyOf, keyText, type ObjectKey } from '../inventory/names.ts';
import { isSecret, withoutValues } from '../inventory/secrets.ts';
import { settingMaps } from '../inventory/settings.ts';
import { kinds } from '../kinds.ts';
import { droppedPaths } from './field-owners.ts';
import { judgeObject } from './judge.ts';
import { namedRevisions, neededClasses } from './lacks.ts';
import { PackedObjects } from './packed.ts';
import { isArriving, type MigrationSource, ofSort, sorted, wantedFrom } from './plan-migration.ts';
import { InStep, readObject, readObjects, requestsAtOnce, type Wished } from './read-objects.ts';
import { hasHistory, knativeConfiguration, knativeRevision } from './service-arrival.ts';
import type { TargetState } from './target.ts';

const servingNamespace = 'knative-serving';

/** An object that the plan asks for, in the version that it is compared in, and what of the source it is to be. */
interface Asked extends Wished {
  /** The number of the entry. @default - it is only to be known whether it is there */
  readonly at?: number;
}

/** Reads of the target what a plan is made of, and nothing else. Values of Secrets are compared, and not kept. */
export async function readTarget(
  cluster: InventorySource,
  source: InventorySource,
  inputs: MigrationSource,
): Promise<TargetState> {
  const discovered = await cluster.discover();
  const seen = new Seen(inputs);
  const groups = new Map<string, Asked[]>();
  for (const one of askedBy(inputs, discovered)) {
    const kind = `${one.reference.apiVersion} ${one.reference.kind}`;
    const group = groups.get(kind) ?? [];
    group.push(one);
    groups.set(kind, group);
  }
  const missing = new MissingNamespaces(seen);
  for (const all of namespacesFirst(groups)) {
    const group = all.filter((asked) => !missing.has(asked.reference.namespace));
    const origins = new InStep(
      source,
      group.flatMap((asked) => originOf(asked, inputs)),
    );
    for await (const batch of inBatches(readObjects(cluster, group), requestsAtOnce))
      await Promise.all(
        batch.map(async ({ object, why, asked }) => {
          if (why !== undefined) seen.unread.set(asked.text, why);
          if (object === undefined) return;
          if (isSecret(object)) await seen.secret(asked, object, origins);
          else seen.take(asked, object);
        }),
      );
    if (isOf(all[0], namespaceKind)) missing.learn(all);
  }
  const configurations = [...groups.values()].find(([one]) => isOf(one, knativeConfiguration)) ?? [];
  await seen.revisions(
    cluster,
    discovered,
    configurations.filter((asked) => !missing.has(asked.reference.namespace)),
  );
  const { objects, same, unread, differingKeys } = seen;
  return { objects, same, unread, discovered, settings: await settingsOf(cluster), differingKeys };
}

const namespaceKind = 'Namespace';

const namespacesFirst = (groups: ReadonlyMap<string, Asked[]>): Asked[][] =>
  [...groups.values()].sort(([a], [b]) => Number(isOf(b, namespaceKind)) - Number(isOf(a, namespaceKind)));

/** Namespaces that the target does not have: there is nothing in them to ask for. */
class MissingNamespaces {
  readonly #seen: Seen;
  readonly #names = new Set<string>();

  constructor(seen: Seen) {
    this.#seen = seen;
  }

  /** @param asked all of them, once they were read */
  learn(asked: readonly Asked[]): void {
    for (const { text, reference } of asked)
      if (!this.#seen.objects.has(text) && !this.#seen.unread.has(text)) this.#names.add(reference.name);
  }

  has(namespace: string | undefined): boolean {
    return namespace !== undefined && this.#names.has(namespace);
  }
}

/** What the plan asks of the target, each once. */
function askedBy(inputs: MigrationSource, { resources }: Discovered): Iterable<Asked> {
  const preferred = new Map(resources.filter((one) => one.preferred).map((one) => [groupKindOf(one), one]));
  const served = new Set(resources.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`));
  const asked = new Map<string, Asked>();
  const ask = (key: ObjectKey, own?: { readonly at: number; readonly apiVersion: string }): void => {
    const known = preferred.get(key.kind);
    const apiVersion = own?.apiVersion ?? known?.apiVersion;
    const kind = known?.kind;
    if (kind === undefined || apiVersion === undefined || !served.has(`${apiVersion} ${kind}`)) return;
    const text = keyText(key);
    if (asked.has(text) && own === undefined) return;
    const { name, namespace } = key;
    const reference = { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
    asked.set(text, { text, reference, ...(own === undefined ? {} : { at: own.at }) });
  };
  for (const one of sorted(inputs)) {
    if ('left' in one) {
      ask({ ...keyOf(one.left.entry.object) });
      continue;
    }
    const { object, entry } = one.wanted;
    ask(keyOf(object), { at: one.at, apiVersion: entry.object.apiVersion });
    if (object.metadata.namespace !== undefined) ask({ kind: 'Namespace', name: object.metadata.namespace });
    for (const key of neededClasses(object)) ask(key);
    if (hasHistory(object)) ask({ ...keyOf(object), kind: knativeConfiguration });
    for (const name of namedRevisions(object))
      if (!isArriving(inputs, entry, name)) ask({ ...keyOf(object), kind: knativeRevision, name });
    const secret = fieldsOf(object.spec).secretName;
    if (groupKindOf(object) === 'Certificate.cert-manager.io' && typeof secret === 'string')
      ask({ ...keyOf(object), kind: 'Secret', name: secret });
  }
  for (const { kind, namespace, name } of ofSort(inputs.entries, 'missing'))
    ask({ kind, name, ...(namespace === undefined ? {} : { namespace }) });
  return asked.values();
}

/** What was seen of the target, as small as it can be: there may be tens of thousands of objects. */
class Seen {
  readonly objects = new PackedObjects();
  readonly same = new Set<string>();
  readonly unread = new Map<string, string>();
  readonly differingKeys = new Map<string, readonly string[]>();
  readonly #inputs: MigrationSource;

  constructor(inputs: MigrationSource) {
    this.#inputs = inputs;
  }

  take(asked: Asked, object: KubeObject, differing: readonly string[] = []): void {
    const { text } = asked;
    const entry = entryOf(asked, this.#inputs);
    const wanted = entry === undefined ? undefined : wantedFrom(entry, this.#inputs);
    if (hasHistory(object)) {
      const isSettled = wanted === undefined || judgeObject(wanted.object, object).verdict === 'unchanged';
      this.objects.set(text, isSettled ? asSeenOwner(object) : object);
      return;
    }
    // One that was handed over says of itself what it is to be.
    const isSame =
      wanted !== undefined &&
      wanted.runs !== 'singleton' &&
      judgeObject(wanted.object, object, differing).verdict === 'unchanged';
    if (isSame) this.same.add(text);
    this.objects.set(text, isSame || wanted === undefined ? nameOnly(object) : object);
  }

  /** @param object with its values, which go no further */
  async secret(asked: Asked, object: KubeObject, origins: InStep): Promise<void> {
    const stripped = withoutValues(object).object;
    const [reference] = originOf(asked, this.#inputs);
    if (reference === undefined) return this.take(asked, stripped);
    const { object: origin, why } = await origins.read(reference);
    if (why !== undefined) {
      this.unread.set(asked.text, why);
      return;
    }
    const differing = keysThatDiffer(origin, object);
    this.differingKeys.set(asked.text, differing);
    this.take(asked, stripped, differing);
  }

  /**
   * The revisions that arrivals may ask for: those of their Configurations' names, and the few that are named otherwise.
   * To know each name would take more than to keep some too many.
   */
  async revisions(
    cluster: InventorySource,
    { resources }: Discovered,
    configurations: readonly Asked[],
  ): Promise<void> {
    if (configurations.length === 0) return;
    if (!resources.some((one) => one.preferred && groupKindOf(one) === knativeRevision)) return;
    const families = new Set<string>();
    const unusual = new Set(this.#inputs.histories.unusual);
    for (const { text, reference } of configurations) {
      const { namespace = '', name } = reference;
      families.add(`${namespace}/${name}`);
      const latest: unknown = this.objects.get(text)?.status?.latestCreatedRevisionName;
      if (typeof latest === 'string' && !latest.startsWith(`${name}-`)) unusual.add(`${namespace}/${latest}`);
    }
    const isNamed = (place: string): boolean => {
      for (let end = place.lastIndexOf('-'); end > 0; end = place.lastIndexOf('-', end - 1))
        if (families.has(place.slice(0, end))) return true;
      return unusual.has(place);
    };
    const late = new Map<string, Asked>();
    const byName = new Map(configurations.map((asked) => [asked.text, asked]));
    for await (const revision of cluster.list(kinds.revision)) {
      const { namespace = '', name, ownerReferences } = revision.metadata;
      if (!isNamed(`${namespace}/${name}`)) continue;
      this.objects.set(keyText(keyOf(revision)), asSeen(revision));
      const maker = ownerReferences?.find((one: { controller?: boolean }) => one.controller === true)?.name;
      const text = keyText({ kind: knativeConfiguration, namespace, name: maker ?? '' });
      const asked = this.objects.has(text) ? undefined : byName.get(text);
      if (asked !== undefined) late.set(text, asked);
    }
    // A controller at work makes them between two lists: without its Configuration a revision would look like somebody else's.
    for (const asked of late.values()) {
      const { object, why } = await readObject(cluster, asked.reference);
      if (why !== undefined) this.unread.set(asked.text, why);
      if (object !== undefined) this.take(asked, object);
    }
  }
}

const isOf = (asked: Asked | undefined, kind: string): boolean =>
  asked !== undefined && groupKindOf(asked.reference) === kind;

/** What of the source an object is to be. */
function entryOf({ at }: Asked, { entries }: MigrationSource): InventoryObject | undefined {
  const entry = at === undefined ? undefined : entries.at(at);
  return entry?.entry === 'object' ? entry : undefined;
}

/** Of what is asked for only to know whether it is there. */
const nameOnly = ({ apiVersion, kind, metadata }: KubeObject): KubeObject => {
  const { name, namespace, deletionTimestamp } = metadata;
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    },
  };
};

/** So many at a time, in their order. */
async function* inBatches<Item>(items: AsyncIterable<Item>, size: number): AsyncGenerator<Item[]> {
  let batch: Item[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

/** Where the source has the Secret that is compared by its values; nowhere where only its name counts. */
function originOf(asked: Asked, inputs: MigrationSource): Reference[] {
  const entry = isOf(asked, 'Secret') ? entryOf(asked, inputs) : undefined;
  if (entry === undefined) return [];
  const { apiVersion, kind, metadata } = entry.object;
  const { name, namespace } = metadata;
  return [{ apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) }];
}

/** Names of the keys of a Secret that the other lacks or has with another value, and of those that an apply takes away. */
function keysThatDiffer(source: KubeObject | undefined, target: KubeObject): string[] {
  const [here, there] = [fieldsOf(source?.data), fieldsOf(target.data)];
  const differing = Object.keys(here).filter((key) => here[key] !== there[key]);
  const dropped = source === undefined ? [] : droppedPaths(target, source);
  const gone = dropped.flatMap(([part, key]) => (part === 'data' && typeof key === 'string' ? [key] : []));
  return [...new Set([...differing, ...gone])].sort();
}

async function settingsOf(cluster: InventorySource): Promise<Map<string, Readonly<Record<string, string>>>> {
  const maps = new Map<string, Readonly<Record<string, string>>>();
  const configMap = { apiVersion: 'v1', kind: 'ConfigMap' };
  for await (const { metadata, data } of cluster.list(configMap, { namespace: servingNamespace }))
    if (settingMaps.includes(metadata.name)) maps.set(metadata.name, data ?? {});
  return maps;
}
