import { type ClusterCall, unreachable } from './cluster-error.ts';
import type { Kind, KubeObject, ObjectMeta } from './cluster-port.ts';

/** Reads what the API server sends to who lists and watches. Values of Secrets go no further than this file. */

/** What one line of a watch says. */
export type WatchedItem =
  | {
      readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
      readonly key: string;
      readonly object: KubeObject;
      readonly version: string;
    }
  | { readonly type: 'BOOKMARK'; readonly version: string };

/** The watch has failed: a `Status`, and its text. */
export interface WatchError {
  readonly type: 'ERROR';
  readonly status: number;
  readonly body: string;
}

export interface WatchedPage {
  readonly version: string;
  /** Empty at the end. */
  readonly next: string;
  readonly items: readonly { readonly key: string; readonly object: KubeObject }[];
}

/** What a list of metadata, and each event of a watch, is asked for as. A server that does not know these sends whole objects. */
const metadataOf = (kind: string): string =>
  `application/json;as=${kind};g=meta.k8s.io;v=v1, application/json`;
export const metadataOfLists = metadataOf('PartialObjectMetadataList');
export const metadataOfObjects = metadataOf('PartialObjectMetadata');

const keyOf = ({ namespace, name }: ObjectMeta): string =>
  namespace === undefined ? name : `${namespace}/${name}`;

const isSecret = ({ apiVersion, kind }: Kind): boolean => apiVersion === 'v1' && kind === 'Secret';

/** An item of a list may not say what it is, and one of which only metadata was asked says something else. */
function asKind(kind: Kind, object: KubeObject): KubeObject {
  const { apiVersion, kind: name } = kind;
  if (!isSecret(kind)) return { ...object, apiVersion, kind: name };
  // Annotations may quote values: kubectl writes down what it applied.
  const { annotations: _values, ...metadata } = object.metadata;
  return { apiVersion, kind: name, metadata };
}

/** @throws ZeroshiftError `cluster.unavailable` where the text is not whole */
function parsed(call: ClusterCall, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own words would quote the text.
    throw unreachable(call, new Error('what it sent is not JSON'));
  }
}

/** @throws ZeroshiftError `cluster.unavailable` where it is no list */
export function objectsIn(kind: Kind, call: ClusterCall, body: string): WatchedPage {
  const { metadata, items } = parsed(call, body) as {
    metadata?: { resourceVersion?: string; continue?: string };
    items?: readonly KubeObject[];
  };
  if (metadata?.resourceVersion === undefined) throw unreachable(call, new Error('what it sent is no list'));
  return {
    version: metadata.resourceVersion,
    next: metadata.continue ?? '',
    items: (items ?? []).map((item) => ({ key: keyOf(item.metadata), object: asKind(kind, item) })),
  };
}

/** @throws ZeroshiftError `cluster.unavailable` where it is no event */
export function toldOf(kind: Kind, call: ClusterCall, line: string): WatchedItem | WatchError {
  const { type, object } = parsed(call, line) as { type?: string; object?: KubeObject & { code?: number } };
  if (type === 'ERROR') return { type, status: object?.code ?? 500, body: JSON.stringify(object ?? {}) };
  const version = object?.metadata?.resourceVersion;
  if (object === undefined || version === undefined)
    throw unreachable(call, new Error('what it sent is no event'));
  if (type === 'BOOKMARK') return { type, version };
  if (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED')
    return { type, key: keyOf(object.metadata), object: asKind(kind, object), version };
  throw unreachable(call, new Error('what it sent is no event'));
}
