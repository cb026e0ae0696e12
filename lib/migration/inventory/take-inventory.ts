import type { KubeObject } from '../../clusters/cluster-port.ts';
import { mapInOrder } from '../../drift/in-order.ts';
import { ZeroshiftError } from '../../messages/error.ts';
import { nearest } from '../../messages/nearest.ts';
import { isSystemNamespace } from '../kinds.ts';
import { awayEntries } from './away.ts';
import { isChild, judge } from './fate.ts';
import type { InventoryEntry } from './item.ts';
import { forWholeNamespace, isMadeByClusters, knownKinds } from './known-kinds.ts';
import type { GroupKind } from './names.ts';
import type { OpenNeed } from './needs.ts';
import { type BesideFacts, goesWith, grantsTo } from './reverse.ts';
import { revisionEntries } from './revisions.ts';
import { settingMaps, settingsIn } from './settings.ts';
import { Settling } from './settled.ts';
import { type InventorySource, type ListScope, SourceReader } from './source.ts';
import { isTemplate, type Seen, Taking } from './taking.ts';

export interface InventoryScope {
  /** @default - every namespace that is not the system's */
  readonly namespaces?: readonly string[];
  /** Only what has these labels, and what that needs. @default - whatever its labels */
  readonly selector?: string;
  /** All revisions, those that retention would let go included. @default false */
  readonly history?: boolean;
  /** Told of Knative's Services, Configurations and revisions that matter, as they were read. @default - nobody is */
  readonly onKnative?: Seen;
}

/** Requests to one API server at a time, as elsewhere. */
const requestsAtOnce = 8;
/** Kinds of which the first page is asked for before it is their turn. */
const kindsAhead = 6;
const servingNamespace = 'knative-serving';

const revisionKind = 'Revision.serving.knative.dev';
const roleBinding = 'RoleBinding.rbac.authorization.k8s.io';
const clusterRoleBinding = 'ClusterRoleBinding.rbac.authorization.k8s.io';
const domainClaim = 'ClusterDomainClaim.networking.internal.knative.dev';

/** Kinds that name what they go with, so that it does not name them. */
const besideKinds: readonly GroupKind[] = [
  'DomainMapping.serving.knative.dev',
  'Service',
  'HorizontalPodAutoscaler.autoscaling',
  'PodDisruptionBudget.policy',
  'Ingress.networking.k8s.io',
  ...forWholeNamespace,
];

/**
 * Takes the inventory of a cluster: what has to move, what does not and why, what is needed and not there. One entry at
 * a time as it is read, page by page; only names are kept in between. Reads nothing but what it must, writes nothing.
 * @throws ZeroshiftError `inventory.no-namespace`, `cluster.unauthorized`, `cluster.unavailable` where nothing answers
 */
