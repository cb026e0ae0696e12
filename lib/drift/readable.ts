import { unifiedDifference } from '../../charts/compare.ts';
import { fleetLabel } from '../../charts/ownership.ts';
import type { KubeObject } from '../clusters/cluster-port.ts';
import { yamlText } from '../manifests/index.ts';

/** What the API server keeps for itself, or changes by itself. */
const serverFields = new Set([
  'managedFields',
  'resourceVersion',
  'generation',
  'uid',
  'selfLink',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
]);

/** What `kubectl apply` wrote down of its last run: the whole object once more, a Secret's values included. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The part of an object that a definition can say. */
function definable(object: KubeObject): Fields {
  const { metadata, status: _, ...rest } = object;
  const { annotations, ...others } = metadata;
  const kept = Object.entries(others).filter(([field]) => !serverFields.has(field));
  const { [lastApplied]: _last, ...notes } = annotations ?? {};
  return {
    ...rest,
    metadata: {
      ...Object.fromEntries(kept),
      ...(Object.keys(notes).length === 0 ? {} : { annotations: notes }),
    },
  };
}

const isSecret = ({ apiVersion, kind }: KubeObject): boolean => apiVersion === 'v1' && kind === 'Secret';

/** The names of a Secret's keys; of the values only whether they differ from those of the other object. */
function withoutValues(fields: Fields, other: Fields | undefined, mark: string): Fields {
  const hidden = ['data', 'stringData'].flatMap((part) => {
    const values = fields[part];
    if (!isFields(values)) return [];
    const others = other?.[part];
    const masked = Object.entries(values).map(([key, value]) => {
      const differs = isFields(others) && Object.hasOwn(others, key) && others[key] !== value;
      return [key, differs ? mark : '(not shown)'];
    });
    return [[part, Object.fromEntries(masked)]];
  });
  return { ...fields, ...Object.fromEntries(hidden) };
}

const asYaml = (fields: Fields): string => yamlText(fields, { sorted: true });

/** An object as a person reads it: YAML without what the API server keeps for itself and without a Secret's values. */
export function readable(object: KubeObject): string {
  const fields = definable(object);
  return asYaml(isSecret(object) ? withoutValues(fields, undefined, '') : fields);
}

/** What would change, in the unified format; empty where nothing would. Values of a Secret are never shown. */
export function differenceText(name: string, live: KubeObject, next: KubeObject): string {
  const [before, after] = [definable(live), definable(next)];
  if (!isSecret(next)) return unifiedDifference(name, asYaml(before), asYaml(after));
  return unifiedDifference(
    name,
    asYaml(withoutValues(before, after, '(not shown: as it is)')),
    asYaml(withoutValues(after, before, '(not shown: as it would be)')),
  );
}

interface ManagedFields {
  readonly manager?: string;
  readonly operation?: string;
  readonly subresource?: string;
  readonly time?: string;
  readonly fieldsV1?: Fields;
}

const owns = (fields: Fields | undefined, path: readonly string[]): boolean => {
  let at: unknown = fields;
  for (const step of path) at = isFields(at) ? at[step] : undefined;
  return at !== undefined;
};

const ownLabel = ['f:metadata', 'f:labels', `f:${fleetLabel}`];

/**
 * Who applies the definition here: the manager that applied our label, such as `kubectl` or `argocd-controller`. Only an
 * apply in its name takes away what it applied once and the definition no longer says. What a migration applied is
 * zeroshift's, and whoever applies the definition after it has the word.
 */
export function appliedBy(live: KubeObject): string | undefined {
  const { managedFields } = live.metadata;
  const entries = Array.isArray(managedFields) ? (managedFields as ManagedFields[]) : [];
  const found = entries
    .filter(
      ({ operation, subresource, fieldsV1 }) =>
        operation === 'Apply' && subresource === undefined && owns(fieldsV1, ownLabel),
    )
    .sort(
      (a, b) =>
        Number(a.manager === 'zeroshift') - Number(b.manager === 'zeroshift') ||
        (b.time ?? '').localeCompare(a.time ?? ''),
    );
  return found[0]?.manager;
}
