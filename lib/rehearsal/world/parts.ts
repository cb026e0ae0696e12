import { type Colour, Duration } from '../../fleet/index.ts';
import { type OperationFault, type StartAcceleratorProps, startAccelerator } from '../accelerator/index.ts';
import { startCluster } from '../cluster/index.ts';
import { FlowColours } from '../flow-colours.ts';
import type { Part } from './serve-part.ts';

/** What a cluster is started with; plain, so that it can be sent to a thread. */
export interface ClusterPartProps {
  readonly colour: Colour;
  readonly region: string;
  readonly account: string;
  readonly fleet: string;
  readonly ports: readonly number[];
  readonly directory: string;
  readonly domain: string;
  readonly seed: number;
}

export interface ClusterInfo {
  readonly name: string;
  readonly kubeconfig: string;
  readonly context: string;
  readonly entrance: {
    readonly arn: string;
    readonly addresses: Readonly<Record<string, string>>;
    readonly healthUrl: string;
    /** URL that answers for Elastic Load Balancing. */
    readonly controlPlane?: string;
  };
}

/** Told to a cluster's part. */
export interface FaultMessage {
  readonly fault: 'errors' | null;
}

export async function clusterPart(props: ClusterPartProps): Promise<Part> {
  const cluster = await startCluster({ ...props, ports: [...props.ports] });
  const { name, kubeconfig, context, entrance } = cluster;
  const info: ClusterInfo = {
    name,
    kubeconfig,
    context,
    entrance: {
      arn: entrance.arn,
      addresses: entrance.addresses,
      healthUrl: entrance.healthUrl,
      ...(entrance.controlPlane === undefined ? {} : { controlPlane: entrance.controlPlane }),
    },
  };
  return {
    info,
    hear: (message) => cluster.setFault((message as FaultMessage).fault ?? undefined),
    close: () => cluster.close(),
  };
}

export interface AcceleratorPartProps {
  readonly name: string;
  readonly region: string;
  readonly account: string;
  readonly ports: readonly number[];
  readonly endpoints: readonly {
    readonly id: string;
    readonly colour: Colour;
    readonly addresses: Readonly<Record<string, string>>;
    readonly healthUrl: string;
    readonly weight: number;
  }[];
  /** Milliseconds. */
  readonly propagationMs: number;
  readonly seed: number;
  /** Where each flow's colour is written to, for the load. */
  readonly flowMemory: SharedArrayBuffer;
}

/** Told to the accelerator's part: what goes wrong at its control plane from now on. */
export interface AcceleratorFaults {
  readonly faults: readonly OperationFault[];
}

export interface AcceleratorInfo {
  readonly acceleratorArn: string;
  readonly listenerArn: string;
  readonly endpointGroupArn: string;
  readonly controlPlane: string;
  readonly addresses: Readonly<Record<string, string>>;
}

export async function acceleratorPart(
  { ports, propagationMs, flowMemory, ...props }: AcceleratorPartProps,
  watch: Pick<StartAcceleratorProps, 'onOperation'> = {},
): Promise<Part> {
  const flows = new FlowColours(flowMemory);
  const colourOf = new Map(props.endpoints.map(({ id, colour }) => [id, colour]));
  const accelerator = await startAccelerator({
    ...props,
    ...watch,
    onFlow: (clientPort, endpoint) => {
      const colour = colourOf.get(endpoint);
      if (colour !== undefined) flows.set(clientPort, colour);
    },
    ports: Object.fromEntries(ports.map((port) => [String(port), 0])),
    propagation: Duration.milliseconds(propagationMs),
  });
  const { acceleratorArn, listenerArn, endpointGroupArn, controlPlane, addresses } = accelerator;
  const info: AcceleratorInfo = { acceleratorArn, listenerArn, endpointGroupArn, controlPlane, addresses };
  return {
    info,
    hear: (message) => accelerator.setFaults((message as AcceleratorFaults).faults),
    close: () => accelerator.close(),
  };
}
