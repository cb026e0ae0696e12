import type { KubeObject } from '../../clusters/cluster-port.ts';
import { fieldsOf } from '../../validation/fields.ts';

/** A Secret without its values, and the names of its keys. */
export interface StrippedSecret {
  readonly object: KubeObject;
  readonly keys: readonly string[];
}

/** Tools write down what they last applied, or a hash of the content: a hash of a short value gives it away. */
const isTelling = (key: string): boolean => /last-applied|hash|checksum|digest|sha\d/i.test(key);

const kept = (entries: Readonly<Record<string, string>> | undefined) =>
  Object.fromEntries(Object.entries(entries ?? {}).filter(([key]) => !isTelling(key)));

/** Takes the values out of a Secret, and whatever was derived from them. Called on everything that is read. */
export function withoutValues(secret: KubeObject): StrippedSecret {
  const { apiVersion, kind, metadata, type, immutable } = secret;
  const { annotations, labels, ...rest } = metadata;
  return {
    object: {
      apiVersion,
      kind,
      // Only what is known to hold no values: a field that somebody adds does not come along.
      metadata: { ...rest, labels: kept(labels), annotations: kept(annotations) },
      ...(type === undefined ? {} : { type }),
      ...(immutable === undefined ? {} : { immutable }),
    },
    keys: [...Object.keys(fieldsOf(secret.data)), ...Object.keys(fieldsOf(secret.stringData))].sort(),
  };
}

export const isSecret = ({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>): boolean =>
  apiVersion === 'v1' && kind === 'Secret';
