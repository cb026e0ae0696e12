import { unlessInterrupted } from './interrupted.ts';

/**
 * Lets the load run for a while.
 * @throws ZeroshiftError the reason of the signal, `rehearsal.interrupted` when it has none
 */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, milliseconds));
  });
  await unlessInterrupted(over, signal).finally(() => clearTimeout(timer));
}
