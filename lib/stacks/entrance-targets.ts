import type { Entrance, PlainPort } from '../fleet/fleet.ts';

/** What the entrance expects of the pods behind it; the manifests have to agree. */

/** The NLB's health check of a gateway pod. Envoy's admin port answers it for any host. */
export const targetHealth = {
  path: '/ready',
  port: 9000,
  /** Checks in a row until a target counts as healthy. */
  healthyThreshold: 2,
  /** Checks in a row until a target counts as unhealthy: times the interval, what the gateway's drain must outlast. */
  unhealthyThreshold: 2,
} as const;

/** The gateway's ports of the entrance: in the clear, and with TLS. */
const clearPort = 80;
const tlsPort = 443;

const gatewayPorts: Readonly<Record<number, number>> = { 80: 8080, 443: 8443 };

/** The port of the gateway's pods behind a port of the entrance: an unprivileged one for 80 and 443. */
export const gatewayPort = (port: number): number => gatewayPorts[port] ?? port;

/** What stands behind a port of the entrance. */
export interface EntranceTarget {
  /** Of the entrance. */
  readonly port: number;
  /** At which the pods take requests. */
  readonly podPort: number;
  /** Whether the pods are a workload's, and not the gateway's. */
  readonly plain: boolean;
  /** Whether the load balancer ends TLS here. */
  readonly tls: boolean;
  readonly healthCheck: {
    /** Asked by HTTP. @default - it is enough that a connection opens */
    readonly path?: string;
    /** @default - the port that takes the requests */
    readonly port?: number;
  };
}

/** What a port leads to: the gateway, or the pods of a plain Service, which answer for themselves. */
export function entranceTarget(
  { plainPorts, tls }: Pick<Entrance, 'plainPorts' | 'tls'>,
  port: number,
  podPort: (plain: PlainPort) => number = ({ servicePort }) => servicePort,
): EntranceTarget {
  const plain = plainPorts.find((one) => one.port === port);
  if (plain === undefined) {
    const { path, port: at } = targetHealth;
    const ended = tls !== undefined && port === tlsPort;
    const podPort = gatewayPort(ended ? clearPort : port);
    return { port, podPort, plain: false, tls: ended, healthCheck: { path, port: at } };
  }
  const { healthCheck } = plain;
  return {
    port,
    podPort: podPort(plain),
    plain: true,
    tls: false,
    healthCheck: healthCheck.protocol === 'http' ? { path: healthCheck.path } : {},
  };
}
