import type {
  ClusterPort,
  Kind,
  KubeObject,
  ListOptions,
  Reference,
} from '../../lib/clusters/cluster-port.ts';
import type { Discovered, DryRun, Removal } from '../../lib/clusters/definition-port.ts';
import type { SimulatedClock } from './simulated-clock.ts';
import {
  copyOf,
  keyOf,
  type Mutable,
  merged,
  pruned,
  ready,
  referenceOf,
  refused,
  specChanged,
} from './simulated-objects.ts';
import { SimulatedServing } from './simulated-serving.ts';
import { isWorkload, SimulatedWorkloads } from './simulated-workloads.ts';

export interface SimulatedClusterProps {
  readonly clock: SimulatedClock;
  /** Copies a Revision's annotations to its PodAutoscaler, as Knative 1.23 does and 1.22 does not. @default true */
  readonly copiesAnnotations?: boolean;
}

/** Milliseconds from a gateway that is taken away to its end, and from no need for a pod to its end. */
const drainAfter = 3_000;
const shrinkAfter = 20_000;
const gatewayCount = 2;

const serving = 'serving.knative.dev/v1';
const autoscaling = 'autoscaling.internal.knative.dev/v1alpha1';
const minScale = 'autoscaling.knative.dev/min-scale';
const maxScale = 'autoscaling.knative.dev/max-scale';
export const gatewayReference = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace: 'kourier-system',
  name: '3scale-kourier-gateway',
} as const;

/** What an inventory looks through; kinds that the cluster makes by itself are left out. */
const served = (
  [
    ['v1', 'Namespace', false],
    ['apps/v1', 'Deployment'],
    ['batch/v1', 'CronJob'],
    ['autoscaling/v2', 'HorizontalPodAutoscaler'],
    [serving, 'Service'],
    [serving, 'Configuration'],
    [serving, 'Revision'],
    ['serving.knative.dev/v1beta1', 'DomainMapping'],
    ['networking.internal.knative.dev/v1alpha1', 'ClusterDomainClaim', false],
  ] as const
).map(([apiVersion, kind, namespaced = true]) => ({
  apiVersion,
  kind,
  namespaced,
  verbs: ['list'],
  preferred: true,
}));

/**
 * A cluster with Knative Serving, as far as the engine and the migration see it: revisions come from templates and get
 * ready after a time, PodAutoscalers follow annotations and need, gateways are rolled out one by one.
 */
export class SimulatedCluster implements ClusterPort {
  readonly objects = new Map<string, Mutable>();
  /** When a revision last had fewer pods than before. */
  shrunkAt = 0;
  /** How many writes were accepted. */
  writes = 0;
  readonly workloads: SimulatedWorkloads;
  readonly #serving: SimulatedServing;
  readonly #applied = new Map<string, KubeObject>();
  readonly #need = new Map<string, number>();
  readonly #clock: SimulatedClock;
  readonly #copies: boolean;
  /** Keys of the gateways' pods. */
  readonly #gateways = new Set<string>();
  #uid = 0;
  #version = 0;
  /** How long things take here, in milliseconds: a revision, a pod, each gateway of a rollout, a workload's end. */
  times = { ready: 2_000, pod: 1_500, gateway: 3_000, end: 4_000 };

