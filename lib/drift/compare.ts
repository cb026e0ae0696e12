import { identityOf } from '../../charts/ownership.ts';
import type { KubeObject, Reference } from '../clusters/cluster-port.ts';
import type { DefinitionPort, Discovered, FieldConflict } from '../clusters/definition-port.ts';
import type { ObjectName } from '../messages/drift-texts.ts';
import { mapInOrder } from './in-order.ts';
import { objectName } from './object-name.ts';
import { appliedBy, differenceText } from './readable.ts';

/** An object of the definition and the component that it belongs to. */
export interface WantedObject {
  readonly component: string;
  readonly object: KubeObject;
}

export type Change = 'unchanged' | 'created' | 'changed' | 'conflict' | 'refused';

/** What applying one object of the definition would come to. */
export interface ObjectDrift extends ObjectName {
  readonly component: string;
  readonly change: Change;
  /** Of `changed` and `conflict`: the unified difference. */
  readonly difference?: string;
  /** Of `conflict`: what others own and would change. */
  readonly conflicts?: readonly FieldConflict[];
  /** Of `refused`: why. Of `created`: what could not be tried yet. */
  readonly message?: string;
}

/** Requests to one API server at a time: a human's tool stays below what the server grants one client. */
export const requestsAtOnce = 8;

/** Argo CD runs these after a sync and takes them away: they are never there to be compared. */
const hook = 'argocd.argoproj.io/hook';

/** The objects that can be compared. */
export const comparable = (wanted: readonly WantedObject[]): WantedObject[] =>
  wanted.filter(({ object }) => object.metadata.annotations?.[hook] === undefined);

/** `group/version/kind` of the kinds that the definition itself brings, and its namespaces. */
function broughtBy(wanted: readonly WantedObject[]): { kinds: Set<string>; namespaces: Set<string> } {
  const kinds = new Set<string>();
  const namespaces = new Set<string>();
  for (const { object } of wanted) {
    if (object.kind === 'Namespace' && object.apiVersion === 'v1') namespaces.add(object.metadata.name);
    if (object.kind !== 'CustomResourceDefinition') continue;
    const {
      group,
      names,
      versions = [],
    } = object.spec as {
      group: string;
      names: { kind: string };
      versions?: { name: string }[];
    };
    for (const { name } of versions) kinds.add(`${group}/${name} ${names.kind}`);
  }
  return { kinds, namespaces };
}

/**
 * Tries each object of the definition on the cluster and says what would come of it, in the order of the definition.
 * Changes nothing: every write is a dry run.
 * @throws ZeroshiftError what the port throws where there is no answer
 */
export function compareObjects(
  cluster: DefinitionPort,
  { resources }: Discovered,
  wanted: readonly WantedObject[],
): AsyncGenerator<ObjectDrift> {
  const served = new Map(
    resources.map(({ apiVersion, kind, namespaced }) => [`${apiVersion} ${kind}`, namespaced]),
  );
  const brought = broughtBy(wanted);
  return mapInOrder(comparable(wanted), requestsAtOnce, async ({ component, object: given }) => {
    const kind = `${given.apiVersion} ${given.kind}`;
    const namespaced = served.get(kind);
    const object = namespaced === true ? inNamespace(given) : given;
    const drift = { component, ...objectName(object) };
    if (namespaced === undefined)
      return brought.kinds.has(kind)
        ? { ...drift, change: 'created', message: 'not tried: its kind comes with the definition' }
        : {
            ...drift,
            change: 'refused',
            message: `the cluster does not serve the kind ${given.kind} of ${given.apiVersion}, and nothing in the definition brings it`,
          };
    if (object.metadata.name === undefined)
      return {
        ...drift,
        change: 'refused',
        message: 'it has no name of its own, and server-side apply needs one',
      };
    return { ...drift, ...(await tried(cluster, object, brought.namespaces)) };
  });
}

/** What `kubectl` does too with an object that does not say where it belongs. */
export const inNamespace = (object: KubeObject): KubeObject =>
  object.metadata.namespace === undefined
    ? { ...object, metadata: { ...object.metadata, namespace: 'default' } }
    : object;

async function tried(
  cluster: DefinitionPort,
  object: KubeObject,
  namespaces: ReadonlySet<string>,
): Promise<Pick<ObjectDrift, 'change' | 'difference' | 'conflicts' | 'message'>> {
  const live = await cluster.get(objectName(object) satisfies Reference);
  const fieldManager = live && appliedBy(live);
  const inName = fieldManager === undefined ? {} : { fieldManager };
  const answer = await cluster.dryRun(object, inName);
  if (answer.outcome === 'refused') {
    const { message, missingNamespace } = answer;
    return missingNamespace !== undefined && namespaces.has(missingNamespace)
      ? { change: 'created', message: 'not tried: its namespace comes with the definition' }
      : { change: 'refused', message };
  }
  const name = identityOf(object);
  if (answer.outcome === 'conflict') {
    // What it would be if the others gave way: only shown, and not stored either.
    const forced = await cluster.dryRun(object, { ...inName, force: true });
    return {
      change: 'conflict',
      conflicts: answer.conflicts,
      ...(live !== undefined && forced.outcome === 'accepted'
        ? { difference: differenceText(name, live, forced.object) }
        : {}),
    };
  }
  if (live === undefined) return { change: 'created' };
  const difference = differenceText(name, live, answer.object);
  return difference === '' ? { change: 'unchanged' } : { change: 'changed', difference };
}
