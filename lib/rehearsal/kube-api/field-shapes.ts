import type { ResourceDefinition } from './resource-definition.ts';

/** How a list is merged and owned: as a whole, as a set of scalars, or item by item, told apart by key fields. */
export type ListShape =
  | { readonly type: 'atomic' }
  | { readonly type: 'set' }
  | {
      readonly type: 'map';
      readonly keys: readonly string[];
      readonly defaults?: Readonly<Record<string, string>>;
    };

/** What a kind's schema says about merging. Paths hold field names only: list items add nothing to them. */
export interface FieldShapes {
  list(path: readonly string[]): ListShape;
  /** Whether a map is owned as a whole. */
  atomicMap(path: readonly string[]): boolean;
}

const atomic: ListShape = { type: 'atomic' };
const byKeys = (...keys: string[]): ListShape => ({ type: 'map', keys });
const named = byKeys('name');

/** Custom resources are those of Knative; the API server treats them by their CRD, not by Go types. */
export const isCustom = (definition: Pick<ResourceDefinition, 'group'>): boolean =>
  definition.group.endsWith('.knative.dev');

/** Lists that built-in kinds merge item by item, wherever a field of this name occurs. */
const builtInLists: Readonly<Record<string, ListShape>> = {
  containers: named,
  initContainers: named,
  ephemeralContainers: named,
  env: named,
  volumes: named,
  imagePullSecrets: named,
  secrets: named,
  webhooks: named,
  volumeMounts: byKeys('mountPath'),
  volumeDevices: byKeys('devicePath'),
  hostAliases: byKeys('ip'),
  topologySpreadConstraints: byKeys('topologyKey', 'whenUnsatisfiable'),
  conditions: byKeys('type'),
};
/** Knative's CRDs leave containers, ports, traffic and conditions atomic; these few are merged. */
const customLists: Readonly<Record<string, ListShape>> = {
  env: named,
  volumes: named,
  imagePullSecrets: named,
  volumeMounts: byKeys('mountPath'),
};
const containerPorts: ListShape = {
  type: 'map',
  keys: ['containerPort', 'protocol'],
  defaults: { protocol: 'TCP' },
};
const servicePorts: ListShape = { type: 'map', keys: ['port', 'protocol'], defaults: { protocol: 'TCP' } };

const atomicMaps = new Set([
  'nodeSelector',
  'secretKeyRef',
  'configMapKeyRef',
  'fieldRef',
  'resourceFieldRef',
  'objectRef',
  'involvedObject',
  'scaleTargetRef',
  'roleRef',
]);

export function shapesOf(definition: ResourceDefinition): FieldShapes {
  const custom = isCustom(definition);
  const isService = definition.group === '' && definition.plural === 'services';
  return {
    list(path) {
      const name = path.at(-1) ?? '';
      if (path[0] === 'metadata') {
        if (path.length !== 2) return atomic;
        if (name === 'finalizers') return { type: 'set' };
        return name === 'ownerReferences' ? byKeys('uid') : atomic;
      }
      const table = custom ? customLists : builtInLists;
      if (Object.hasOwn(table, name)) return table[name] ?? atomic;
      if (custom || name !== 'ports') return atomic;
      if (isService) return path.length === 2 ? servicePorts : atomic;
      return path.at(-2)?.endsWith('ontainers') ? containerPorts : atomic;
    },
    atomicMap(path) {
      const name = path.at(-1) ?? '';
      if (path[0] === 'metadata' || path.length < 2) return false;
      if (atomicMaps.has(name)) return true;
      // A label selector is owned as a whole; so is the selector of a Service.
      return !custom && (/[sS]elector$/.test(name) || (isService && name === 'selector'));
    },
  };
}
