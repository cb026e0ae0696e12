import type { EntranceTarget } from '../entrance/index.ts';
import type { FindTargets } from './find-targets.ts';

/** How often the cluster is asked, in milliseconds. */
const every = 300;

/**
 * Tells of a cluster's gateways whenever they are others than before. While the cluster does not answer the last ones stay, as
 * they do at a load balancer.
 */
export function followTargets(
  find: FindTargets,
  tell: (targets: readonly EntranceTarget[]) => void,
): { readonly first: Promise<void>; stop(): void } {
  let last = '';
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const look = async (): Promise<void> => {
    try {
      const targets = await find();
      const text = JSON.stringify(targets);
      if (text !== last && !stopped) tell(targets);
      last = text;
    } catch {
      // The next look may succeed.
    }
    if (!stopped) timer = setTimeout(look, every);
  };
  return {
    first: look(),
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
