import type { KubeObject } from '../clusters/cluster-port.ts';
import type { ObjectName } from '../messages/drift-texts.ts';

/** What an object is called, as a reference and as events have it; by its prefix where the cluster shall name it. */
export const objectName = ({ apiVersion, kind, metadata }: KubeObject): ObjectName => ({
  apiVersion,
  kind,
  ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
  name: metadata.name ?? String(metadata.generateName ?? ''),
});

/** Empty for the core group. */
export const groupOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
