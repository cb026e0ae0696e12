// The port to measurements and what stands behind it: a colour's gateways (Envoy) read through its cluster, and probes
// through an entrance. What belongs here: reading, adding and comparing counters. What a number means for a step is the
// gates' business (lib/cutover).

export type { BalancerMinute, BalancerPort, BalancerReading } from './balancer-port.ts';
export { type BalancerMetricsOptions, createBalancerMetrics } from './cloudwatch.ts';
export { type Difference, difference, quantile } from './difference.ts';
export { createEntrance } from './entrance.ts';
export type {
  EntranceAnswer,
  EntrancePort,
  NoAnswer,
  PageRequest,
  PresentedCertificate,
} from './entrance-port.ts';
export { createGatewayMetrics, type GatewayMetricsOptions } from './gateway-stats.ts';
export {
  type GatewaySample,
  type MetricsPort,
  type ProbePort,
  type ProbeResult,
  type RevisionTraffic,
  unbounded,
} from './metrics-port.ts';
export type { OwnAnswer, OwnGatePort, OwnQuestion } from './own-gate-port.ts';
export { createOwnGates } from './own-gates.ts';
export { createProber } from './prober.ts';
export { createPrometheus, type Prometheus } from './prometheus.ts';
export { createPrometheusGateways, type PrometheusGatewaysOptions } from './prometheus-gateways.ts';
export { type PrometheusSample, parsePrometheusText } from './prometheus-text.ts';
