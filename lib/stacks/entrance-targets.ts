/** What the entrance expects of the gateway's pods; the gateway's manifests have to agree. */

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
