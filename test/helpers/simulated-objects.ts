import { createHash } from 'node:crypto';
import type { KubeObject, Reference } from '../../lib/clusters/cluster-port.ts';
import { ZeroshiftError } from '../../lib/messages/error.ts';

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const mergedMaps = (base: unknown, patch: unknown): unknown => {
  if (!isMap(patch)) return copyOf(patch);
  const result: Record<string, unknown> = isMap(base) ? { ...base } : {};
  for (const [key, value] of Object.entries(patch))
    if (value === null) delete result[key];
    else result[key] = mergedMaps(result[key], value);
  return result;
};

/** JSON merge patch. */
export const merged = (base: KubeObject, patch: object): KubeObject => mergedMaps(base, patch) as KubeObject;

const prunedMaps = (found: unknown, owned: unknown, next: unknown): unknown => {
  if (!isMap(found) || !isMap(owned)) return found;
  return Object.fromEntries(
    Object.entries(found)
      .filter(([key]) => !(key in owned) || (isMap(next) && key in next))
      .map(([key, value]) => [key, prunedMaps(value, owned[key], isMap(next) ? next[key] : undefined)]),
  );
};

/** An object without what was applied before and is not applied again, as server-side apply takes it away. */
export const pruned = (found: KubeObject, owned: object, next: KubeObject): KubeObject =>
  prunedMaps(found, owned, next) as KubeObject;

/** A copy of what is plain data; faster than `structuredClone`. */
export function copyOf<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf) as T;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) copy[key] = copyOf((value as Record<string, unknown>)[key]);
  return copy as T;
}

/** An image resolves to the same digest everywhere. */
export const imageDigest = (image: string): string =>
  image.includes('@')
    ? image
    : `${image.replace(/:[^/]*$/, '')}@sha256:${createHash('sha256').update(image).digest('hex')}`;

export type Mutable = KubeObject & { metadata: Record<string, unknown> & KubeObject['metadata'] };

export const keyOf = ({ apiVersion, kind, namespace, name }: Reference): string =>
  `${apiVersion}/${kind}/${namespace ?? ''}/${name}`;
export const referenceOf = ({ apiVersion, kind, metadata }: KubeObject): Reference => ({
  apiVersion,
  kind,
  name: metadata.name,
  ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
});
export const ready = (status: boolean | undefined, reason?: string) => [
  {
    type: 'Ready',
    status: status === undefined ? 'Unknown' : status ? 'True' : 'False',
    ...(reason === undefined ? {} : { reason }),
  },
];

export const specChanged = (before: KubeObject | undefined, after: KubeObject): boolean =>
  before === undefined || JSON.stringify(before.spec) !== JSON.stringify(after.spec);

export const sameSpec = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

export const refused = (message: string, code = 'cluster.refused'): ZeroshiftError =>
  new ZeroshiftError(message, { code, source: 'outside' });
