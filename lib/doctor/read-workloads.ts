import type { KubeObject } from '../clusters/cluster-port.ts';
import { listOf, textOf } from '../migration/inventory/names.ts';
import { type Fields, fieldsOf } from '../validation/fields.ts';
import type { WorkloadFacts } from './cluster-facts.ts';

type Read = <T>(kind: string, of: (object: KubeObject) => T) => Promise<T[]>;

const knativeService = 'serving.knative.dev/v1 Service';
const withTemplates = [
  knativeService,
  'apps/v1 Deployment',
  'apps/v1 StatefulSet',
  'apps/v1 DaemonSet',
  'batch/v1 CronJob',
];
const scalers = 'autoscaling.internal.knative.dev/v1alpha1 PodAutoscaler';

/** What the workloads of a cluster ask of it. Keeps names only, object by object. */
export async function workloadsOf(served: ReadonlySet<string>, read: Read): Promise<WorkloadFacts> {
  const all = new Workloads();
  const kinds = withTemplates.filter((kind) => served.has(kind));
  await Promise.all([
    ...kinds.map((kind) => read(kind, (object) => all.add(kind, object))),
    ...(served.has(scalers) ? [read(scalers, ({ status }) => all.addPods(status?.actualScale))] : []),
    ...(served.has('v1 PersistentVolumeClaim')
      ? [read('v1 PersistentVolumeClaim', ({ spec }) => all.addStorage(spec?.storageClassName))]
      : []),
  ]);
  return all;
}

class Workloads implements WorkloadFacts {
  readonly priorityClasses = new Set<string>();
  readonly storageClasses = new Set<string>();
  readonly runtimeClasses = new Set<string>();
  readonly images = new Set<string>();
  readonly withoutRequests: string[] = [];
  readonly dnsOwners = new Map<string, string>();
  readonly apiServers = new Map<string, string[]>();
  services = 0;
  pods = 0;

  add(kind: string, object: KubeObject): void {
    const { namespace = 'default', name, ownerReferences = [] } = object.metadata;
    const pod = podOf(object);
    const containers = [...listOf(pod.initContainers), ...listOf(pod.containers)];
    const called = `${object.kind} ${namespace}/${name}`;
    for (const [text, found] of [
      [pod.priorityClassName, this.priorityClasses],
      [pod.runtimeClassName, this.runtimeClasses],
    ] as const)
      if (typeof text === 'string' && text !== '') found.add(text);
    for (const { spec } of listOf(object.spec?.volumeClaimTemplates))
      this.addStorage(fieldsOf(spec).storageClassName);
    for (const container of containers) this.#container(called, `${namespace}/${name}`, container);
    if (kind === knativeService) {
      this.services++;
      if (!listOf(pod.containers).every(asks)) this.withoutRequests.push(`${namespace}/${name}`);
    } else if (!ownerReferences.some(({ apiVersion }) => apiVersion.includes('knative.dev')))
      // Pods of revisions are counted by their autoscalers.
      this.addPods(object.status?.readyReplicas ?? object.status?.numberReady);
  }

  addPods(count: unknown): void {
    if (typeof count === 'number' && count > 0) this.pods += count;
  }

  addStorage(name: unknown): void {
    if (typeof name === 'string' && name !== '') this.storageClasses.add(name);
  }

  #container(workload: string, name: string, { image, args, env }: Fields): void {
    const ofImage = textOf(image);
    if (ofImage !== undefined) this.images.add(ofImage);
    if (ofImage !== undefined && /(^|\/)external-dns(:|@|$)/.test(ofImage))
      this.dnsOwners.set(name, ownerOf(args));
    for (const { value } of listOf(env)) {
      const server = apiServer.exec(String(value ?? ''))?.[1]?.toLowerCase();
      if (server === undefined) continue;
      const known = this.apiServers.get(server) ?? [];
      if (!known.includes(workload)) this.apiServers.set(server, [...known, workload]);
    }
  }
}

/** `https://0123456789ABCDEF.gr7.eu-west-1.eks.amazonaws.com` */
const apiServer = /https:\/\/([\w.-]+\.eks\.amazonaws\.com(?:\.cn)?)/i;

/** Its `--txt-owner-id`, which is `default` where nothing is said. */
function ownerOf(args: unknown): string {
  const texts: readonly unknown[] = Array.isArray(args) ? args : [];
  const at = texts.indexOf('--txt-owner-id');
  if (at >= 0) return String(texts[at + 1] ?? 'default');
  const joined = texts.find((text) => String(text).startsWith('--txt-owner-id='));
  return joined === undefined ? 'default' : String(joined).slice('--txt-owner-id='.length);
}

const asks = ({ resources }: Fields): boolean => {
  const requests = fieldsOf(fieldsOf(resources).requests);
  return requests.cpu !== undefined && requests.memory !== undefined;
};

const podOf = (object: KubeObject): Fields => {
  const template =
    object.kind === 'CronJob' ? object.spec?.jobTemplate?.spec?.template : object.spec?.template;
  return fieldsOf(template?.spec);
};
