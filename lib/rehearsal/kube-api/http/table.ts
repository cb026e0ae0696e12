import type { KubeObject } from '../../../clusters/cluster-port.ts';
import { ageColumn } from '../columns.ts';
import type { PrinterColumn, ResourceDefinition } from '../resource-definition.ts';

/** How much of an object goes with its row. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

export interface Table {
  readonly kind: 'Table';
  readonly apiVersion: 'meta.k8s.io/v1';
  readonly metadata: Record<string, unknown>;
  readonly columnDefinitions: readonly object[];
  readonly rows: readonly object[];
}

const nameColumn: PrinterColumn = { name: 'Name', type: 'string', value: ({ metadata }) => metadata.name };

const columnsOf = (definition: ResourceDefinition): readonly PrinterColumn[] => [
  nameColumn,
  ...(definition.columns.length === 0 ? [ageColumn] : definition.columns),
];

/** Only what identifies an object and is common to all. */
export const metadataOnly = (object: KubeObject): object => ({
  kind: 'PartialObjectMetadata',
  apiVersion: 'meta.k8s.io/v1',
  metadata: object.metadata,
});

/** Objects as rows of printed cells, for `kubectl get`. */
export function tableOf(
  definition: ResourceDefinition,
  objects: readonly KubeObject[],
  options: {
    readonly include: IncludeObject;
    readonly metadata: Record<string, unknown>;
    readonly now: Date;
  },
): Table {
  const columns = columnsOf(definition);
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: options.metadata,
    columnDefinitions: columns.map((column) => ({
      name: column.name,
      type: column.type,
      format: column === nameColumn ? 'name' : '',
      description: column.name,
      priority: column.wide ? 1 : 0,
    })),
    rows: objects.map((object) => ({
      cells: columns.map((column) => column.value(object, options.now) ?? null),
      ...(options.include === 'None'
        ? {}
        : { object: options.include === 'Object' ? object : metadataOnly(object) }),
    })),
  };
}
