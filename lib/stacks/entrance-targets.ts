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
  readonly healthCheck: {
    /** Asked by HTTP. @default - it is enough that a connection opens */
    readonly path?: string;
    /** @default - the port that takes the requests */
    readonly port?: number;
  };
}

/** What a port leads to: the gateway, or the pods of a plain Service, which answer for themselves. */
export function entranceTarget(
  { plainPorts }: Pick<Entrance, 'plainPorts'>,
  port: number,
  podPort: (plain: PlainPort) => number = ({ servicePort }) => servicePort,
): EntranceTarget {
  const plain = plainPorts.find((one) => one.port === port);
  if (plain === undefined) {
    const { path, port: at } = targetHealth;
    return { port, podPort: gatewayPort(port), plain: false, healthCheck: { path, port: at } };
  }
  const { healthCheck } = plain;
  return {
    port,
    podPort: podPort(plain),
    plain: true,
    healthCheck: healthCheck.protocol === 'http' ? { path: healthCheck.path } : {},
  };
}