export async function* takeInventory(
  cluster: InventorySource,
  scope: InventoryScope = {},
  now: Date = new Date(),
): AsyncGenerator<InventoryEntry> {
  const discovered = await cluster.discover();
  const source = new SourceReader(cluster, discovered);
  source.unread.push(...(await awayEntries(cluster, discovered)));
  const taking = new Taking(source, scope.onKnative);
  const maps = await settingData(source);
  const namespaces = await chosenNamespaces(source, taking, scope.namespaces);
  const { selector } = scope;
  // One list of the whole cluster is less to ask than one for each namespace.
  const inPlaces = { ...(scope.namespaces === undefined ? {} : { namespaces: [...namespaces] }) };
  const labelled = { ...inPlaces, ...(selector === undefined ? {} : { labelSelector: selector }) };
  const settling = new Settling(source);
  const isWaitedFor = (object: KubeObject): boolean =>
    !source.isStill && isTemplate(object) && !isChild(object);
  const isChosen = ({ metadata }: KubeObject): boolean => namespaces.has(metadata.namespace ?? '');

  if (selector === undefined) yield* taking.namespaces();
  else for await (const service of source.list('Service', inPlaces)) taking.selectors.add(service);

  const facts: BesideFacts = { isTaken: (key) => taking.needs.isFound(key), pods: taking.pods };
  const kinds = Object.keys(knownKinds);
  for (const [index, kind] of kinds.entries()) {
    // What Knative's controllers change together is read in its order: a template before its revisions.
    if (index >= kinds.indexOf(revisionKind))
      for (const next of kinds.slice(index + 1, index + 1 + kindsAhead))
        if (next !== roleBinding) source.lookAhead(next, labelled);
    if (kind === revisionKind) {
      const places = selector === undefined ? inPlaces : { namespaces: taking.places };
      const gc = maps.get('config-gc') ?? {};
      const { history = false } = scope;
      yield* revisionEntries({
        source,
        taking,
        gc,
        scope: places,
        now,
        history,
        labelled: selector !== undefined,
      });
      continue;
    }
    if (kind === roleBinding) {
      yield* grants(source, taking, namespaces, selector !== undefined);
      continue;
    }
    for await (const listed of source.list(kind, labelled)) {
      if (!isChosen(listed)) continue;
      const object = isWaitedFor(listed) ? await settling.wait(listed) : listed;
      if (object === undefined) continue;
      taking.learn(object);
      taking.see(object);
      if (!isChild(object)) yield* taking.entries(object);
    }
  }
  if (selector !== undefined)
    for (const kind of besideKinds)
      for await (const object of source.list(kind, { namespaces: taking.places }))
        if (!isChild(object) && (forWholeNamespace.has(kind) || goesWith(object, facts)))
          yield* taking.entries(object);
  if (selector === undefined)
    for await (const claim of source.list(domainClaim))
      if (namespaces.has(String(claim.spec?.namespace))) yield* taking.entries(claim);

  // Of several namespaces each list is several at a time already.
  const kindsAtOnce = scope.namespaces === undefined ? requestsAtOnce : 2;
  const foreign = mapInOrder(foreignKinds(source), kindsAtOnce, async (kind) => {
    const found: KubeObject[] = [];
    for await (const object of source.list(kind, labelled))
      if (isChosen(object) && !isChild(object)) found.push(listedOnly(object));
    return found;
  });
  for await (const objects of foreign) for (const object of objects) yield* taking.entries(object);

  yield* needed(source, taking);
  for (const [map, data] of maps) yield* settingsIn(map, data, taking.features);
  yield* source.unread;
}

/** The live data of the config maps that say how services run. */
async function settingData(source: SourceReader): Promise<Map<string, Record<string, string>>> {
  const maps = new Map<string, Record<string, string>>();
  for await (const { metadata, data } of source.list('ConfigMap', { namespaces: [servingNamespace] }))
    if (settingMaps.includes(metadata.name)) maps.set(metadata.name, data ?? {});
  return maps;
}

async function chosenNamespaces(
  source: SourceReader,
  taking: Taking,
  asked: readonly string[] | undefined,
): Promise<ReadonlySet<string>> {
  if (asked === undefined) for await (const namespace of source.list('Namespace')) taking.choose(namespace);
  else
    for await (const { name, namespace } of mapInOrder([...new Set(asked)], requestsAtOnce, async (name) => ({
      name,
      namespace: await source.get({ kind: 'Namespace', name }),
    }))) {
      if (namespace === undefined) throw await noNamespace(source, name);
      // Where namespaces themselves may not be read, what is in them may.
      if (namespace === null) taking.chooseByName(name);
      else taking.choose(namespace);
    }
  return new Set(taking.chosen.filter((name) => !isSystemNamespace(name)));
}

async function noNamespace(source: SourceReader, name: string): Promise<ZeroshiftError> {
  const there: string[] = [];
  for await (const { metadata } of source.list('Namespace')) there.push(metadata.name);
  const near = nearest(name, there);
  return new ZeroshiftError('there is no such namespace', {
    code: 'inventory.no-namespace',
    source: 'user',
    problems: [{ where: '--namespace', value: name, allowed: 'a namespace of the cluster' }],
    ...(near === undefined ? {} : { action: `did you mean ${near}?` }),
  });
}