  constructor({ clock, copiesAnnotations = true }: SimulatedClusterProps) {
    this.#clock = clock;
    this.#copies = copiesAnnotations;
    this.#serving = new SimulatedServing(clock, this);
    this.workloads = new SimulatedWorkloads(clock, this);
    const replicas = gatewayCount;
    this.#store({
      ...gatewayReference,
      metadata: { name: gatewayReference.name, namespace: gatewayReference.namespace },
      spec: {
        replicas,
        selector: { matchLabels: { app: gatewayReference.name } },
        template: { metadata: { labels: { app: gatewayReference.name } } },
      },
    });
    for (let i = 0; i < replicas; i++) this.#addGateway();
    this.#gatewayStatus(1, replicas);
  }

  async get(reference: Reference): Promise<KubeObject | undefined> {
    const found = this.objects.get(keyOf(reference));
    return found === undefined ? undefined : copyOf(found);
  }

  async *list({ apiVersion, kind }: Kind, options: ListOptions = {}): AsyncIterable<KubeObject> {
    const labels = (options.labelSelector ?? '').split(',').filter(Boolean);
    const all: Mutable[] = [];
    for (const object of this.objects.values())
      if (object.kind === kind && object.apiVersion === apiVersion) all.push(object);
    for (const object of all) {
      if (options.namespace !== undefined && object.metadata.namespace !== options.namespace) continue;
      const has = (label: string): boolean => {
        const [key = '', value] = label.split('=');
        return object.metadata.labels?.[key] === value;
      };
      if (labels.every(has)) yield copyOf(object);
    }
  }

  async apply(object: KubeObject): Promise<KubeObject> {
    const key = keyOf(referenceOf(object));
    const found = this.objects.get(key);
    this.#admit(object);
    const next =
      found === undefined ? object : merged(pruned(found, this.#applied.get(key) ?? {}, object), object);
    this.#applied.set(key, copyOf(object));
    return this.#write(next);
  }

  async patch(reference: Reference, patch: object): Promise<KubeObject> {
    const found = this.objects.get(keyOf(reference));
    if (found === undefined) throw refused(`there is no ${reference.kind} ${reference.name}`);
    const { resourceVersion } = found.metadata;
    const next = merged(found, patch);
    if (next.metadata.resourceVersion !== resourceVersion)
      throw refused('it was changed meanwhile', 'cluster.conflict');
    // As the API server: a status is written apart, and a write that changes nothing is none.
    const written =
      reference.subresource === 'status'
        ? { ...found, status: next.status }
        : isWorkload(found)
          ? { ...next, status: found.status }
          : next;
    if (JSON.stringify(written) === JSON.stringify(found)) return copyOf(found);
    return this.#write(written);
  }

  /** What the cluster itself does, without a client. */
  put(object: KubeObject): Mutable {
    return this.#store(object);
  }

  async create(object: KubeObject): Promise<KubeObject> {
    if (this.objects.has(keyOf(referenceOf(object))))
      throw refused('it is there already', 'cluster.conflict');
    this.#admit(object);
    return this.#write(object);
  }

  async discover(): Promise<Discovered> {
    return { resources: served, unknown: [] };
  }

  async dryRun(object: KubeObject): Promise<DryRun> {
    this.#admit(object);
    return { outcome: 'accepted', object };
  }

  async podProxy(): Promise<string> {
    throw refused('no pod answers here');
  }

  async ready(): Promise<void> {}

  async remove({ metadata, ...object }: KubeObject): Promise<Removal> {
    const reference = referenceOf({ ...object, metadata } as KubeObject);
    const found = this.objects.get(keyOf(reference));
    if (found === undefined) return { outcome: 'gone' };
    if (found.metadata.uid !== metadata.uid || found.metadata.resourceVersion !== metadata.resourceVersion)
      return { outcome: 'changed' };
    this.objects.delete(keyOf(reference));
    this.objects.delete(keyOf({ ...reference, apiVersion: autoscaling, kind: 'PodAutoscaler' }));
    return { outcome: 'deleted' };
  }

  /** Looks again at how many pods a revision is to have. */
  rescale(namespace: string, revision: string): void {
    const scaler = this.scaler(namespace, revision);
    if (scaler !== undefined) this.#scale(scaler);
  }

  /** The pods that a revision's traffic needs now. */
  need(namespace: string, revision: string, pods: number): void {
    const key = `${namespace}/${revision}`;
    if (this.#need.get(key) === pods) return;
    this.#need.set(key, pods);
    this.rescale(namespace, revision);
  }

  scaler = (namespace: string, name: string): KubeObject | undefined =>
    this.objects.get(keyOf({ apiVersion: autoscaling, kind: 'PodAutoscaler', namespace, name }));

  /** Gateways by name; those that end take no new flows. */
  gateways(): { readonly name: string; readonly ending: boolean }[] {
    const there: { name: string; ending: boolean }[] = [];
    for (const key of this.#gateways) {
      const pod = this.objects.get(key);
      if (pod === undefined) this.#gateways.delete(key);
      else there.push({ name: pod.metadata.name, ending: pod.metadata.deletionTimestamp !== undefined });
    }
    return there;
  }

  #admit(object: KubeObject): void {
    const { namespace } = object.metadata;
    const known = { apiVersion: 'v1', kind: 'Namespace', name: namespace ?? '' };
    if (namespace !== undefined && !this.objects.has(keyOf(known)))
      throw refused(`there is no namespace ${namespace}`);
    for (const target of object.kind === 'Service' ? (object.spec?.traffic ?? []) : [])
      if (target.latestRevision === true && target.revisionName !== undefined)
        throw refused('may not set revisionName and latestRevision: true together');
  }

  #write(object: KubeObject): KubeObject {
    this.writes++;
    const before = this.objects.get(keyOf(referenceOf(object)));
    const stored = this.#store(copyOf(object));
    if (stored.apiVersion === serving) this.#serve(stored, before);
    if (stored.kind === 'DomainMapping') this.#reconcileMapping(stored);
    if (stored.kind === 'ClusterDomainClaim') this.remap();
    if (stored.kind === 'PodAutoscaler') {
      const revision = this.objects.get(
        keyOf({ ...referenceOf(stored), apiVersion: serving, kind: 'Revision' }),
      );
      if (this.#copies && revision !== undefined) this.#copyAnnotations(revision);
      this.#scale(stored);
    }
    if (isWorkload(stored)) this.workloads.reconcile(stored);
    else if (stored.kind === 'Deployment' && specChanged(before, stored)) this.#rollOut();
    return copyOf(stored);
  }

  #serve(stored: Mutable, before: KubeObject | undefined): void {
    if (stored.kind === 'Service') this.#serving.service(stored);
    if (stored.kind === 'Configuration') {
      // Only here it matters who wrote an object.
      Object.assign(stored.metadata, { managedFields: [{ manager: 'zeroshift' }] });
      if (specChanged(before, stored)) this.#serving.configuration(stored);
      this.#serving.heard(stored);
    }
    if (stored.kind !== 'Revision') return;
    if (before === undefined) this.#serving.begin(stored);
    else if (this.#copies) this.#copyAnnotations(stored);
  }

  #store(object: KubeObject): Mutable {
    const key = keyOf(referenceOf(object));
    const before = this.objects.get(key);
    const stored: Mutable = {
      ...object,
      metadata: {
        ...object.metadata,
        uid: before?.metadata.uid ?? `uid-${++this.#uid}`,
        resourceVersion: String(++this.#version),
        generation: (before?.metadata.generation ?? 0) + (specChanged(before, object) ? 1 : 0),
        creationTimestamp: before?.metadata.creationTimestamp ?? new Date(this.#clock.now()).toISOString(),
      },
    };
    if (before?.status !== undefined && object.status === undefined)
      Object.assign(stored, { status: before.status });
    this.objects.set(key, stored);
    return stored;
  }

  /** Looks at all DomainMappings again. */
  remap(): void {
    for (const object of [...this.objects.values()])
      if (object.kind === 'DomainMapping') this.#reconcileMapping(object);
  }

  #reconcileMapping(mapping: Mutable): void {
    const { name, namespace, generation } = mapping.metadata;
    const apiVersion = 'networking.internal.knative.dev/v1alpha1';
    const claim = this.objects.get(keyOf({ apiVersion, kind: 'ClusterDomainClaim', name }));
    const { ref } = mapping.spec as { ref: { name: string } };
    const service = this.objects.get(
      keyOf({ apiVersion: serving, kind: 'Service', namespace: namespace ?? '', name: ref.name }),
    );
    const fine = claim?.spec?.namespace === namespace && service !== undefined;
    Object.assign(mapping, { status: { observedGeneration: generation, conditions: ready(fine) } });
  }

  #copyAnnotations(revision: KubeObject): void {
    const scaler = this.scaler(revision.metadata.namespace ?? '', revision.metadata.name);
    if (scaler === undefined) return;
    Object.assign(scaler.metadata, { annotations: copyOf(revision.metadata.annotations ?? {}) });
    this.#scale(scaler);
  }

  #scale({ metadata: { namespace = '', name } }: KubeObject): void {
    const wanted = (): { aim: number; actual: number } => {
      const scaler = this.scaler(namespace, name);
      const least = Number(scaler?.metadata.annotations?.[minScale] ?? 0);
      const most = Number(scaler?.metadata.annotations?.[maxScale] ?? 0);
      const pods = Math.max(least, this.#need.get(`${namespace}/${name}`) ?? 0);
      return { aim: most > 0 ? Math.min(pods, most) : pods, actual: scaler?.status?.actualScale ?? 0 };
    };
    const { aim, actual } = wanted();
    if (aim === actual) return;
    this.#clock.in(aim > actual ? this.times.pod : shrinkAfter, () => {
      const now = wanted();
      // What was to grow must not shrink by this timer, and the other way round.
      if (Math.sign(now.aim - now.actual) !== Math.sign(aim - actual)) return;
      if (now.aim < now.actual) this.shrunkAt = this.#clock.now();
      Object.assign(this.scaler(namespace, name)?.status ?? {}, { actualScale: now.aim });
    });
  }

  #addGateway(): void {
    const pod = this.#store({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: `gateway-${this.#uid}`,
        namespace: gatewayReference.namespace,
        labels: { app: gatewayReference.name },
      },
    });
    this.#gateways.add(keyOf(referenceOf(pod)));
  }

  #gatewayStatus(observedGeneration: number, updatedReplicas: number): void {
    const deployment = this.objects.get(keyOf(gatewayReference));
    const replicas = gatewayCount;
    if (deployment !== undefined)
      Object.assign(deployment, {
        status: { observedGeneration, updatedReplicas, replicas, availableReplicas: replicas },
      });
  }

  #rollOut(): void {
    const gatewayAfter = this.times.gateway;
    const generation = this.objects.get(keyOf(gatewayReference))?.metadata.generation ?? 0;
    const old = this.gateways().filter(({ ending }) => !ending);
    this.#clock.in(200, () => this.#gatewayStatus(generation, 0));
    for (let i = 0; i < gatewayCount; i++)
      this.#clock.in(gatewayAfter * (i + 1), () => {
        this.#addGateway();
        this.#gatewayStatus(generation, i + 1);
        const key = keyOf({
          apiVersion: 'v1',
          kind: 'Pod',
          namespace: 'kourier-system',
          name: old[i]?.name ?? '',
        });
        const pod = this.objects.get(key);
        if (pod !== undefined)
          Object.assign(pod.metadata, { deletionTimestamp: new Date(this.#clock.now()).toISOString() });
        this.#clock.in(drainAfter, () => this.objects.delete(key));
      });
  }
}
