import type { Duration } from '../../fleet/duration.ts';
import { seededRandom } from '../random.ts';
import { acceleratorArns } from './arns.ts';
import { chooseEndpoint } from './choose.ts';
import { type OnOperation, startControlPlane } from './control-plane.ts';
import { type FlowCounts, startDataPlane } from './data-plane.ts';
import { Faults, type OperationFault } from './faults.ts';
import { type HealthCheckSettings, startHealthChecks } from './health-checks.ts';
import { AcceleratorModel, type RehearsalEndpoint } from './model.ts';
import { operations } from './operations.ts';
import { realTimers, type Timers } from './timers.ts';

export interface StartAcceleratorProps {
  /** Region of the endpoint group that the clients are closest to. */
  readonly region: string;
  /** Listener port of the fleet → port on loopback; 0 lets the system choose. */
  readonly ports: Readonly<Record<string, number>>;
  /** The region's load balancers: those with a weight are in the endpoint group, the others may be added. */
  readonly endpoints: readonly RehearsalEndpoint[];
  /** Endpoint groups of other regions, nearest first: new flows go there while the first has nothing healthy. @default - none */
  readonly otherRegions?: readonly {
    readonly region: string;
    readonly endpoints: readonly RehearsalEndpoint[];
  }[];
  /** From an accepted change to its effect and to DEPLOYED. */
  readonly propagation: Duration;
  /** Of the choice of endpoints: the same seed chooses the same. */
  readonly seed: number;
  /** The accelerator's name, from which its ARNs are made. @default rehearsal */
  readonly name?: string;
  /** Twelve digits. @default 111122223333 */
  readonly account?: string;
  /** Quiet time after which a flow is given up. @default 340s, as AWS's */
  readonly idleTimeout?: Duration;
  readonly healthCheck?: HealthCheckSettings;
  /** Told of each flow, with the client's port and the endpoint's id, before a byte of it is carried. @default - nobody is */
  readonly onFlow?: (clientPort: number, endpoint: string) => void;
  /** Told of each operation that was carried out, with its input, before its answer is sent. @default - nobody is */
  readonly onOperation?: OnOperation;
  /** Port of the control plane. @default - the system chooses */
  readonly controlPlanePort?: number;
  /** @default - none */
  readonly faults?: readonly OperationFault[];
  /** Clock of the deployments. @default - the real one */
  readonly timers?: Timers;
}

/** A running accelerator. Its functions may be called apart from it; `close` ends everything that it started. */
export interface RehearsalAccelerator {
  readonly acceleratorArn: string;
  readonly listenerArn: string;
  /** Of the first region. */
  readonly endpointGroupArn: string;
  /** Region → its endpoint group. */
  readonly endpointGroupArns: Readonly<Record<string, string>>;
  /** URL of the control plane. */
  readonly controlPlane: string;
  /** Listener port of the fleet → `127.0.0.1:port`. */
  readonly addresses: Readonly<Record<string, string>>;
  /** By endpoint id, every known load balancer included. */
  readonly flows: () => Readonly<Record<string, FlowCounts>>;
  /** Replaces the control plane's faults; an empty list ends them. */
  readonly setFaults: (faults: readonly OperationFault[]) => void;
  readonly close: () => Promise<void>;
}

/**
 * Stands up an accelerator on loopback, and waits until its endpoints' health is known.
 * @throws ZeroshiftError `rehearsal.port-taken`
 */
export async function startAccelerator(props: StartAcceleratorProps): Promise<RehearsalAccelerator> {
  const account = props.account ?? '111122223333';
  const name = props.name ?? 'rehearsal';
  const arns = acceleratorArns(account, name);
  const model = new AcceleratorModel({
    name,
    account,
    arns,
    ports: Object.keys(props.ports).map(Number),
    regions: [{ region: props.region, endpoints: props.endpoints }, ...(props.otherRegions ?? [])],
    propagationMs: props.propagation.milliseconds,
    timers: props.timers ?? realTimers,
  });
  const known = [...model.known.values()];
  const health = startHealthChecks(known, props.healthCheck);
  const random = seededRandom(props.seed);
  const candidates = () =>
    model.groups.map((group) =>
      group.deployed.map(({ id, weight }) => ({ id, weight, healthy: health.stateOf(id) === 'HEALTHY' })),
    );
  const faults = new Faults();
  faults.set(props.faults ?? []);

  const started: { close(): Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    health.close();
    model.close();
    await Promise.all(started.map((part) => part.close()));
  };
  try {
    const dataPlane = await startDataPlane({
      ports: props.ports,
      endpoints: new Map(known.map((it) => [it.id, it.addresses])),
      choose: () => chooseEndpoint(candidates(), random()),
      idleTimeoutMs: props.idleTimeout?.milliseconds ?? 340_000,
      onFlow: props.onFlow ?? (() => {}),
    });
    started.push(dataPlane);
    const controlPlane = await startControlPlane({
      operations: operations(model, health.stateOf),
      faults,
      onOperation: props.onOperation ?? (() => {}),
      port: props.controlPlanePort ?? 0,
    });
    started.push(controlPlane);
    await health.checked;
    return {
      acceleratorArn: arns.accelerator,
      listenerArn: arns.listener,
      endpointGroupArn: arns.endpointGroup(props.region),
      endpointGroupArns: Object.fromEntries(model.groups.map((group) => [group.region, group.arn])),
      controlPlane: controlPlane.url,
      addresses: dataPlane.addresses,
      flows: dataPlane.flows,
      setFaults: (next) => faults.set(next),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
