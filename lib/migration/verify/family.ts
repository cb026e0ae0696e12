import type { ClusterPort, Kind, KubeObject } from '../../clusters/cluster-port.ts';
import { fieldsOf } from '../../validation/fields.ts';
import { controllerOf, delivererOf, type Owner } from '../inventory/owners.ts';
import { configurationOf } from '../inventory/revision-uses.ts';
import { withoutManagers } from '../inventory/service-history.ts';
import { kinds } from '../kinds.ts';

/** The part of the port that a verification reads with. */
export type VerifyReader = Pick<ClusterPort, 'get' | 'list'>;

export type HeadKind = 'Service' | 'Configuration' | 'Route';

/** What is verified as one: a Service, or a Configuration or Route that stands alone, with what belongs to it. */
export interface Family {
  readonly kind: HeadKind;
  readonly head: KubeObject;
  /** Who delivers it. @default - nobody who is known */
  readonly owner?: Owner;
  /** @default - a Route has none, or it is not there */
  readonly configuration?: KubeObject;
  /** All of its configuration, whether they matter or not. */
  readonly revisions: readonly KubeObject[];
  /** The hosts that lead to it. */
  readonly mappings: readonly KubeObject[];
}

/** A namespace of one cluster, as far as Knative goes. */
export interface Neighbourhood {
  /** By kind and name (`familyKey`). */
  readonly families: ReadonlyMap<string, Family>;
  /** Revisions of no configuration, by name. */
  readonly loose: readonly KubeObject[];
  /** Those that stand alone: they may lead to revisions of any family. */
  readonly routes: readonly KubeObject[];
}

const route = { apiVersion: 'serving.knative.dev/v1', kind: 'Route' } as const;

export const familyKey = (kind: string, name: string): string => `${kind} ${name}`;

const applied = 'kubectl.kubernetes.io/last-applied-configuration';

/** Without what is of use only to who writes, and makes up most of an object. */
function slim(object: KubeObject): KubeObject {
  const { annotations, ...metadata } = withoutManagers(object).metadata;
  if (annotations === undefined) return { ...object, metadata };
  const { [applied]: _, ...kept } = annotations;
  return { ...object, metadata: { ...metadata, annotations: kept } };
}

const isOfService = (object: KubeObject): boolean =>
  controllerOf(object)?.kind === 'Service.serving.knative.dev' ||
  object.metadata.labels?.['serving.knative.dev/service'] !== undefined;

interface Read {
  readonly object: KubeObject;
  readonly owner: Owner | undefined;
}

async function all(cluster: VerifyReader, kind: Kind, namespace: string): Promise<Read[]> {
  const found: Read[] = [];
  for await (const object of cluster.list(kind, { namespace }))
    found.push({ object: slim(object), owner: delivererOf(object) });
  return found;
}

function put(lists: Map<string, KubeObject[]>, key: string, object: KubeObject): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [object]);
  else list.push(object);
}

/** Reads what a namespace has of Knative: five lists, page by page. */
export async function readNeighbourhood(cluster: VerifyReader, namespace: string): Promise<Neighbourhood> {
  const [services, configurations, routes, revisions, mappings] = await Promise.all([
    all(cluster, kinds.service, namespace),
    all(cluster, kinds.configuration, namespace),
    all(cluster, route, namespace),
    all(cluster, kinds.revision, namespace),
    all(cluster, kinds.domainMapping, namespace),
  ]);
  const configured = new Map(configurations.map(({ object }) => [object.metadata.name, object]));
  const byConfiguration = new Map<string, KubeObject[]>();
  const loose: KubeObject[] = [];
  for (const { object } of revisions) {
    const name = configurationOf(object);
    if (name === undefined) loose.push(object);
    else put(byConfiguration, name, object);
  }
  const byReference = new Map<string, KubeObject[]>();
  for (const { object } of mappings) {
    const { apiVersion, kind, name } = fieldsOf(object.spec?.ref);
    // Others lead to Services of Kubernetes.
    if (String(apiVersion).startsWith('serving.knative.dev/'))
      put(byReference, familyKey(String(kind), String(name)), object);
  }
  const families = new Map<string, Family>();
  const add = (kind: HeadKind, { object, owner }: Read): void => {
    const { name } = object.metadata;
    const configuration = kind === 'Route' ? undefined : configured.get(name);
    families.set(familyKey(kind, name), {
      kind,
      head: object,
      ...(owner === undefined ? {} : { owner }),
      ...(configuration === undefined ? {} : { configuration }),
      revisions: kind === 'Route' ? [] : (byConfiguration.get(name) ?? []),
      mappings: byReference.get(familyKey(kind, name)) ?? [],
    });
  };
  for (const service of services) add('Service', service);
  const alone = (reads: readonly Read[]): Read[] => reads.filter(({ object }) => !isOfService(object));
  for (const configuration of alone(configurations)) add('Configuration', configuration);
  for (const one of alone(routes)) add('Route', one);
  return { families, loose, routes: alone(routes).map(({ object }) => object) };
}
