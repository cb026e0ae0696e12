import { fleetLabel, identityOf, isMadeFor } from '../../charts/ownership.ts';
import type { KubeObject } from '../clusters/cluster-port.ts';
import type { DefinitionPort, Discovered } from '../clusters/definition-port.ts';
import { objectText } from '../messages/drift-texts.ts';
import { ZeroshiftError } from '../messages/error.ts';
import { inNamespace, requestsAtOnce, type WantedObject } from './compare.ts';
import { mapInOrder } from './in-order.ts';
import { objectName } from './object-name.ts';

export interface LeftObjects {
  /** Made for this fleet once, and not in its definition any more. In the order of their names. */
  readonly left: readonly KubeObject[];
  /** Kinds of which nothing can be said, and why. */
  readonly unlisted: readonly { readonly kind: string; readonly why: string }[];
}

const needed = ['list', 'delete'];

/**
 * Looks through every kind that the cluster lists for objects that were made for the fleet and left its definition.
 * Neither children of other objects nor copies of their labels count, nor what is being deleted already.
 * @throws ZeroshiftError `cluster.unauthorized`
 */
export async function findLeft(
  cluster: DefinitionPort,
  { resources, unknown }: Discovered,
  wanted: readonly WantedObject[],
  fleet: string,
): Promise<LeftObjects> {
  const there = new Set(
    wanted.flatMap(({ object }) => [identityOf(object), identityOf(inNamespace(object))]),
  );
  const kinds = resources.filter(
    ({ preferred, verbs }) => preferred && needed.every((verb) => verbs.includes(verb)),
  );
  const unlisted = unknown.map(({ apiVersion, why }) => ({ kind: apiVersion, why }));
  // An object can be served by two groups.
  const left = new Map<string, KubeObject>();
  const answers = mapInOrder(kinds, requestsAtOnce, async (kind) => {
    try {
      const found: KubeObject[] = [];
      for await (const object of cluster.list(kind, { labelSelector: `${fleetLabel}=${fleet}` }))
        found.push(object);
      return { kind, found };
    } catch (error) {
      // Without credentials nothing will be listed; one kind that is refused, or whose server is away, is one kind.
      if (!(error instanceof ZeroshiftError) || error.code === 'cluster.unauthorized') throw error;
      return { kind, found: [], why: error.message };
    }
  });
  for await (const { kind, found, why } of answers) {
    if (why !== undefined) unlisted.push({ kind: `${kind.kind} of ${kind.apiVersion}`, why });
    for (const object of found)
      if (
        isMadeFor(fleet, object) &&
        !there.has(identityOf(object)) &&
        object.metadata.deletionTimestamp === undefined
      )
        left.set(object.metadata.uid ?? identityOf(object), object);
  }
  const text = (object: KubeObject): string => objectText(objectName(object));
  return { left: [...left.values()].sort((a, b) => (text(a) < text(b) ? -1 : 1)), unlisted };
}
