import type { WeightsCommand } from './commands.ts';
import type { RegionState } from './state.ts';

/** The command that gives a region weights, and what may be found there before it. */
export const weightsCommand = (
  region: string,
  weights: WeightsCommand['weights'],
  { endpoints, announced }: RegionState,
  direction: WeightsCommand['direction'],
): WeightsCommand => ({
  kind: 'set-weights',
  region,
  weights,
  expected: endpoints,
  ...(announced === undefined ? {} : { announced }),
  direction,
});
