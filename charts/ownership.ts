import type { KubeObject } from '../lib/clusters/cluster-port.ts';

/** The fleet that made an object: by it the objects of a fleet are found on a cluster. */
export const fleetLabel = 'zeroshift.dev/fleet';
/** The component that an object belongs to, as its folder is called. */
export const componentLabel = 'zeroshift.dev/component';
/**
 * What object this is. Controllers copy the labels and annotations of an object to what they make of it (Knative those
 * of a Service to its Route, Kubernetes those of a Service to its Endpoints, which have no owner): a copy names
 * something else than itself.
 */
export const objectAnnotation = 'zeroshift.dev/object';

type Named = Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'>;

/** The same for an object in every version of its kind: `Deployment.apps/knative-serving/webhook`. */
export function identityOf({ apiVersion, kind, metadata: { name, namespace } }: Named): string {
  const [group] = apiVersion.includes('/') ? apiVersion.split('/') : [];
  const place = namespace === undefined ? name : `${namespace}/${name}`;
  return `${group === undefined ? kind : `${kind}.${group}`}/${place}`;
}

/**
 * The objects with the marks by which they are recognised on a cluster. Only their own metadata has them, never a
 * template or a selector: nothing restarts because of them.
 */
export const withOwnership = (
  objects: readonly KubeObject[],
  fleet: string,
  component: string,
): KubeObject[] =>
  objects.map((object) => {
    const { metadata } = object;
    return {
      ...object,
      metadata: {
        ...metadata,
        labels: { ...metadata.labels, [fleetLabel]: fleet, [componentLabel]: component },
        annotations: { ...metadata.annotations, [objectAnnotation]: identityOf(object) },
      },
    };
  });

/**
 * Whether an object is what the tool made for this fleet, and neither a copy of its marks nor somebody's child. Of an
 * object without a namespace it is not known at synthesis whether its kind has one; it is then the default one.
 */
export function isMadeFor(fleet: string, object: KubeObject): boolean {
  const { labels, annotations, ownerReferences = [], namespace, ...rest } = object.metadata;
  const marked = annotations?.[objectAnnotation];
  const known = [
    identityOf(object),
    ...(namespace === 'default' ? [identityOf({ ...object, metadata: rest })] : []),
  ];
  return (
    labels?.[fleetLabel] === fleet &&
    marked !== undefined &&
    known.includes(marked) &&
    ownerReferences.length === 0
  );
}
