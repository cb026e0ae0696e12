import type {
  ClusterPort,
  Kind,
  KubeObject,
  ListOptions,
  Reference,
} from '../../lib/clusters/cluster-port.ts';
import type { SimulatedClock } from './simulated-clock.ts';
import {
  imageDigest,
  keyOf,
  type Mutable,
  merged,
  pruned,
  ready,
  referenceOf,
  refused,
  sameSpec,
  specChanged,
} from './simulated-objects.ts';

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
const configuration = 'serving.knative.dev/configuration';
const generationLabel = 'serving.knative.dev/configurationGeneration';
export const gatewayReference = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace: 'kourier-system',
  name: '3scale-kourier-gateway',
} as const;

/**
 * A cluster with Knative Serving, as far as the engine and the migration see it: revisions come from templates and get
 * ready after a time, PodAutoscalers follow annotations and need, gateways are rolled out one by one.
 */
export class SimulatedCluster implements ClusterPort {
  readonly objects = new Map<string, Mutable>();
  /** How many writes were accepted. */
  writes = 0;
  readonly #applied = new Map<string, KubeObject>();
  readonly #need = new Map<string, number>();
  readonly #clock: SimulatedClock;
  readonly #copies: boolean;
  #uid = 0;
  /** How long things take here, in milliseconds: a revision, a pod, each gateway of a rollout. */
  times = { ready: 2_000, pod: 1_500, gateway: 3_000 };

  constructor({ clock, copiesAnnotations = true }: SimulatedClusterProps) {
    this.#clock = clock;
    this.#copies = copiesAnnotations;
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
    return found === undefined ? undefined : structuredClone(found);
  }

  async *list({ apiVersion, kind }: Kind, options: ListOptions = {}): AsyncIterable<KubeObject> {
    const labels = (options.labelSelector ?? '').split(',').filter(Boolean);
    for (const object of [...this.objects.values()]) {
      if (object.apiVersion !== apiVersion || object.kind !== kind) continue;
      if (options.namespace !== undefined && object.metadata.namespace !== options.namespace) continue;
      const has = (label: string): boolean => {
        const [key = '', value] = label.split('=');
        return object.metadata.labels?.[key] === value;
      };
      if (labels.every(has)) yield structuredClone(object);
    }
  }

