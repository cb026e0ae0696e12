import type { Endpoint } from '../traffic/traffic-port.ts';
import type { WeightsCommand } from './commands.ts';

/**
 * What a change of weights may never do, whatever the reason for it. Checked on the very set that is about to be
 * written. Returns the violated invariant in words, or undefined.
 */
export function violated(
  command: WeightsCommand,
  found: readonly Endpoint[],
  next: readonly Endpoint[],
): string | undefined {
  const healthy = found.filter(({ health }) => health === 'HEALTHY').map(({ id }) => id);
  if (healthy.length > 0 && !next.some(({ id, weight }) => weight > 0 && healthy.includes(id)))
    return 'no healthy endpoint of the group would have weight';
  for (const before of found) {
    if (before.id in command.weights) continue;
    const after = next.find(({ id }) => id === before.id);
    if (after === undefined || after.weight !== before.weight)
      return `${before.id} is not ours and would change`;
  }
  if (next.length !== found.length) return 'the group would gain or lose an endpoint';
  return undefined;
}
