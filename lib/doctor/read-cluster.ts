import type { KubeObject } from '../clusters/cluster-port.ts';
import type { DefinitionPort, Discovered } from '../clusters/definition-port.ts';
import { ZeroshiftError } from '../messages/error.ts';
import type { Reading } from './check.ts';
import type { ClusterFacts, DeploymentFacts, FrontPod, OldWrite } from './cluster-facts.ts';
import {
  accountRole,
  budgetOf,
  classText,
  definitionOf,
  deploymentOf,
  fullQuotas,
  nodeClaimOf,
  nodeOf,
  nodePoolOf,
  oldWritesOf,
  readyBehind,
  webhooksOf,
} from './object-facts.ts';
import { workloadsOf } from './read-workloads.ts';

/** What facts are read through: nothing here writes. */
export type ClusterReader = Pick<DefinitionPort, 'list' | 'ready' | 'discover'>;

/** A part that may be unreadable: the reason takes its place. What is no answer of the cluster is a bug, and thrown. */
async function reading<T>(work: () => Promise<T>): Promise<Reading<T>> {
  try {
    return { known: await work() };
  } catch (error) {
    if (ZeroshiftError.is(error)) return { why: error.message };
    throw error;
  }
}

/** Reads a cluster for the checks, each part on its own. Throws for nothing that a cluster may answer. */
export async function readCluster(cluster: ClusterReader): Promise<ClusterFacts> {
  const answers = await reading(async (): Promise<true> => {
    await cluster.ready();
    return true;
  });
  const discovered: Reading<Discovered> =
    'why' in answers ? answers : await reading(() => cluster.discover());
  return new Reader(cluster, answers, discovered).all();
}

class Reader {
  readonly #cluster: ClusterReader;
  readonly #answers: Reading<true>;
  readonly #discovered: Reading<Discovered>;

  constructor(cluster: ClusterReader, answers: Reading<true>, discovered: Reading<Discovered>) {
    this.#cluster = cluster;
    this.#answers = answers;
    this.#discovered = discovered;
  }

  async all(): Promise<ClusterFacts> {
    const workloads = this.#part(() => workloadsOf(this.#served(), (kind, of) => this.#objects(kind, of)));
    const [one, two] = [this.#nodes(), this.#rest()];
    return { answers: this.#answers, ...(await one), ...(await two), workloads: await workloads };
  }

  async #nodes() {
    const [nodes, nodeClaims, nodePools] = await Promise.all([
      this.#list('v1 Node', nodeOf),
      this.#listIfServed('karpenter.sh/v1 NodeClaim', nodeClaimOf),
      this.#listIfServed('karpenter.sh/v1 NodePool', nodePoolOf),
    ]);
    return { nodes, nodeClaims, nodePools };
  }

  async #rest() {
    const [serving, frontPods, coreDns, budgets, webhooks, definitions, quotas, accountRoles, oldWrites] =
      await Promise.all([
        this.#part(() => this.#serving()),
        this.#part(() => this.#frontPods()),
        this.#part(() => this.#coreDns()),
        this.#list('policy/v1 PodDisruptionBudget', budgetOf),
        this.#part(() => this.#webhooks()),
        this.#list('apiextensions.k8s.io/v1 CustomResourceDefinition', definitionOf),
        this.#part(async () => (await this.#objects('v1 ResourceQuota', fullQuotas)).flat()),
        this.#part(async () => new Map((await this.#objects('v1 ServiceAccount', accountRole)).flat())),
        this.#part(() => this.#oldWrites()),
      ]);
    const [priorityClasses, storageClasses, runtimeClasses, ingressClasses] = await Promise.all(
      [
        'scheduling.k8s.io/v1 PriorityClass',
        'storage.k8s.io/v1 StorageClass',
        'node.k8s.io/v1 RuntimeClass',
        'networking.k8s.io/v1 IngressClass',
      ].map((kind) => this.#part(async () => new Map(await this.#objects(kind, classText)))),
    );
    const none = { why: 'it was not read' };
    return {
      serving,
      frontPods,
      coreDns,
      budgets,
      webhooks,
      definitions,
      quotas,
      accountRoles,
      oldWrites,
      priorityClasses: priorityClasses ?? none,
      storageClasses: storageClasses ?? none,
      runtimeClasses: runtimeClasses ?? none,
      ingressClasses: ingressClasses ?? none,
      served: await this.#part(async () => this.#served()),
    };
  }

  /** What a cluster that does not answer would say of each part is known already. */
  #part<T>(work: () => Promise<T>): Promise<Reading<T>> {
    if ('why' in this.#answers) return Promise.resolve(this.#answers);
    if ('why' in this.#discovered) return Promise.resolve(this.#discovered);
    return reading(work);
  }

  #served(): Set<string> {
    if ('why' in this.#discovered) return new Set();
    return new Set(this.#discovered.known.resources.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`));
  }

  #list<T>(kind: string, of: (object: KubeObject) => T): Promise<Reading<readonly T[]>> {
    return this.#part(() => this.#objects(kind, of));
  }

  /** Of kinds that a cluster need not have. */
  #listIfServed<T>(kind: string, of: (object: KubeObject) => T): Promise<Reading<readonly T[]>> {
    return this.#part(async () => (this.#served().has(kind) ? this.#objects(kind, of) : []));
  }

  /** @param kind such as `apps/v1 Deployment` */
  async #objects<T>(kind: string, of: (object: KubeObject) => T, namespace?: string): Promise<T[]> {
    if (!this.#served().has(kind)) throw notServed(kind);
    const [apiVersion = '', name = ''] = kind.split(' ');
    const found: T[] = [];
    const options = namespace === undefined ? {} : { namespace };
    for await (const object of this.#cluster.list({ apiVersion, kind: name }, options))
      found.push(of(object));
    return found;
  }

  async #serving(): Promise<DeploymentFacts[]> {
    const found = await Promise.all(
      ['knative-serving', 'kourier-system'].map((namespace) =>
        this.#objects('apps/v1 Deployment', deploymentOf, namespace),
      ),
    );
    return found.flat();
  }

  async #frontPods(): Promise<FrontPod[]> {
    const pods = async (namespace: string, app: string, role: FrontPod['role']): Promise<FrontPod[]> => {
      const found = await this.#objects('v1 Pod', (pod) => pod, namespace);
      return found
        .filter(({ metadata }) => metadata.labels?.app === app && metadata.deletionTimestamp === undefined)
        .map(({ metadata: { name }, spec }) => ({
          role,
          name,
          ...(typeof spec?.nodeName === 'string' ? { node: spec.nodeName } : {}),
        }));
    };
    const found = await Promise.all([
      pods('kourier-system', '3scale-kourier-gateway', 'gateway'),
      pods('knative-serving', 'activator', 'activator'),
    ]);
    return found.flat();
  }

