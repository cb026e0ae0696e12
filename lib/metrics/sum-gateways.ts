import type { GatewayCounters } from './envoy-counters.ts';
import { addHistograms } from './histogram.ts';
import type { GatewaySample } from './metrics-port.ts';

/**
 * What a colour's gateways have counted together, and each of them. `bySource`: another name as soon as a gateway's counters may have
 * begun again.
 * @throws Error where their histograms have different bounds
 */
export function sumGateways(at: number, bySource: ReadonlyMap<string, GatewayCounters>): GatewaySample {
  const all = [...bySource.values()];
  const add = (of: (one: GatewayCounters) => number): number => all.reduce((sum, one) => sum + of(one), 0);
  return {
    at,
    flows: add((one) => one.flows),
    openFlows: add((one) => one.openFlows),
    requests: add((one) => one.requests),
    errors: add((one) => one.errors),
    latency: addHistograms(all.map((one) => one.latency)),
    sources: [...bySource.keys()].sort(),
    perSource: Object.fromEntries(
      [...bySource].map(([source, { flows, requests, errors }]) => [source, { flows, requests, errors }]),
    ),
  };
}
