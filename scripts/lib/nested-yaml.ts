import { parse } from 'yaml';
import type { KubeObject } from '../../lib/clusters/cluster-port.ts';

/** A config map whose files of YAML are data too: how such a text is laid out is no difference. */
export function withNestedYaml(object: KubeObject): KubeObject {
  const { data } = object;
  if (object.kind !== 'ConfigMap' || typeof data !== 'object' || data === null) return object;
  const read = Object.entries(data).map(([key, text]) => [
    key,
    /\.ya?ml$/.test(key) && typeof text === 'string' ? parse(text) : text,
  ]);
  return { ...object, data: Object.fromEntries(read) };
}
