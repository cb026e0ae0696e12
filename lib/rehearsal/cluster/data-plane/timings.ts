/** How long things take in a rehearsal's data plane. All in milliseconds. */
export interface DataPlaneTimings {
  /** Time without a request after which a stopping pod closes; each request extends it. Knative's is 30 s. @default 1500 */
  readonly quietPeriodMs: number;
  /** Keep-alive connections that are idle for longer are closed by a gateway: longer than any client's own idle time. @default 60000 */
  readonly gatewayIdleMs: number;
  /** Flows without a byte for longer are ended by the entrance. @default 350000 */
  readonly flowIdleMs: number;
  /** How often the entrance asks each gateway for its health. @default 500 */
  readonly healthCheckMs: number;
  /** The longest wait for a connection to an upstream. @default 5000 */
  readonly connectTimeoutMs: number;
}

export const defaultTimings: DataPlaneTimings = {
  quietPeriodMs: 1500,
  gatewayIdleMs: 60_000,
  flowIdleMs: 350_000,
  healthCheckMs: 500,
  connectTimeoutMs: 5000,
};
