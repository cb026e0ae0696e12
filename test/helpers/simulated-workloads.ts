import type { KubeObject } from '../../lib/clusters/cluster-port.ts';
import type { SimulatedClock } from './simulated-clock.ts';
import type { SimulatedCluster } from './simulated-cluster.ts';
import { keyOf, type Mutable, referenceOf } from './simulated-objects.ts';

/** Milliseconds: what a controller needs to hear of a change, and a CronJob's to do what it has decided. */
const heard = 100;
const decided = 300;
/** From the end of a pod's containers to its own, in milliseconds. */
const cleaning = 2_500;
/** Milliseconds between two runs of a CronJob, and what one takes. */
const period = 20_000;

export const isWorkload = ({ kind, metadata }: KubeObject): boolean =>
  (kind === 'Deployment' && metadata.namespace !== 'kourier-system') || kind === 'CronJob';

/** A pod or a Job of a workload that begins. */
export interface Start {
  /** `CronJob shop/report` */
  readonly workload: string;
  /** Of a Job: the time that it was due, in milliseconds since the epoch. */
  readonly due?: number;
}

/** What of Kubernetes runs plain workloads: Deployments with pods that end slowly, CronJobs that make up for what they missed. */
export class SimulatedWorkloads {
  /** Told of everything that begins to run. */
  onStart: (start: Start) => void = () => undefined;
  readonly #crons = new Set<string>();
  /** Workload → names of its pods, and of its Jobs that have not ended. */
  readonly #running = new Map<string, Set<string>>();
  #count = 0;

  constructor(
    private readonly clock: SimulatedClock,
    private readonly cluster: SimulatedCluster,
  ) {
    clock.onPass(() => {
      for (const key of this.#crons) this.#schedule(cluster.objects.get(key));
    });
  }

  /** What of a workload runs now: pods that are there, Jobs that have not ended. */
  running(workload: string): string[] {
    return [...(this.#running.get(workload) ?? [])];
  }

  reconcile({ kind, metadata }: KubeObject): void {
    const apiVersion = kind === 'CronJob' ? 'batch/v1' : 'apps/v1';
    const key = keyOf(referenceOf({ apiVersion, kind, metadata }));
    if (kind === 'CronJob') this.#crons.add(key);
    else this.clock.in(heard, () => this.#scale(key));
  }

  #begin(start: Start, name: string): void {
    const names = this.#running.get(start.workload) ?? new Set();
    this.#running.set(start.workload, names.add(name));
    this.onStart(start);
  }

  #over(workload: string, name: string): void {
    this.#running.get(workload)?.delete(name);
  }

  #scale(key: string): void {
    const deployment = this.cluster.objects.get(key);
    if (deployment === undefined) return;
    const pods = this.#podsOf(deployment).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    const replicas = Number(deployment.spec?.replicas ?? 1);
    for (let i = pods.length; i < replicas; i++) this.#addPod(deployment, key);
    for (const pod of pods.slice(replicas)) this.#end(pod, key);
    this.#status(key, deployment.metadata.generation);
  }

  #addPod(deployment: Mutable, key: string): void {
    const { namespace = '', name, uid = '' } = deployment.metadata;
    const set = this.cluster.put({
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: `${name}-1`, namespace, ownerReferences: [owner(deployment, uid)] },
      spec: {},
    });
    const pod = this.cluster.put({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: `${name}-1-${++this.#count}`,
        namespace,
        labels: { ...deployment.spec?.template?.metadata?.labels, workload: labelOf(deployment) },
        ownerReferences: [owner(set, set.metadata.uid ?? '')],
      },
      status: { phase: 'Pending' },
    });
    this.#begin({ workload: textOf(deployment) }, pod.metadata.name);
    this.clock.in(this.cluster.times.pod, () => {
      Object.assign(pod, { status: { phase: 'Running' } });
      this.#status(key);
    });
  }

  #end(pod: Mutable, key: string): void {
    Object.assign(pod.metadata, { deletionTimestamp: new Date(this.clock.now()).toISOString() });
    // As the kubelet does: the object stays for a while after its containers have ended.
    this.clock.in(this.cluster.times.end - cleaning, () =>
      Object.assign(pod, { status: { phase: 'Succeeded' } }),
    );
    this.clock.in(this.cluster.times.end, () => {
      this.cluster.objects.delete(keyOf(referenceOf(pod)));
      const deployment = this.cluster.objects.get(key);
      this.#over(deployment === undefined ? '' : textOf(deployment), pod.metadata.name);
      this.#status(key);
    });
  }

  #podsOf(deployment: KubeObject): Mutable[] {
    return [...this.cluster.objects.values()].filter(
      ({ kind, metadata }) => kind === 'Pod' && metadata.labels?.workload === labelOf(deployment),
    );
  }

  /** As the controller writes it, so that the object is another version of itself. */
  #status(key: string, generation?: number): void {
    const deployment = this.cluster.objects.get(key);
    if (deployment === undefined) return;
    const pods = this.#podsOf(deployment).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    const status = {
      observedGeneration: generation ?? deployment.status?.observedGeneration,
      replicas: pods.length,
      readyReplicas: pods.filter(({ status: of }) => of?.phase === 'Running').length,
    };
    if (JSON.stringify(status) !== JSON.stringify(deployment.status))
      this.cluster.put({ ...deployment, status });
  }

  /** As upstream's controller: only the last run of those that were missed is made up for. */
  #schedule(cron: Mutable | undefined): void {
    if (cron === undefined || cron.spec?.suspend === true) return;
    const last = cron.status?.lastScheduleTime ?? cron.metadata.creationTimestamp;
    const due = Math.floor(this.clock.now() / period) * period;
    if (due <= Date.parse(last) || this.running(textOf(cron)).length > 0) return;
    this.cluster.put({ ...cron, status: { ...cron.status, lastScheduleTime: new Date(due).toISOString() } });
    this.clock.in(decided, () => this.#addJob(cron, due));
  }

  #addJob(cron: Mutable, due: number): void {
    const { namespace = '', name, uid = '' } = cron.metadata;
    const job = this.cluster.put({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        name: `${name}-${due / 1000}`,
        namespace,
        labels: { workload: labelOf(cron) },
        ownerReferences: [owner(cron, uid)],
      },
      spec: {},
    });
    this.#begin({ workload: textOf(cron), due }, job.metadata.name);
    this.clock.in(this.cluster.times.end, () => {
      Object.assign(job, { status: { conditions: [{ type: 'Complete', status: 'True' }] } });
      this.#over(textOf(cron), job.metadata.name);
      this.clock.in(period, () => this.cluster.objects.delete(keyOf(referenceOf(job))));
    });
  }
}

const textOf = ({ kind, metadata }: KubeObject): string => `${kind} ${metadata.namespace}/${metadata.name}`;
const labelOf = (object: KubeObject): string => textOf(object).replaceAll(/[ /]/g, '.');

const owner = ({ apiVersion, kind, metadata }: KubeObject, uid: string) => ({
  apiVersion,
  kind,
  name: metadata.name,
  uid,
  controller: true,
});
