/**
 * Moving traffic. What belongs here: the port through which the engine moves traffic, the arithmetic of weights and
 * shares (pure), and the adapters that speak to an accelerator. The aws sdk is loaded at the first call, not before.
 */

export type { EndpointChange, EndpointDifference } from './endpoint-difference.ts';
export { endpointDifferences, sameEndpoints } from './endpoint-difference.ts';
export type { GlobalAcceleratorTraffic, GlobalAcceleratorTrafficProps } from './global-accelerator.ts';
export { createGlobalAcceleratorTraffic } from './global-accelerator.ts';
export type {
  DeploymentStatus,
  Endpoint,
  EndpointGroup,
  EndpointHealth,
  TrafficPort,
} from './traffic-port.ts';
export type { WeightPair } from './weights.ts';
export { greatestWeight, replaceWeights, shareOf, weightsForShare } from './weights.ts';
