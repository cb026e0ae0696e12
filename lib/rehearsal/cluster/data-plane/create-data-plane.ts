import { startEntrance } from '../../entrance/index.ts';
import { seededRandom } from '../../random.ts';
import type { DataPlane } from '../data-plane.ts';
import { startActivator } from './activator.ts';
import { type ManagedGateway, startGateway } from './gateway.ts';
import { type ManagedPod, startPod } from './pod.ts';
import { Routing } from './routing.ts';
import { type DataPlaneTimings, defaultTimings } from './timings.ts';
import type { FaultState } from './worker-app.ts';

export interface DataPlaneOptions {
  /** Listener ports of the fleet, such as 80 and 443: names of the entrance's listeners, whose own ports the system chooses. */
  readonly ports: readonly number[];
  /** Of the choices of revisions and pods. */
  readonly seed: number;
  /** @default - `defaultTimings` */
  readonly timings?: Partial<DataPlaneTimings>;
}

/** Starts the sockets of a rehearsal cluster, all on 127.0.0.1: an entrance and an activator; no gateway and no pod yet. */
export async function createDataPlane(options: DataPlaneOptions): Promise<DataPlane> {
  const timings: DataPlaneTimings = { ...defaultTimings, ...options.timings };
  const random = seededRandom(options.seed);
  const routing = new Routing();
  const state: FaultState = { fault: undefined };
  const listeners: ((revision: string) => void)[] = [];
  const gateways = new Set<ManagedGateway>();
  const pods = new Set<ManagedPod>();

  const entrance = await startEntrance({ ports: options.ports, ...timings });
  const activator = await startActivator({
    random,
    connectTimeoutMs: timings.connectTimeoutMs,
    onActivation: (revision) => {
      for (const listener of listeners) listener(revision);
    },
  });

  return {
    entrance,
    startPod(spec) {
      const pod = startPod(spec, timings, state, () => pods.delete(pod));
      pods.add(pod);
      return pod;
    },
    async startGateway(name) {
      const gateway = await startGateway({
        name,
        routing,
        activatorPort: activator.port,
        random,
        timings,
        onDrain: () => entrance.deregister(name),
        onGone: () => gateways.delete(gateway),
      });
      gateways.add(gateway);
      await entrance.register({
        name,
        addresses: Object.fromEntries(options.ports.map((port) => [String(port), gateway.address])),
        health: { address: gateway.adminAddress, path: '/ready' },
      });
      return gateway;
    },
    setRoutes: (routes) => routing.setRoutes(routes),
    setRevision(id, endpoints) {
      activator.update(routing.setRevision(id, endpoints));
    },
    deleteRevision(id) {
      routing.deleteRevision(id);
      activator.remove(id);
    },
    onActivation(listener) {
      listeners.push(listener);
    },
    scrapeActivator: (id) => activator.scrape(id),
    setFault(fault) {
      state.fault = fault;
    },
    async close() {
      // In the direction of the traffic, so that nothing new comes to what is already gone.
      await entrance.close();
      await Promise.all([...gateways].map((gateway) => gateway.destroy()));
      await activator.destroy();
      await Promise.all([...pods].map((pod) => pod.destroy()));
    },
  };
}