/** Bindings of the accounts, wherever they are: a role may be given in one namespace to an account of another. */
async function* grants(
  source: SourceReader,
  taking: Taking,
  namespaces: ReadonlySet<string>,
  labelled: boolean,
): AsyncGenerator<InventoryEntry> {
  const isAccount = (namespace: string, name: string): boolean =>
    namespaces.has(namespace) &&
    (!labelled || taking.isTakenOrNeeded({ kind: 'ServiceAccount', namespace, name }));
  const isGroup = (namespace: string): boolean =>
    labelled ? taking.places.includes(namespace) : namespaces.has(namespace);
  const before = source.unread.length;
  const read = async function* (kind: GroupKind, places: ListScope): AsyncGenerator<InventoryEntry> {
    for await (const binding of source.list(kind, places)) {
      const { namespace } = binding.metadata;
      const isHere = !labelled && namespace !== undefined && namespaces.has(namespace);
      if (isHere || grantsTo(binding, isAccount, isGroup)) yield* taking.entries(binding);
    }
  };
  yield* read(roleBinding, {});
  // Who may not see those of the whole cluster may see those of the namespaces.
  if (source.unread.length > before) yield* read(roleBinding, { namespaces: [...namespaces] });
  yield* read(clusterRoleBinding, {});
}

/** Kinds of which nothing is known: they are listed, so that nobody thinks that they came along. */
const foreignKinds = (source: SourceReader): GroupKind[] =>
  source.namespacedKinds.filter((kind) => knownKinds[kind] === undefined && !isMadeByClusters(kind)).sort();

/** Of what stays its name is enough. */
const listedOnly = (object: KubeObject): KubeObject => {
  const { apiVersion, kind, metadata } = object;
  return judge(object).fate === 'moves' ? object : { apiVersion, kind, metadata };
};

/** From so many on of one kind in one namespace, to list them all is less to ask than each by its name. */
const worthAList = 250;

/** What was referred to and did not come along so far, and what that refers to. */
async function* needed(source: SourceReader, taking: Taking): AsyncGenerator<InventoryEntry> {
  for (let open = taking.needs.take(); open.length > 0; open = taking.needs.take()) {
    const groups = new Map<string, OpenNeed[]>();
    for (const need of open) {
      const place = `${need.key.kind} ${need.key.namespace ?? ''}`;
      const group = groups.get(place) ?? [];
      group.push(need);
      groups.set(place, group);
    }
    for (const group of groups.values())
      yield* group.length < worthAList ? oneByOne(source, taking, group) : fromList(source, taking, group);
  }
}

async function* oneByOne(
  source: SourceReader,
  taking: Taking,
  open: readonly OpenNeed[],
): AsyncGenerator<InventoryEntry> {
  const answers = mapInOrder(open, requestsAtOnce, async (need) => ({
    need,
    object: await source.get(need.key),
  }));
  for await (const { need, object } of answers)
    if (object) yield* taking.entries(object, need.neededBy);
    else if (object === undefined) yield* missing([need]);
}

async function* fromList(
  source: SourceReader,
  taking: Taking,
  open: readonly OpenNeed[],
): AsyncGenerator<InventoryEntry> {
  const { kind, namespace } = open[0]?.key ?? { kind: '' };
  const left = new Map(open.map((need) => [need.key.name, need]));
  const before = source.unread.length;
  for await (const object of source.list(kind, namespace === undefined ? {} : { namespaces: [namespace] })) {
    const need = left.get(object.metadata.name);
    left.delete(object.metadata.name);
    if (need !== undefined) yield* taking.entries(object, need.neededBy);
  }
  // What could not be read is not known to be missing.
  if (source.unread.length === before) yield* missing([...left.values()]);
}

function* missing(needs: readonly OpenNeed[]): Generator<InventoryEntry> {
  for (const { key, neededBy, optional } of needs)
    if (!optional) yield { entry: 'missing', ...key, neededBy };
}
