import { connect } from 'node:net';
import { probeHttp } from '../probe-http.ts';

/** How a target's health is asked for: 200 to a GET where there is a path, else that a connection can be made. */
export interface HealthCheck {
  /** `host:port` */
  readonly address: string;
  readonly path?: string;
}

/** What is behind an entrance: a gateway, or what leads to gateways. */
export interface EntranceTarget {
  readonly name: string;
  /** Listener port of the fleet → `host:port` that its flows go to. A port that is missing resets its flows. */
  readonly addresses: Readonly<Record<string, string>>;
  readonly health: HealthCheck;
}

interface Registered {
  readonly target: EntranceTarget;
  checked: boolean;
  failedChecks: number;
  healthy: boolean;
}

/** What is asked instead of what the targets themselves come with. */
export interface CheckSetting {
  /** Of every target, or the one that takes its flows. @default - the target's own */
  readonly port?: number | 'traffic-port';
  /** Where targets are asked by HTTP. @default - the target's own */
  readonly path?: string;
}

/** A target with its health, as a load balancer tells it. */
export interface TargetState {
  readonly target: EntranceTarget;
  readonly state: 'initial' | 'healthy' | 'unhealthy';
}

/** Failed checks in a row that make a target unhealthy, as at an NLB. */
const unhealthyAfter = 2;
const checkTimeoutMs = 2000;

/** The targets of one listener of an entrance, with their health: a target group. */
export class Targets {
  private readonly registered = new Map<string, Registered>();
  private readonly timer: NodeJS.Timeout;
  private turn = 0;
  /** May be changed at any time; the next checks go by it. */
  setting: CheckSetting = {};

  /** @param port the listener's, of the fleet */
  constructor(
    readonly port: string,
    healthCheckMs: number,
  ) {
    this.timer = setInterval(() => {
      for (const each of this.registered.values()) void this.check(each);
    }, healthCheckMs);
  }

  /** Resolves after the first health check. */
  async add(target: EntranceTarget): Promise<void> {
    const registered: Registered = { target, checked: false, failedChecks: 0, healthy: false };
    this.registered.set(target.name, registered);
    await this.check(registered);
  }

  remove(name: string): void {
    this.registered.delete(name);
  }

  names(): string[] {
    return [...this.registered.keys()];
  }

  get size(): number {
    return this.registered.size;
  }

  healthy(): Registered[] {
    return [...this.registered.values()].filter(({ healthy }) => healthy);
  }

  states(): TargetState[] {
    return [...this.registered.values()].map(({ target, checked, healthy }) => ({
      target,
      state: healthy ? 'healthy' : checked ? 'unhealthy' : 'initial',
    }));
  }

  /** Where a new flow goes, round the healthy ones. With no healthy target an NLB fails open to those that it has. */
  next(): EntranceTarget | undefined {
    const fit = this.healthy();
    const pool = fit.length > 0 ? fit : [...this.registered.values()];
    return pool.length === 0 ? undefined : pool[this.turn++ % pool.length]?.target;
  }

  close(): void {
    clearInterval(this.timer);
    this.registered.clear();
  }

  private async check(registered: Registered): Promise<void> {
    const { setting } = this;
    const { health } = registered.target;
    const address = this.checked(registered.target);
    const path = health.path === undefined ? undefined : (setting.path ?? health.path);
    const well =
      address !== undefined &&
      (path === undefined
        ? await connects(address, checkTimeoutMs)
        : (await probeHttp(address, path, checkTimeoutMs, 'ELB-HealthChecker/2.0')) === 200);
    // What was asked before the setting changed says nothing of what is asked now.
    if (setting !== this.setting) return;
    registered.checked = true;
    registered.failedChecks = well ? 0 : registered.failedChecks + 1;
    if (well) registered.healthy = true;
    else if (registered.failedChecks >= unhealthyAfter) registered.healthy = false;
  }

  /** Where a target is asked for its health. */
  private checked({ health, addresses }: EntranceTarget): string | undefined {
    const { port } = this.setting;
    if (port === undefined) return health.address;
    if (port === 'traffic-port') return addresses[this.port];
    return `${health.address.slice(0, health.address.lastIndexOf(':'))}:${port}`;
  }
}

/** Whether a TCP connection to `host:port` can be made in so many milliseconds. */
export function connects(address: string, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(hostAndPort(address));
    const done = (well: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(well);
    };
    const timer = setTimeout(() => done(false), timeoutMs);
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}

/** The two parts of `host:port`; the host of IPv6 stands in brackets. */
export function hostAndPort(address: string): { readonly host: string; readonly port: number } {
  const colon = address.lastIndexOf(':');
  return {
    host: address.slice(0, colon).replace(/^\[(.*)\]$/, '$1'),
    port: Number(address.slice(colon + 1)),
  };
}