  async #coreDns(): Promise<DeploymentFacts | null> {
    const found = await this.#objects('apps/v1 Deployment', deploymentOf, 'kube-system');
    return found.find(({ name }) => name === 'coredns') ?? null;
  }

  async #webhooks() {
    const kinds = ['validating', 'mutating'] as const;
    const found = await Promise.all(
      kinds.map((kind) => {
        const name = `${kind === 'validating' ? 'Validating' : 'Mutating'}WebhookConfiguration`;
        return this.#objects(`admissionregistration.k8s.io/v1 ${name}`, (object) => webhooksOf(object, kind));
      }),
    );
    const webhooks = found.flat(2);
    const namespaces = new Set(webhooks.flatMap(({ service }) => service?.split('/')[0] ?? []));
    const ready = new Map<string, number>();
    const kind = 'discovery.k8s.io/v1 EndpointSlice';
    if (!this.#served().has(kind)) return webhooks;
    for (const namespace of namespaces)
      for (const [service, count] of await this.#objects(kind, readyBehind, namespace))
        ready.set(service, (ready.get(service) ?? 0) + count);
    return webhooks.map((webhook) =>
      webhook.service === undefined ? webhook : { ...webhook, ready: ready.get(webhook.service) ?? 0 },
    );
  }

  /** Of the kinds that Kubernetes had beta versions of. */
  async #oldWrites(): Promise<OldWrite[]> {
    const kinds = [
      'batch/v1 CronJob',
      'policy/v1 PodDisruptionBudget',
      'autoscaling/v2 HorizontalPodAutoscaler',
      'networking.k8s.io/v1 Ingress',
      'flowcontrol.apiserver.k8s.io/v1 FlowSchema',
    ].filter((kind) => this.#served().has(kind));
    const found = await Promise.all(kinds.map((kind) => this.#objects(kind, oldWritesOf)));
    return found.flat(2);
  }
}

const notServed = (kind: string): ZeroshiftError =>
  new ZeroshiftError(`this API server does not serve ${kind}`, {
    code: 'doctor.not-served',
    source: 'outside',
  });