  async apply(object: KubeObject): Promise<KubeObject> {
    const key = keyOf(referenceOf(object));
    const found = this.objects.get(key);
    this.#admit(object);
    const next =
      found === undefined ? object : merged(pruned(found, this.#applied.get(key) ?? {}, object), object);
    this.#applied.set(key, structuredClone(object));
    return this.#write(next);
  }

  async patch(reference: Reference, patch: object): Promise<KubeObject> {
    const found = this.objects.get(keyOf(reference));
    if (found === undefined) throw refused(`there is no ${reference.kind} ${reference.name}`);
    return this.#write(merged(found, patch));
  }

  async create(object: KubeObject): Promise<KubeObject> {
    if (this.objects.has(keyOf(referenceOf(object))))
      throw refused('it is there already', 'cluster.conflict');
    this.#admit(object);
    return this.#write(object);
  }

  async podProxy(): Promise<string> {
    throw refused('no pod answers here');
  }

  async ready(): Promise<void> {}

  /** The pods that a revision's traffic needs now. */
  need(namespace: string, revision: string, pods: number): void {
    const key = `${namespace}/${revision}`;
    if (this.#need.get(key) === pods) return;
    this.#need.set(key, pods);
    const scaler = this.scaler(namespace, revision);
    if (scaler !== undefined) this.#scale(scaler);
  }

  scaler = (namespace: string, name: string): KubeObject | undefined =>
    this.objects.get(keyOf({ apiVersion: autoscaling, kind: 'PodAutoscaler', namespace, name }));

  /** Gateways by name; those that end take no new flows. */
  gateways(): { readonly name: string; readonly ending: boolean }[] {
    return [...this.objects.values()]
      .filter(({ kind, metadata }) => kind === 'Pod' && metadata.namespace === gatewayReference.namespace)
      .map(({ metadata }) => ({ name: metadata.name, ending: metadata.deletionTimestamp !== undefined }));
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
    const stored = this.#store(structuredClone(object));
    if (stored.kind === 'Service' && stored.apiVersion === serving) this.#reconcileService(stored, before);
    if (stored.kind === 'DomainMapping') this.#reconcileMapping(stored);
    if (stored.kind === 'ClusterDomainClaim') this.#reconcileMappings();
    if (stored.kind === 'Revision' && this.#copies) this.#copyAnnotations(stored);
    if (stored.kind === 'PodAutoscaler') {
      const revision = this.objects.get(
        keyOf({ ...referenceOf(stored), apiVersion: serving, kind: 'Revision' }),
      );
      if (this.#copies && revision !== undefined) this.#copyAnnotations(revision);
      this.#scale(stored);
    }
    if (stored.kind === 'Deployment' && specChanged(before, stored)) this.#rollOut();
    return structuredClone(stored);
  }

  #store(object: KubeObject): Mutable {
    const key = keyOf(referenceOf(object));
    const before = this.objects.get(key);
    const stored: Mutable = {
      ...object,
      metadata: {
        ...object.metadata,
        uid: before?.metadata.uid ?? `uid-${++this.#uid}`,
        generation: (before?.metadata.generation ?? 0) + (specChanged(before, object) ? 1 : 0),
        creationTimestamp: before?.metadata.creationTimestamp ?? new Date(this.#clock.now()).toISOString(),
      },
    };
    if (before?.status !== undefined && object.status === undefined)
      Object.assign(stored, { status: before.status });
    this.objects.set(key, stored);
    return stored;
  }

  #reconcileService(service: Mutable, before: KubeObject | undefined): void {
    const { name, namespace = 'default' } = service.metadata;
    const generation = Number(service.status?.configurationGeneration ?? 0);
    const same = JSON.stringify(before?.spec?.template) === JSON.stringify(service.spec.template);
    if (same) {
      this.#serviceStatus(service);
      return;
    }
    const next = generation + 1;
    const labels = { [configuration]: name, [generationLabel]: String(next) };
    Object.assign(service, {
      status: { ...service.status, configurationGeneration: next, failed: undefined },
    });
    // As upstream does it: whatever carries the two labels is taken for this generation's revision.
    const adopted = [...this.objects.values()].find(
      ({ kind, metadata }) =>
        kind === 'Revision' &&
        metadata.namespace === namespace &&
        Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value),
    );
    const { metadata = {}, spec } = service.spec.template;
    const revision = metadata.name ?? `${name}-${String(next).padStart(5, '0')}`;
    const taken = this.objects.get(
      keyOf({ apiVersion: serving, kind: 'Revision', namespace, name: revision }),
    );
    Object.assign(service.status, { latestCreatedRevisionName: adopted?.metadata.name ?? revision });
    if (adopted === undefined && taken !== undefined && !sameSpec(taken.spec, spec)) {
      Object.assign(service.status, { failed: 'RevisionFailed' });
    } else if (adopted === undefined && taken === undefined) {
      this.#addRevision(
        service,
        revision,
        { ...metadata.labels, ...labels },
        metadata.annotations ?? {},
        spec,
      );
    }
    this.#serviceStatus(service);
  }

  #addRevision(
    service: Mutable,
    name: string,
    labels: Record<string, string>,
    annotations: Record<string, string>,
    spec: KubeObject['spec'],
  ): void {
    const { namespace = 'default' } = service.metadata;
    const revision = this.#store({
      apiVersion: serving,
      kind: 'Revision',
      metadata: {
        name,
        namespace,
        labels: { ...labels, 'serving.knative.dev/service': service.metadata.name },
        annotations: structuredClone(annotations),
      },
      spec: structuredClone(spec),
      status: { conditions: ready(undefined, 'Deploying') },
    });
    const { containers = [] } = spec as { containers?: { image: string }[] };
    this.#clock.in(this.times.ready, () => {
      const scaler = this.#store({
        apiVersion: autoscaling,
        kind: 'PodAutoscaler',
        metadata: { name, namespace, annotations: structuredClone(revision.metadata.annotations ?? {}) },
        spec: {},
        status: { actualScale: 1 },
      });
      const now = this.objects.get(keyOf(referenceOf(revision)));
      if (now === undefined) return;
      Object.assign(now, {
        status: {
          conditions: ready(true),
          containerStatuses: containers.map(({ image }) => ({ imageDigest: imageDigest(image) })),
        },
      });
      this.#scale(scaler);
      const owner = this.objects.get(keyOf(referenceOf(service)));
      if (owner !== undefined) this.#serviceStatus(owner);
    });
  }

  #serviceStatus(service: Mutable): void {
    const { name, namespace = 'default', generation } = service.metadata;
    const revision = (wanted: string): KubeObject | undefined =>
      this.objects.get(keyOf({ apiVersion: serving, kind: 'Revision', namespace, name: wanted }));
    const isReady = (wanted: string | undefined): boolean =>
      wanted !== undefined && revision(wanted)?.status?.conditions?.[0]?.status === 'True';
    const created: string = service.status?.latestCreatedRevisionName ?? '';
    const latest: string | undefined = isReady(created) ? created : service.status?.latestReadyRevisionName;
    const wanted: { revisionName?: string; latestRevision?: boolean; percent?: number; tag?: string }[] =
      service.spec.traffic ?? [{ latestRevision: true, percent: 100 }];
    const missing = wanted.filter(({ revisionName }) => revisionName !== undefined && !isReady(revisionName));
    const host = `${name}.${namespace}.example.com`;
    const traffic = wanted.map(({ revisionName, tag, percent = 0 }) => ({
      revisionName: revisionName ?? latest,
      percent,
      ...(revisionName === undefined ? { latestRevision: true } : {}),
      ...(tag === undefined ? {} : { tag, url: `http://${tag}-${host}` }),
    }));
    const fine = service.status?.failed === undefined && latest === created && missing.length === 0;
    Object.assign(service, {
      status: {
        ...service.status,
        observedGeneration: generation,
        url: `http://${host}`,
        ...(latest === undefined ? {} : { latestReadyRevisionName: latest }),
        traffic: missing.length > 0 || latest === undefined ? (service.status?.traffic ?? []) : traffic,
        conditions: ready(
          service.status?.failed !== undefined ? false : fine ? true : undefined,
          fine ? undefined : (service.status?.failed ?? 'RevisionMissing'),
        ),
      },
    });
    this.#reconcileMappings();
  }

  #reconcileMappings(): void {
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
    Object.assign(scaler.metadata, { annotations: structuredClone(revision.metadata.annotations ?? {}) });
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
      Object.assign(this.scaler(namespace, name)?.status ?? {}, { actualScale: now.aim });
    });
  }

  #addGateway(): void {
    this.#store({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: `gateway-${this.#uid}`,
        namespace: gatewayReference.namespace,
        labels: { app: gatewayReference.name },
      },
    });
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
