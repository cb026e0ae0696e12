import type { AcceleratorArns } from './arns.ts';
import type { Timers } from './timers.ts';

/** A load balancer that exists: in an endpoint group from the start, or only known, so that it can be added. */
export interface RehearsalEndpoint {
  /** The NLB's ARN. */
  readonly id: string;
  /** Listener port of the fleet → `host:port` to dial. A port that is missing resets its flows. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Answers 200 to GET when the NLB has a healthy target. @default - always healthy */
  readonly healthUrl?: string;
  /** Integer 0–255. @default - known, but in no group */
  readonly weight?: number;
  /** @default false */
  readonly clientIpPreservation?: boolean;
  /** Needed when the NLB is another account's. */
  readonly attachmentArn?: string;
}

/** An endpoint as a group holds it. */
export interface Member {
  readonly id: string;
  readonly weight: number;
  readonly clientIpPreservation: boolean;
}

export interface GroupSettings {
  readonly trafficDial: number;
  readonly healthCheckPort: number;
  readonly healthCheckProtocol: 'TCP' | 'HTTP' | 'HTTPS';
  readonly healthCheckPath: string | undefined;
  readonly healthCheckInterval: number;
  readonly threshold: number;
  readonly portOverrides: readonly { readonly ListenerPort: number; readonly EndpointPort: number }[];
}

export interface Group {
  readonly arn: string;
  readonly region: string;
  settings: GroupSettings;
  /** What the control plane describes: the last accepted change. */
  members: readonly Member[];
  /** What the data plane goes by: the last deployed change. */
  deployed: readonly Member[];
}

export interface AcceleratorModelProps {
  readonly name: string;
  readonly account: string;
  readonly arns: AcceleratorArns;
  readonly ports: readonly number[];
  /** Closest to the clients first. */
  readonly regions: readonly { readonly region: string; readonly endpoints: readonly RehearsalEndpoint[] }[];
  /** Milliseconds from an accepted change to its effect. */
  readonly propagationMs: number;
  readonly timers: Timers;
}

/** The state of one accelerator with one listener and one endpoint group a region. */
export class AcceleratorModel {
  readonly created: number;
  readonly groups: readonly Group[];
  readonly known: ReadonlyMap<string, RehearsalEndpoint>;
  modified: number;
  readonly #deployments = new Set<() => void>();

  constructor(readonly props: AcceleratorModelProps) {
    this.created = props.timers.now();
    this.modified = this.created;
    this.known = new Map(props.regions.flatMap((it) => it.endpoints).map((it) => [it.id, it]));
    this.groups = props.regions.map(({ region, endpoints }) => {
      const members = endpoints.flatMap(({ id, weight, clientIpPreservation = false }) =>
        weight === undefined ? [] : [{ id, weight, clientIpPreservation }],
      );
      const settings = defaultSettings(props.ports[0] ?? 80);
      return { arn: props.arns.endpointGroup(region), region, settings, members, deployed: members };
    });
  }

  get status(): 'DEPLOYED' | 'IN_PROGRESS' {
    return this.#deployments.size === 0 ? 'DEPLOYED' : 'IN_PROGRESS';
  }

  /** Accepts a change. It is described at once, and has its effect when it is deployed; changes may overtake none. */
  change(group: Group, members: readonly Member[], settings: GroupSettings): void {
    group.members = members;
    group.settings = settings;
    this.modified = this.props.timers.now();
    const cancel = this.props.timers.after(this.props.propagationMs, () => {
      group.deployed = members;
      this.#deployments.delete(cancel);
    });
    this.#deployments.add(cancel);
  }

  close(): void {
    for (const cancel of this.#deployments) cancel();
    this.#deployments.clear();
  }
}

const defaultSettings = (port: number): GroupSettings => ({
  trafficDial: 100,
  healthCheckPort: port,
  healthCheckProtocol: 'TCP',
  healthCheckPath: undefined,
  healthCheckInterval: 30,
  threshold: 3,
  portOverrides: [],
});
