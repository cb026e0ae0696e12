import type { Construct } from 'constructs';

/** A file for each construct, numbered so that the order of names is the order of application. */
export const numbered = (parts: readonly Construct[]): ReadonlyMap<string, Construct> =>
  new Map(parts.map((part, index) => [`${String(index).padStart(2, '0')}-${part.node.id}.yaml`, part]));
