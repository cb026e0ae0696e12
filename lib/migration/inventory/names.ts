import type { Kind, KubeObject } from '../../clusters/cluster-port.ts';
import { type Fields, fieldsOf } from '../../validation/fields.ts';

/** A kind in whatever version a cluster serves it: `Secret`, `Deployment.apps`, `Service.serving.knative.dev`. */
export type GroupKind = string;

/** Empty for the core group. */
const groupOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';

export const groupKind = (kind: string, group = ''): GroupKind => (group === '' ? kind : `${kind}.${group}`);

export const groupKindOf = ({ apiVersion, kind }: Kind): GroupKind => groupKind(kind, groupOf(apiVersion));

/** The group of a kind, empty for the core one. */
export const groupIn = (kind: GroupKind): string =>
  kind.includes('.') ? kind.slice(kind.indexOf('.') + 1) : '';

/** What an object is called in a cluster, whatever the version that it is read in. */
export interface ObjectKey {
  readonly kind: GroupKind;
  /** @default - none: its kind has no namespaces */
  readonly namespace?: string;
  readonly name: string;
}

/** `Secret shop/db`, `Namespace shop`. Joined, so that nothing keeps its parts: inventories hold many of these. */
export const keyText = ({ kind, namespace, name }: ObjectKey): string =>
  (namespace === undefined ? [kind, ' ', name] : [kind, ' ', namespace, '/', name]).join('');

export const keyOf = (object: KubeObject): ObjectKey => {
  const { name, namespace } = object.metadata;
  return { kind: groupKindOf(object), name, ...(namespace === undefined ? {} : { namespace }) };
};

/** The objects of a list; of anything else none. */
export const listOf = (value: unknown): readonly Fields[] =>
  Array.isArray(value) ? value.map(fieldsOf) : [];

/** A text that is not empty. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
