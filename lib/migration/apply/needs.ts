import type { KubeObject } from '../../clusters/cluster-port.ts';
import { groupKindOf, keyText } from '../inventory/names.ts';
import { referencesOf } from '../inventory/object-references.ts';
import type { ObjectPlace } from '../plan/plan.ts';

/** What an object is called, as others name it: `Secret shop/db`. */
export const placeText = ({ apiVersion, kind, namespace, name }: ObjectPlace): string =>
  keyText({
    kind: groupKindOf({ apiVersion, kind }),
    ...(namespace === undefined ? {} : { namespace }),
    name,
  });

/** Names of everything that an object is nothing without: its namespace, and what it refers to. */
export function needsOf(object: KubeObject): string[] {
  const { namespace } = object.metadata;
  const references = referencesOf(object).map(({ kind, name, namespace: other, cluster }) => {
    const place = cluster === true ? undefined : (other ?? namespace);
    return keyText({ kind, ...(place === undefined ? {} : { namespace: place }), name });
  });
  return [
    ...(namespace === undefined ? [] : [keyText({ kind: 'Namespace', name: namespace })]),
    ...references,
  ];
}
