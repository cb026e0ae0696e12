import type { KubeObject } from '../../../lib/clusters/cluster-port.ts';

/** An object as a person finds it: `Deployment knative-serving/activator`; a generated name ends in `*`. */
export function objectName({ kind, metadata }: KubeObject): string {
  const { name = `${metadata.generateName ?? ''}*`, namespace } = metadata;
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}
