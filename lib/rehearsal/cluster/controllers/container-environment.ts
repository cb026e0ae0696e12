import type { KubeObject } from '../../../clusters/cluster-port.ts';
import type { Store } from '../../kube-api/index.ts';
import { resources } from '../objects/index.ts';

interface KeySelector {
  readonly name: string;
  readonly key: string;
  readonly optional?: boolean;
}

interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly configMapKeyRef?: KeySelector; readonly secretKeyRef?: KeySelector };
}

interface Source {
  readonly prefix?: string;
  readonly configMapRef?: { readonly name: string; readonly optional?: boolean };
  readonly secretRef?: { readonly name: string; readonly optional?: boolean };
}

export type Environment =
  | { readonly variables: Record<string, string>; readonly missing?: undefined }
  | { readonly missing: string };

/** Variables of a pod's first container, or what is missing for them: the names only, never a value. */
export function containerEnvironment(store: Store, pod: KubeObject): Environment {
  const container = pod.spec.containers?.[0] ?? {};
  const namespace = pod.metadata.namespace;
  const variables: Record<string, string> = {};
  for (const source of (container.envFrom ?? []) as readonly Source[]) {
    const kind = source.secretRef === undefined ? 'configmap' : 'secret';
    const reference = source.secretRef ?? source.configMapRef;
    if (reference === undefined) continue;
    const data = dataOf(store, kind, namespace, reference.name);
    if (data === undefined && reference.optional !== true)
      return { missing: `${kind} "${reference.name}" not found` };
    for (const [key, value] of Object.entries(data ?? {})) variables[(source.prefix ?? '') + key] = value;
  }
  for (const variable of (container.env ?? []) as readonly Variable[]) {
    const { configMapKeyRef, secretKeyRef } = variable.valueFrom ?? {};
    const reference = secretKeyRef ?? configMapKeyRef;
    if (reference === undefined) {
      variables[variable.name] = variable.value ?? '';
      continue;
    }
    const kind = secretKeyRef === undefined ? 'configmap' : 'secret';
    const data = dataOf(store, kind, namespace, reference.name);
    const value = data?.[reference.key];
    if (value !== undefined) variables[variable.name] = value;
    else if (reference.optional !== true)
      return {
        missing:
          data === undefined
            ? `${kind} "${reference.name}" not found`
            : `couldn't find key ${reference.key} in ${kind} ${namespace}/${reference.name}`,
      };
  }
  return { variables };
}

function dataOf(
  store: Store,
  kind: 'configmap' | 'secret',
  namespace: string | undefined,
  name: string,
): Record<string, string> | undefined {
  if (kind === 'configmap') {
    const map = store.get(resources.configMaps, namespace, name);
    return map === undefined ? undefined : (map.data ?? {});
  }
  const secret = store.get(resources.secrets, namespace, name);
  if (secret === undefined) return undefined;
  const encoded = Object.entries((secret.data ?? {}) as Record<string, string>);
  return Object.fromEntries(encoded.map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
}
