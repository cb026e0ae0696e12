import type { KubeObject, Reference } from '../../clusters/cluster-port.ts';
import type { Discovered } from '../../clusters/definition-port.ts';
import { mapInOrder } from '../../drift/in-order.ts';
import { ZeroshiftError } from '../../messages/error.ts';
import { fieldsOf } from '../../validation/fields.ts';
import { asSeen, asSeenOwner, temporaryNames } from '../arrival/index.ts';
import type { InventoryObject, InventorySource } from '../inventory/index.ts';
import { groupKindOf, keyOf, keyText, type ObjectKey } from '../inventory/names.ts';
import { isSecret, withoutValues } from '../inventory/secrets.ts';
import { settingMaps } from '../inventory/settings.ts';
import { kinds } from '../kinds.ts';
import { droppedPaths } from './field-owners.ts';
import { judgeObject } from './judge.ts';
import { neededClasses } from './lacks.ts';
import { PackedObjects } from './packed.ts';
import { type MigrationSource, sorted, wantedFrom } from './plan-migration.ts';
import { hasHistory, knativeConfiguration, knativeRevision } from './service-arrival.ts';
import type { TargetState } from './target.ts';

/** Requests to one API server at a time, as elsewhere. */
const requestsAtOnce = 8;
const servingNamespace = 'knative-serving';

/** From so many on of one kind, to list them all is less to ask than each by its name. */
const worthAList = 250;

/** An object that the plan asks for, in the version that it is compared in, and what of the source it is to be. */
interface Asked {
  readonly text: string;
  readonly reference: Reference;
  readonly entry?: InventoryObject;
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
  for (const group of groups.values())
    for await (const batch of inBatches(readAll(cluster, group), requestsAtOnce))
      await Promise.all(
        batch.map(async ({ object, why, asked }) => {
          if (why !== undefined) seen.unread.set(asked.text, why);
          if (object === undefined) return;
          if (isSecret(object)) await seen.secret(asked, object, source);
          else seen.take(asked, object);
        }),
      );
  await seen.revisions(cluster, discovered);
  const { objects, same, unread, differingKeys } = seen;
  return { objects, same, unread, discovered, settings: await settingsOf(cluster), differingKeys };
}

/** What the plan asks of the target, each once. */
function askedBy(inputs: MigrationSource, { resources }: Discovered): Iterable<Asked> {
  const preferred = new Map(resources.filter((one) => one.preferred).map((one) => [groupKindOf(one), one]));
  const served = new Set(resources.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`));
  const asked = new Map<string, Asked>();
  const ask = (key: ObjectKey, entry?: InventoryObject): void => {
    const known = preferred.get(key.kind);
    const apiVersion = entry?.object.apiVersion ?? known?.apiVersion;
    const kind = known?.kind;
    if (kind === undefined || apiVersion === undefined || !served.has(`${apiVersion} ${kind}`)) return;
    const text = keyText(key);
    if (asked.has(text) && entry === undefined) return;
    const { name, namespace } = key;
    const reference = { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
    asked.set(text, { text, reference, ...(entry === undefined ? {} : { entry }) });
  };
  for (const one of sorted(inputs)) {
    if ('left' in one) {
      ask({ ...keyOf(one.left.entry.object) });
      continue;
    }
    const { object, entry } = one.wanted;
    ask(keyOf(object), entry);
    if (object.metadata.namespace !== undefined) ask({ kind: 'Namespace', name: object.metadata.namespace });
    for (const key of neededClasses(object)) ask(key);
    if (hasHistory(object)) ask({ ...keyOf(object), kind: knativeConfiguration });
    const secret = fieldsOf(object.spec).secretName;
    if (groupKindOf(object) === 'Certificate.cert-manager.io' && typeof secret === 'string')
      ask({ ...keyOf(object), kind: 'Secret', name: secret });
  }
  for (const entry of inputs.entries) {
    if (entry.entry !== 'missing') continue;
    const { kind, namespace, name } = entry;
    ask({ kind, name, ...(namespace === undefined ? {} : { namespace }) });
  }
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

  take({ text, entry }: Asked, object: KubeObject, differing: readonly string[] = []): void {
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
  async secret(asked: Asked, object: KubeObject, source: InventorySource): Promise<void> {
    const stripped = withoutValues(object).object;
    if (asked.entry === undefined) return this.take(asked, stripped);
    const { apiVersion, kind, metadata } = asked.entry.object;
    const { name, namespace } = metadata;
    const place = namespace === undefined ? {} : { namespace };
    const { object: origin, why } = await read(source, { apiVersion, kind, name, ...place });
    if (why !== undefined) {
      this.unread.set(asked.text, why);
      return;
    }
    const differing = keysThatDiffer(origin, object);
    this.differingKeys.set(asked.text, differing);
    this.take(asked, stripped, differing);
  }

  /** The revisions that arrivals ask for by name. */
  async revisions(cluster: InventorySource, { resources }: Discovered): Promise<void> {
    if (!resources.some((one) => one.preferred && groupKindOf(one) === knativeRevision)) return;
    const named = this.#named();
    if (named.size === 0) return;
    for await (const revision of cluster.list(kinds.revision)) {
      const text = keyText(keyOf(revision));
      if (named.has(text)) this.objects.set(text, asSeen(revision));
    }
  }

  #named(): Set<string> {
    const named = new Set<string>();
    for (const one of sorted(this.#inputs)) {
      if (!('wanted' in one) || !hasHistory(one.wanted.object)) continue;
      const { object, entry } = one.wanted;
      const { namespace = '', name } = object.metadata;
      const add = (revision: string): unknown =>
        named.add(keyText({ kind: knativeRevision, namespace, name: revision }));
      for (const pass of temporaryNames(name) ?? []) add(pass);
      const configuration = this.objects.get(keyText({ kind: knativeConfiguration, namespace, name }));
      const latest: unknown = configuration?.status?.latestCreatedRevisionName;
      if (typeof latest === 'string') add(latest);
      for (const { metadata } of this.#inputs.histories.of(entry.object).revisions) add(metadata.name);
    }
    return named;
  }
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

interface Answer extends Read {
  readonly asked: Asked;
}

/** Objects of one kind, one by one or from a list. */
async function* readAll(cluster: InventorySource, group: readonly Asked[]): AsyncGenerator<Answer> {
  const [first] = group;
  const open = new Map(group.map((asked) => [asked.text, asked]));
  if (first !== undefined && group.length >= worthAList)
    try {
      const { apiVersion, kind } = first.reference;
      for await (const object of cluster.list({ apiVersion, kind })) {
        const text = keyText(keyOf(object));
        const asked = open.get(text);
        if (asked !== undefined) yield { asked, object };
        open.delete(text);
      }
      return;
    } catch (error) {
      // Who may not list them all may be let see each.
      if (!isOfOne(error)) throw error;
    }
  yield* mapInOrder([...open.values()], requestsAtOnce, async (asked) => ({
    asked,
    ...(await read(cluster, asked.reference)),
  }));
}

/** Without credentials nothing can be read; one object that is refused is one object. */
const isOfOne = (error: unknown): boolean =>
  ZeroshiftError.is(error) && error.code !== 'cluster.unauthorized';

interface Read {
  readonly object?: KubeObject;
  readonly why?: string;
}

async function read(cluster: InventorySource, reference: Reference): Promise<Read> {
  try {
    const object = await cluster.get(reference);
    return object === undefined ? {} : { object };
  } catch (error) {
    if (!isOfOne(error)) throw error;
    return { why: (error as Error).message };
  }
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
