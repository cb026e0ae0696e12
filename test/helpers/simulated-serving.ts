import type { KubeObject } from '../../lib/clusters/cluster-port.ts';
import type { SimulatedClock } from './simulated-clock.ts';
import type { SimulatedCluster } from './simulated-cluster.ts';
import {
  copyOf,
  imageDigest,
  keyOf,
  type Mutable,
  ready,
  referenceOf,
  sameSpec,
} from './simulated-objects.ts';

const serving = 'serving.knative.dev/v1';
const scalers = 'autoscaling.internal.knative.dev/v1alpha1';
const label = {
  service: 'serving.knative.dev/service',
  configuration: 'serving.knative.dev/configuration',
  generation: 'serving.knative.dev/configurationGeneration',
};

const ownedBy = ({ apiVersion, kind, metadata }: KubeObject) => ({
  apiVersion,
  kind,
  name: metadata.name,
  uid: metadata.uid ?? '',
  controller: true,
  blockOwnerDeletion: true,
});

const isOwned = ({ metadata }: KubeObject, owner: KubeObject): boolean =>
  (metadata.ownerReferences ?? []).some(({ uid }) => uid === owner.metadata.uid);

/** To Knative no metadata and empty metadata are the same. */
const sameTemplate = (a: KubeObject['spec'], b: KubeObject['spec']): boolean =>
  sameSpec([a?.metadata ?? {}, a?.spec], [b?.metadata ?? {}, b?.spec]);

/** Knative's controllers as far as a migration and a cutover see them: services, configurations, revisions. */
export class SimulatedServing {
  constructor(
    private readonly clock: SimulatedClock,
    private readonly cluster: SimulatedCluster,
  ) {}

  service(service: Mutable): void {
    const { name, namespace = 'default', uid = '' } = service.metadata;
    const found = this.#find('Configuration', namespace, name);
    const { template } = service.spec;
    if (found === undefined)
      this.configuration(
        this.cluster.put({
          apiVersion: serving,
          kind: 'Configuration',
          metadata: {
            name,
            namespace,
            labels: { [label.service]: name, 'serving.knative.dev/serviceUID': uid },
            ownerReferences: [ownedBy(service)],
          },
          spec: { template: copyOf(template) },
        }),
      );
    else if (isOwned(found, service) && !sameTemplate(found.spec?.template, template))
      this.configuration(this.cluster.put({ ...found, spec: { template: copyOf(template) } }));
    this.#status(service);
  }

