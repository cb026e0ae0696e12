import type { KubeObject, Reference } from '../../clusters/cluster-port.ts';
import { mapInOrder } from '../../drift/in-order.ts';
import { ZeroshiftError } from '../../messages/error.ts';
import { fieldsOf } from '../../validation/fields.ts';
import type { InventorySource } from '../inventory/index.ts';
import { groupKindOf, keyOf, keyText, type ObjectKey } from '../inventory/names.ts';
import { isSecret, withoutValues } from '../inventory/secrets.ts';
import { settingMaps } from '../inventory/settings.ts';
import { kinds } from '../kinds.ts';
import { droppedPaths } from './field-owners.ts';
import { neededClasses } from './lacks.ts';
import { knativeService, type MigrationSource, sorted } from './plan-migration.ts';
import type { TargetState } from './target.ts';
import type { WantedObject } from './wanted.ts';

/** Requests to one API server at a time, as elsewhere. */
const requestsAtOnce = 8;
const servingNamespace = 'knative-serving';
const revision = 'Revision.serving.knative.dev';

/** An object that the plan asks for, in the version that it is compared in. */
type Asked = Reference & { readonly key: ObjectKey };

/** Reads of the target what a plan is made of, and nothing else. Values of Secrets are compared, and not kept. */
export async function readTarget(
  cluster: InventorySource,
  source: InventorySource,
  inputs: MigrationSource,
): Promise<TargetState> {
  const discovered = await cluster.discover();
  const { wanted, left } = sorted(inputs);
  const preferred = new Map(
    discovered.resources.filter((one) => one.preferred).map((one) => [groupKindOf(one), one]),
  );
  const served = new Set(discovered.resources.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`));
  const asked = new Map<string, Asked>();
  const ask = (key: ObjectKey, version?: string): void => {
    const known = preferred.get(key.kind);
    const apiVersion = version ?? known?.apiVersion;
    const kind = known?.kind;
    if (kind === undefined || apiVersion === undefined || !served.has(`${apiVersion} ${kind}`)) return;
    const text = keyText(key);
    if (asked.has(text) && version === undefined) return;
    const { name, namespace } = key;
    asked.set(text, { key, apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) });
  };
  for (const { object } of wanted) {
    ask(keyOf(object), object.apiVersion);
    if (object.metadata.namespace !== undefined) ask({ kind: 'Namespace', name: object.metadata.namespace });
    for (const key of neededClasses(object)) ask(key);
    if (groupKindOf(object) === knativeService)
      ask({ ...keyOf(object), kind: 'Configuration.serving.knative.dev' });
    const secret = fieldsOf(object.spec).secretName;
    if (groupKindOf(object) === 'Certificate.cert-manager.io' && typeof secret === 'string')
      ask({ ...keyOf(object), kind: 'Secret', name: secret });
  }
  for (const { entry } of left) ask(keyOf(entry.object));
  for (const entry of inputs.entries) {
    if (entry.entry !== 'missing') continue;
    const { kind, namespace, name } = entry;
    ask({ kind, name, ...(namespace === undefined ? {} : { namespace }) });
  }

  const objects = new Map<string, KubeObject>();
  const unread = new Map<string, string>();
  const differingKeys = new Map<string, readonly string[]>();
  const origins = new Map(
    wanted.filter(({ object }) => isSecret(object)).map((one) => [keyText(keyOf(one.object)), one]),
  );
  const answers = mapInOrder([...asked.values()], requestsAtOnce, async ({ key, ...reference }) => ({
    text: keyText(key),
    ...(await read(cluster, source, reference, origins.get(keyText(key)))),
  }));
  for await (const { text, object, why, differing } of answers) {
    if (object !== undefined) objects.set(text, object);
    if (why !== undefined) unread.set(text, why);
    if (differing !== undefined) differingKeys.set(text, differing);
  }
  if (wanted.some(({ object }) => groupKindOf(object) === knativeService) && preferred.has(revision))
    for await (const { apiVersion, kind, metadata } of cluster.list(kinds.revision)) {
      const { name, namespace } = metadata;
      const place = namespace === undefined ? {} : { namespace };
      objects.set(keyText({ kind: revision, name, ...place }), {
        apiVersion,
        kind,
        metadata: { name, ...place },
      });
    }
  return { objects, unread, discovered, settings: await settingsOf(cluster), differingKeys };
}

interface Read {
  readonly object?: KubeObject;
  readonly why?: string;
  readonly differing?: readonly string[];
}

async function read(
  cluster: InventorySource,
  source: InventorySource,
  reference: Reference,
  secret: WantedObject | undefined,
): Promise<Read> {
  try {
    const object = await cluster.get(reference);
    if (object === undefined || !isSecret(object)) return object === undefined ? {} : { object };
    const stripped = withoutValues(object).object;
    if (secret === undefined) return { object: stripped };
    const { apiVersion, kind, metadata } = secret.entry.object;
    const { name, namespace } = metadata;
    const origin = await source.get({
      apiVersion,
      kind,
      name,
      ...(namespace === undefined ? {} : { namespace }),
    });
    return { object: stripped, differing: keysThatDiffer(origin, object) };
  } catch (error) {
    // Without credentials nothing can be read; one object that is refused is one object.
    if (!ZeroshiftError.is(error) || error.code === 'cluster.unauthorized') throw error;
    return { why: error.message };
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
