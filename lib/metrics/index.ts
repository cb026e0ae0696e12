// The port to measurements and what stands behind it: a colour's gateways (Envoy) read through its cluster, and probes
// through an entrance. What belongs here: reading, adding and comparing counters. What a number means for a step is the
// gates' business (lib/cutover).

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
  unbounded,
} from './metrics-port.ts';
export { createProber } from './prober.ts';
export { type PrometheusSample, parsePrometheusText } from './prometheus-text.ts';
