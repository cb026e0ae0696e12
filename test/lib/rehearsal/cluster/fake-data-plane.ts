import type {
  DataPlane,
  Gateway,
  HostRoute,
  PodSpec,
  RevisionEndpoints,
  RunningPod,
} from '../../../../lib/rehearsal/cluster/data-plane.ts';

interface FakePod extends RunningPod {
  readonly spec: PodSpec;
  readonly stopped: boolean;
}

/** A data plane without sockets: its pods are ready at once unless told otherwise, and have the load that a test says. */
export interface FakeDataPlane extends DataPlane {
  readonly pods: FakePod[];
  readonly routes: ReadonlyMap<string, HostRoute>;
  readonly revisions: ReadonlyMap<string, RevisionEndpoints>;
  readonly gateways: Map<string, 'running' | 'draining'>;
  /** Requests under way at a revision's pods, shared among them. */
  setLoad(revision: string, concurrency: number): void;
  /** A request arrives at the activator and waits there. */
  activate(revision: string): void;
  /** From now on pods do not become ready. */
  holdReadiness(): void;
  /** Pods that run, of one revision. */
  running(revision: string): FakePod[];
}

export function createFakeDataPlane(): FakeDataPlane {
  const pods: FakePod[] = [];
  const gateways = new Map<string, 'running' | 'draining'>();
  const revisions = new Map<string, RevisionEndpoints>();
  const load = new Map<string, number>();
  const waiting = new Map<string, number>();
  const listeners: ((revision: string) => void)[] = [];
  let routes: ReadonlyMap<string, HostRoute> = new Map();
  let held = false;

  const running = (revision: string): FakePod[] =>
    pods.filter((pod) => pod.spec.revision === revision && !pod.stopped);

  return {
    pods,
    gateways,
    revisions,
    get routes() {
      return routes;
    },
    running,
    setLoad: (revision, concurrency) => load.set(revision, concurrency),
    activate(revision) {
      waiting.set(revision, (waiting.get(revision) ?? 0) + 1);
      for (const listener of listeners) listener(revision);
    },
    holdReadiness() {
      held = true;
    },
    startPod(spec) {
      let stopped = false;
      const pod: FakePod = {
        spec,
        address: `127.0.0.1:${20_000 + pods.length}`,
        ready: held ? new Promise(() => undefined) : Promise.resolve(),
        get stopped() {
          return stopped;
        },
        scrape() {
          const share = (load.get(spec.revision) ?? 0) / Math.max(1, running(spec.revision).length);
          return { averageConcurrency: share, requestsPerSecond: share };
        },
        async stop() {
          stopped = true;
        },
      };
      pods.push(pod);
      return pod;
    },
    async startGateway(name): Promise<Gateway> {
      gateways.set(name, 'running');
      return {
        name,
        address: '127.0.0.1:1',
        adminAddress: '127.0.0.1:2',
        stats: () => `# ${name}\n`,
        drain(timeoutMs) {
          gateways.set(name, 'draining');
          return new Promise((resolve) => {
            setTimeout(() => {
              gateways.delete(name);
              resolve();
            }, timeoutMs);
          });
        },
      };
    },
    setRoutes(table) {
      routes = table;
    },
    setRevision(revision, endpoints) {
      revisions.set(revision, endpoints);
      if (endpoints.pods.length > 0) waiting.delete(revision);
    },
    deleteRevision: (revision) => revisions.delete(revision),
    onActivation: (listener) => listeners.push(listener),
    scrapeActivator(revision) {
      const count = waiting.get(revision) ?? 0;
      return { averageConcurrency: count, requestsPerSecond: count };
    },
    setFault: () => undefined,
    entrance: { addresses: {}, healthUrl: '', groups: [], flows: { total: 0, open: 0 } },
    close: async () => undefined,
  };
}
