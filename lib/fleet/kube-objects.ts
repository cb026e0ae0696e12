import type { KubeObject } from '../clusters/cluster-port.ts';
import type { Fleet } from './fleet.ts';

/** Which kinds a fleet's manifests treat in a way of their own, and how two objects are known to be the same. */

type Kinded = Pick<KubeObject, 'apiVersion' | 'kind'>;

/** The API group, `` for the core one. */
export const groupOf = ({ apiVersion }: Pick<KubeObject, 'apiVersion'>): string =>
  apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';

const is = (group: string, kind: string) => (object: Kinded) =>
  object.kind === kind && groupOf(object) === group;

export const isKnativeService = is('serving.knative.dev', 'Service');
export const isDomainMapping = is('serving.knative.dev', 'DomainMapping');
export const isDomainClaim = is('networking.internal.knative.dev', 'ClusterDomainClaim');
export const isPlainService = is('', 'Service');
export const isNamespace = is('', 'Namespace');

/** The Knative Services among a fleet's manifests, beside the typed ones. */
export const knativeServices = ({ manifests }: Pick<Fleet, 'manifests'>): KubeObject[] =>
  manifests.map(({ object }) => object).filter(isKnativeService);

/** What Knative's webhook, or its claims, have a say in. */
export const isKnative = (object: Kinded): boolean =>
  isKnativeService(object) || isDomainMapping(object) || isDomainClaim(object);

/** Kinds that live in a namespace, by group; those of other groups say so themselves. */
const namespaced: Readonly<Record<string, readonly string[]>> = {
  '': [
    'ConfigMap',
    'Endpoints',
    'LimitRange',
    'PersistentVolumeClaim',
    'Pod',
    'PodTemplate',
    'ReplicationController',
    'ResourceQuota',
    'Secret',
    'Service',
    'ServiceAccount',
  ],
  apps: ['DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet'],
  autoscaling: ['HorizontalPodAutoscaler'],
  batch: ['CronJob', 'Job'],
  'discovery.k8s.io': ['EndpointSlice'],
  'networking.k8s.io': ['Ingress', 'NetworkPolicy'],
  policy: ['PodDisruptionBudget'],
  'rbac.authorization.k8s.io': ['Role', 'RoleBinding'],
  'serving.knative.dev': ['DomainMapping', 'Service'],
};

/** Whether an object goes to the namespace `default` when it names none. */
export const defaultsToNamespace = (object: Kinded): boolean =>
  namespaced[groupOf(object)]?.includes(object.kind) === true;

/** The same for two objects that a cluster would take for one; a host belongs to one mapping of the whole cluster. */
export const objectKey = (object: KubeObject): string => {
  const { namespace, name } = object.metadata;
  const within = namespace === undefined || isDomainMapping(object) ? name : `${namespace}/${name}`;
  return `${groupOf(object)} ${object.kind} ${within}`;
};

/** As people say it: `Service shop/cart`. */
export const shownObject = ({ kind, metadata: { namespace, name } }: KubeObject): string =>
  `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;

/** Workloads, whose pods do the work beside Knative's. */
const workloadKinds: Readonly<Record<string, readonly string[]>> = {
  '': ['Pod', 'ReplicationController'],
  apps: ['DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet'],
  batch: ['CronJob', 'Job'],
};

export const isWorkload = (object: Kinded): boolean =>
  workloadKinds[groupOf(object)]?.includes(object.kind) === true;

/** As much of a pod's template as others read. */
export interface PodTemplate {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: {
    readonly containers?: readonly {
      readonly ports?: readonly { readonly name?: string; readonly containerPort?: number }[];
    }[];
  };
}

/** The template of a workload's pods, or the pod itself; undefined for anything else. */
export function podTemplateOf(object: KubeObject): PodTemplate | undefined {
  if (!isWorkload(object)) return undefined;
  if (object.kind === 'Pod') return object as PodTemplate;
  return object.kind === 'CronJob' ? object.spec?.jobTemplate?.spec?.template : object.spec?.template;
}
