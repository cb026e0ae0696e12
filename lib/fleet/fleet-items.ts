import type { DomainMappingProps } from '../../constructs/service/domain-mapping.ts';
import type { KnativeServiceProps } from '../../constructs/service/knative-service.ts';
import type { KubeObject } from '../clusters/cluster-port.ts';
import type { Problem } from '../messages/error.ts';
import type { FleetManifest } from './fleet.ts';
import { defaultsToNamespace } from './kube-objects.ts';
import { manifestProblems } from './manifest-problems.ts';

/** One thing that a fleet's definition, or a file of its folder, holds. */
export interface FleetItem extends Pick<FleetManifest, 'source' | 'placeOf'> {
  readonly value: unknown;
}

/** A fleet's items by what they are. */
export interface SortedItems {
  readonly services: readonly { readonly props: KnativeServiceProps; readonly source: string }[];
  readonly domainMappings: readonly { readonly props: DomainMappingProps; readonly source: string }[];
  readonly manifests: readonly FleetManifest[];
  readonly problems: readonly Problem[];
}

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;

/** Without the values, which may be secret. */
function shape(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  const fields = fieldsOf(value);
  if (value === undefined || value === null) return 'nothing';
  if (fields === undefined) return `a ${typeof value}`;
  const keys = Object.keys(fields);
  return keys.length === 0 ? 'nothing in braces' : `something with ${keys.slice(0, 5).join(', ')}`;
}

export const itemKinds =
  'a service ({ name, image, … }), a domain mapping ({ name, service }), a Kubernetes object (apiVersion, kind, metadata), or a list of them';

/** The object without what says nothing, as a dry run of kubectl leaves it, and with the namespace that it goes to. */
function normalized(fields: Fields): KubeObject {
  const { status, metadata, ...rest } = fields as KubeObject;
  const { creationTimestamp, namespace, ...kept } = metadata;
  const within = namespace ?? (defaultsToNamespace(fields as KubeObject) ? 'default' : undefined);
  const { name, ...others } = kept;
  return {
    ...(rest as Pick<KubeObject, 'apiVersion' | 'kind'>),
    metadata: { name, ...(within === undefined ? {} : { namespace: within }), ...others },
  };
}

/** Tells services, mappings and Kubernetes objects apart, and checks what each of them is by itself. */
export function sortItems(items: readonly FleetItem[]): SortedItems {
  const services: { props: KnativeServiceProps; source: string }[] = [];
  const domainMappings: { props: DomainMappingProps; source: string }[] = [];
  const manifests: FleetManifest[] = [];
  const problems: Problem[] = [];
  for (const { value, source, placeOf } of items) {
    const fields = fieldsOf(value);
    const place = { source, ...(placeOf === undefined ? {} : { placeOf }) };
    // Text has no types: what it holds is an object of Kubernetes, or nothing that can be told.
    if (fields !== undefined && (placeOf !== undefined || 'apiVersion' in fields || 'kind' in fields)) {
      const found = manifestProblems(fields, place);
      problems.push(...found);
      if (found.length === 0) manifests.push({ object: normalized(fields), ...place });
    } else if (fields === undefined || !('name' in fields || 'image' in fields || 'containers' in fields))
      problems.push({
        where: source,
        found: shape(value),
        allowed: placeOf === undefined ? itemKinds : 'a Kubernetes object with apiVersion, kind and metadata',
      });
    else if (typeof fields.name !== 'string')
      problems.push({ where: `${source}.name`, value: fields.name, allowed: 'a name' });
    else if ('service' in fields && !('image' in fields || 'containers' in fields)) {
      if (typeof fields.service !== 'string')
        problems.push({
          where: `${source}.service`,
          value: fields.service,
          allowed: 'the name of a service',
        });
      else domainMappings.push({ props: value as DomainMappingProps, source });
    } else services.push({ props: value as KnativeServiceProps, source });
  }
  return { services, domainMappings, manifests, problems };
}
