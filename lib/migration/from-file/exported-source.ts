import type { ClusterPort, Kind, KubeObject, ListOptions, Reference } from '../../clusters/cluster-port.ts';
import type { Discovered, ServedResource } from '../../clusters/definition-port.ts';
import { ZeroshiftError } from '../../messages/error.ts';
import type { InventorySource } from '../inventory/index.ts';
import { groupKindOf, keyText } from '../inventory/names.ts';
import type { ExportedFile } from './exported-file.ts';

/** A file in the place of a cluster: it can be read as one, and nothing can be written to it. */
export type ExportedSource = InventorySource & ClusterPort;

const serving = 'serving.knative.dev/v1';

/** What an inventory looks for, whether the file has one or not. */
const always: readonly (Kind & { readonly namespaced: boolean })[] = [
  { apiVersion: 'v1', kind: 'Namespace', namespaced: false },
  ...['Service', 'Configuration', 'Revision', 'Route'].map((kind) => ({
    apiVersion: serving,
    kind,
    namespaced: true,
  })),
  { apiVersion: 'serving.knative.dev/v1beta1', kind: 'DomainMapping', namespaced: true },
];

const textOf = ({ name, namespace, ...kind }: Reference): string =>
  keyText({ kind: groupKindOf(kind), name, ...(namespace === undefined ? {} : { namespace }) });

/** `app=cart,tier!=test,owner`: the forms that lists are asked with. */
function fits(selector: string, labels: Readonly<Record<string, string>>): boolean {
  return selector.split(',').every((part) => {
    const [, not, key = '', sign, value = ''] = /^(!?)([^=!]+?)(?:(!=|==?)(.*))?$/.exec(part.trim()) ?? [];
    if (sign === undefined) return Object.hasOwn(labels, key) !== (not === '!');
    return (labels[key] === value) !== (sign === '!=');
  });
}

/** Reads a file as if it were its cluster. What writes throws `export.read-only`: nothing of ours calls it. */
export function exportedSource({ source, objects }: ExportedFile): ExportedSource {
  const byKind = new Map<string, KubeObject[]>();
  const byName = new Map<string, KubeObject>();
  const served = new Map<string, ServedResource>();
  const serve = ({ apiVersion, kind, namespaced }: Kind & { readonly namespaced: boolean }): void => {
    const group = groupKindOf({ apiVersion, kind });
    const id = `${apiVersion} ${kind}`;
    if (served.has(id)) return;
    // Objects of all versions come in the list of the first.
    const preferred = ![...served.values()].some((one) => groupKindOf(one) === group);
    served.set(id, { apiVersion, kind, namespaced, verbs: ['get', 'list'], preferred });
  };
  for (const kind of always) serve(kind);
  for (const object of objects) {
    const { apiVersion, kind, metadata } = object;
    serve({ apiVersion, kind, namespaced: metadata.namespace !== undefined });
    const group = groupKindOf(object);
    const others = byKind.get(group) ?? [];
    others.push(object);
    byKind.set(group, others);
    const place = metadata.namespace === undefined ? {} : { namespace: metadata.namespace };
    byName.set(textOf({ apiVersion, kind, name: metadata.name, ...place }), object);
  }
  const discovered: Discovered = { resources: [...served.values()], unknown: [] };
  const readOnly = async (): Promise<never> => {
    throw new ZeroshiftError('a file cannot be written to as a cluster', {
      code: 'export.read-only',
      source: 'zeroshift',
      problems: [{ where: source, found: 'a write', allowed: 'reading' }],
    });
  };
  return {
    isStill: true,
    get: async (reference) => byName.get(textOf(reference)),
    async *list(kind: Kind, { namespace, labelSelector }: ListOptions = {}) {
      for (const object of byKind.get(groupKindOf(kind)) ?? [])
        if (
          (namespace === undefined || object.metadata.namespace === namespace) &&
          (labelSelector === undefined || fits(labelSelector, object.metadata.labels ?? {}))
        )
          yield object;
    },
    discover: async () => discovered,
    ready: async () => {},
    apply: readOnly,
    patch: readOnly,
    create: readOnly,
    podProxy: readOnly,
  };
}