  configuration(configuration: Mutable): void {
    const { name, namespace = 'default', generation = 1 } = configuration.metadata;
    const { metadata = {}, spec } = configuration.spec.template;
    const labels = { [label.configuration]: name, [label.generation]: String(generation) };
    const wanted = metadata.name ?? `${name}-${String(generation).padStart(5, '0')}`;
    // Without a name whatever carries the two labels is taken for this generation's revision.
    const labelled =
      metadata.name === undefined
        ? this.#all('Revision').find(
            (one) =>
              one.metadata.namespace === namespace &&
              Object.entries(labels).every(([key, value]) => one.metadata.labels?.[key] === value),
          )
        : undefined;
    const taken = labelled ?? this.#find('Revision', namespace, wanted);
    const mine =
      taken === undefined ||
      taken === labelled ||
      (isOwned(taken, configuration) &&
        (taken.metadata.labels?.[label.generation] === String(generation) || sameSpec(taken.spec, spec)));
    if (taken === undefined) this.#add(configuration, wanted, { ...metadata.labels, ...labels });
    const { status = {} } = configuration;
    Object.assign(configuration, {
      status: {
        ...status,
        observedGeneration: generation,
        failed: mine ? undefined : 'RevisionFailed',
        ...(mine ? { latestCreatedRevisionName: taken?.metadata.name ?? wanted } : {}),
      },
    });
    this.#settle(configuration);
  }

  /** A revision that somebody made, by whomever it is owned. */
  begin(revision: Mutable): void {
    const { name, namespace = 'default', annotations = {} } = revision.metadata;
    Object.assign(revision, { status: { conditions: ready(undefined, 'Deploying') } });
    const { containers = [] } = revision.spec as { containers?: { image: string }[] };
    this.clock.in(this.cluster.times.ready, () => {
      const now = this.cluster.objects.get(keyOf(referenceOf(revision)));
      if (now === undefined || now.metadata.uid !== revision.metadata.uid) return;
      const none = annotations['autoscaling.knative.dev/initial-scale'] === '0';
      this.cluster.put({
        apiVersion: scalers,
        kind: 'PodAutoscaler',
        metadata: { name, namespace, annotations: copyOf(now.metadata.annotations ?? {}) },
        spec: {},
        status: { actualScale: none ? 0 : 1 },
      });
      Object.assign(now, {
        status: {
          conditions: ready(true),
          containerStatuses: containers.map(({ image }) => ({ imageDigest: imageDigest(image) })),
        },
      });
      this.cluster.rescale(namespace, name);
      for (const configuration of this.#all('Configuration')) this.#settle(configuration);
      for (const service of this.#all('Service')) this.#status(service);
    });
  }

  #add(configuration: Mutable, name: string, labels: Record<string, string>): void {
    const { namespace = 'default' } = configuration.metadata;
    const { metadata = {}, spec } = configuration.spec.template;
    const service = configuration.metadata.labels?.[label.service];
    const revision = this.cluster.put({
      apiVersion: serving,
      kind: 'Revision',
      metadata: {
        name,
        namespace,
        labels: { ...labels, ...(service === undefined ? {} : { [label.service]: service }) },
        annotations: copyOf(metadata.annotations ?? {}),
        ownerReferences: [ownedBy(configuration)],
      },
      spec: copyOf(spec),
    });
    this.begin(revision);
  }

  #settle(configuration: Mutable): void {
    const { namespace = 'default', generation } = configuration.metadata;
    const {
      latestCreatedRevisionName: created,
      latestReadyRevisionName: before,
      failed,
    } = configuration.status ?? {};
    const latest = this.#isReady(namespace, created) ? created : before;
    const fine = failed === undefined && latest === created && created !== undefined;
    Object.assign(configuration, {
      status: {
        ...configuration.status,
        observedGeneration: generation,
        ...(latest === undefined ? {} : { latestReadyRevisionName: latest }),
        conditions: ready(failed === undefined ? (fine ? true : undefined) : false, failed),
      },
    });
  }

  #isReady(namespace: string, name: string | undefined): boolean {
    if (name === undefined) return false;
    return this.#find('Revision', namespace, name)?.status?.conditions?.[0]?.status === 'True';
  }

  #status(service: Mutable): void {
    const { name, namespace = 'default', generation } = service.metadata;
    const configuration = this.#find('Configuration', namespace, name);
    const owned = configuration !== undefined && isOwned(configuration, service);
    const {
      latestCreatedRevisionName: created,
      latestReadyRevisionName: latest,
      failed,
    } = (owned ? configuration.status : undefined) ?? {};
    const wanted: { revisionName?: string; latestRevision?: boolean; percent?: number; tag?: string }[] =
      service.spec.traffic ?? [{ latestRevision: true, percent: 100 }];
    const missing = wanted.filter(
      ({ revisionName }) => revisionName !== undefined && !this.#isReady(namespace, revisionName),
    );
    const host = `${name}.${namespace}.example.com`;
    const traffic = wanted.map(({ revisionName, tag, percent = 0 }) => ({
      revisionName: revisionName ?? latest,
      percent,
      ...(revisionName === undefined ? { latestRevision: true } : {}),
      ...(tag === undefined ? {} : { tag, url: `http://${tag}-${host}` }),
    }));
    const wrong = owned ? failed : 'NotOwned';
    const fine = wrong === undefined && latest !== undefined && latest === created && missing.length === 0;
    Object.assign(service, {
      status: {
        ...service.status,
        observedGeneration: generation,
        url: `http://${host}`,
        ...(created === undefined ? {} : { latestCreatedRevisionName: created }),
        ...(latest === undefined ? {} : { latestReadyRevisionName: latest }),
        traffic: missing.length > 0 || latest === undefined ? (service.status?.traffic ?? []) : traffic,
        conditions: ready(
          wrong === undefined ? (fine ? true : undefined) : false,
          fine ? undefined : (wrong ?? 'RevisionMissing'),
        ),
      },
    });
    this.cluster.remap();
  }

  /** What a Configuration's Service must hear of. */
  heard(configuration: Mutable): void {
    const { namespace = 'default', name } = configuration.metadata;
    const service = this.#find('Service', namespace, name);
    if (service !== undefined) this.#status(service);
  }

  #find(kind: string, namespace: string, name: string): Mutable | undefined {
    return this.cluster.objects.get(keyOf({ apiVersion: serving, kind, namespace, name }));
  }

  #all(kind: string): Mutable[] {
    return [...this.cluster.objects.values()].filter(
      (object) => object.kind === kind && object.apiVersion === serving,
    );
  }
}
