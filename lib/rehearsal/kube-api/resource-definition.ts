import type { KubeObject } from '../../clusters/cluster-port.ts';

/** A column of `kubectl get`, as a CRD's `additionalPrinterColumns` has it. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date' | 'boolean';
  /** Reads the cell from the object; `now` is for ages. */
  readonly value: (object: KubeObject, now: Date) => string | number | boolean | undefined;
  /** Shown only with `-o wide`. @default false */
  readonly wide?: boolean;
}

/** One resource that a rehearsal cluster's API serves. */
export interface ResourceDefinition {
  /** `` for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  /** Has a `/status` subresource. */
  readonly status: boolean;
  /** Has a `/scale` subresource over `spec.replicas`. @default false */
  readonly scale?: boolean;
  /** After `Name`. Where there are none, the age is shown. */
  readonly columns: readonly PrinterColumn[];
}

/** `services.serving.knative.dev`; for the core group the plural alone. */
export const resourceKey = (definition: Pick<ResourceDefinition, 'group' | 'plural'>): string =>
  definition.group === '' ? definition.plural : `${definition.plural}.${definition.group}`;
