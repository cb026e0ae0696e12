import type { KubeObject } from '../../lib/clusters/cluster-port.ts';
import type { NamedSecret } from '../../lib/migration/index.ts';
import { keyText, type ObjectKey } from '../../lib/migration/inventory/names.ts';
import { referencesOf } from '../../lib/migration/inventory/object-references.ts';
import { secretsMadeBy } from '../../lib/migration/inventory/owners.ts';

/** A Secret that must be on the other colour before the manifests are applied. */
export interface RequiredSecret {
  readonly namespace: string;
  readonly name: string;
  /** Names of its keys; empty where they are not known. */
  readonly keys: readonly string[];
  /** The objects that refer to it: `Service.serving.knative.dev shop/cart`. Empty where only the inventory names it. */
  readonly neededBy: readonly string[];
}

const keyOf = ({ namespace, name }: Pick<NamedSecret, 'namespace' | 'name'>): ObjectKey => ({
  kind: 'Secret',
  namespace,
  name,
});

const nameOf = (object: KubeObject): string => {
  const { namespace, name } = object.metadata;
  const group = object.apiVersion.includes('/') ? `.${object.apiVersion.split('/')[0]}` : '';
  const kind = `${object.kind}${group}`;
  return keyText({ kind, name, ...(namespace === undefined ? {} : { namespace }) });
};

/** The Secrets that objects refer to and that none of them makes, and those that the inventory would carry itself. */
export function requiredSecrets(
  objects: readonly KubeObject[],
  named: readonly NamedSecret[],
): RequiredSecret[] {
  const made = new Set(objects.flatMap(secretsMadeBy).map(keyText));
  const keys = new Map(named.map((secret) => [keyText(keyOf(secret)), secret.keys]));
  const found = new Map<string, RequiredSecret>();
  const add = (secret: Pick<NamedSecret, 'namespace' | 'name'>, by: readonly string[]): void => {
    const key = keyText(keyOf(secret));
    const { namespace, name } = secret;
    const neededBy = [...new Set([...(found.get(key)?.neededBy ?? []), ...by])].sort();
    found.set(key, { namespace, name, keys: keys.get(key) ?? [], neededBy });
  };
  const moved = new Set(named.filter(({ moves }) => moves).map((secret) => keyText(keyOf(secret))));
  // One that moves though something makes it is made too late there, as a certificate asked for over HTTP is.
  const comesByItself = (namespace: string, name: string): boolean => {
    const key = keyText(keyOf({ namespace, name }));
    return made.has(key) && !moved.has(key);
  };
  for (const secret of named) if (secret.moves) add(secret, []);
  for (const object of objects)
    for (const { kind, name, namespace = object.metadata.namespace, optional } of referencesOf(object))
      if (
        kind === 'Secret' &&
        optional !== true &&
        namespace !== undefined &&
        !comesByItself(namespace, name)
      )
        add({ namespace, name }, [nameOf(object)]);
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, secret]) => secret);
}
