import type { KubeObject } from '../../clusters/cluster-port.ts';
import { age } from './age.ts';
import type { PrinterColumn } from './resource-definition.ts';

/** The value at a dotted path, for cells. */
function at(object: KubeObject, path: string): unknown {
  let value: unknown = object;
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

const cell = (value: unknown): string | number | boolean | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined;

export const text = (name: string, path: string): PrinterColumn => ({
  name,
  type: 'string',
  value: (object) => cell(at(object, path)),
});

/** A number; `missing` is what a built-in kind shows where the field is absent. */
export const integer = (name: string, path: string, missing?: number): PrinterColumn => ({
  name,
  type: 'integer',
  value: (object) => cell(at(object, path)) ?? missing,
});

export const computed = (name: string, value: PrinterColumn['value']): PrinterColumn => ({
  name,
  type: 'string',
  value,
});

export const wide = (column: PrinterColumn): PrinterColumn => ({ ...column, wide: true });

export const label = (name: string, key: string): PrinterColumn => ({
  name,
  type: 'string',
  value: (object) => object.metadata.labels?.[key],
});

/** Time since the object was created. */
export const ageColumn: PrinterColumn = {
  name: 'Age',
  type: 'string',
  value: (object, now) => {
    const created = object.metadata.creationTimestamp;
    return created === undefined ? '<unknown>' : age(now.getTime() - Date.parse(created));
  },
};

const condition = (object: KubeObject, type: string, field: 'status' | 'reason'): string | undefined => {
  const conditions: unknown = object.status?.conditions;
  if (!Array.isArray(conditions)) return undefined;
  return conditions.find((candidate) => candidate?.type === type)?.[field];
};

/** The two columns at the end of nearly every Knative kind. */
export const readyColumns: readonly PrinterColumn[] = [
  computed('Ready', (object) => condition(object, 'Ready', 'status')),
  computed('Reason', (object) => condition(object, 'Ready', 'reason')),
];
