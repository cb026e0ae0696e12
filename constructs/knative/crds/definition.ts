import { servingLabels } from '../component.ts';
import type { Release } from '../releases/index.ts';
import { anyObject, object, type Schema, text } from './schema.ts';

/** A column of `kubectl get`. */
export interface Column {
  readonly name: string;
  readonly type: 'integer' | 'string';
  readonly jsonPath: string;
}

export const column = (name: string, jsonPath: string, type: Column['type'] = 'string'): Column => ({
  name,
  type,
  jsonPath,
});

/** The columns that show whether an object is ready, and if not, why. @param quote around the condition's name */
export const readiness = (quote = "'"): readonly Column[] =>
  (['status', 'reason'] as const).map((field) =>
    column(
      field === 'status' ? 'Ready' : 'Reason',
      `.status.conditions[?(@.type==${quote}Ready${quote})].${field}`,
    ),
  );

/** The API groups of Serving: one for people, the others for its own parts. */
const groups = {
  serving: { group: 'serving.knative.dev', categories: ['all', 'knative', 'serving'] },
  networking: {
    group: 'networking.internal.knative.dev',
    categories: ['knative-internal', 'networking'],
    component: 'networking',
  },
  autoscaling: {
    group: 'autoscaling.internal.knative.dev',
    categories: ['knative-internal', 'autoscaling'],
  },
  caching: { group: 'caching.internal.knative.dev', categories: ['knative-internal', 'caching'] },
} as const;

/** One kind of Serving's API. */
export interface CustomResource {
  readonly area: keyof typeof groups;
  readonly kind: string;
  readonly version: 'v1' | 'v1alpha1' | 'v1beta1';
  /** @default 'Namespaced' */
  readonly scope?: 'Cluster' | 'Namespaced';
  /** @default - none */
  readonly shortNames?: readonly string[];
  /** Ways in which others may treat its objects: as something to call, as something that runs pods. @default - none */
  readonly ducks?: readonly ('addressable' | 'podspecable')[];
  /** @default - only the name */
  readonly columns?: readonly Column[];
  readonly spec: Schema;
  /** @default - no schema of a status, so that none is kept */
  readonly status?: Schema;
}

/** The CustomResourceDefinition of a kind, as plain data. */
export function definition(release: Release, resource: CustomResource) {
  const { kind, version, scope = 'Namespaced', shortNames, ducks = [], columns, spec, status } = resource;
  const { group, categories, ...area } = groups[resource.area];
  const singular = kind.toLowerCase();
  const plural = singular.endsWith('s') ? `${singular}es` : `${singular}s`;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${group}`,
      labels: {
        ...servingLabels(release, 'component' in area ? area.component : undefined),
        'knative.dev/crd-install': 'true',
        ...Object.fromEntries(ducks.map((duck) => [`duck.knative.dev/${duck}`, 'true'])),
      },
    },
    spec: {
      group,
      scope,
      names: { kind, singular, plural, categories, ...(shortNames === undefined ? {} : { shortNames }) },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          ...(columns === undefined ? {} : { additionalPrinterColumns: columns }),
          schema: {
            openAPIV3Schema: object({
              apiVersion: text,
              kind: text,
              metadata: anyObject,
              spec,
              ...(status === undefined ? {} : { status }),
            }),
          },
        },
      ],
    },
  };
}
