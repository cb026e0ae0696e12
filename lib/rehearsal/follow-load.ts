import type { Say } from '../messages/index.ts';
import type { LoadRun } from './load/index.ts';

/** Says every second of a load once it is over. */
export function followLoad(load: LoadRun, say: Say): { stop(): void } {
  let last = -1;
  const look = (): void => {
    const { lastSecond, totals } = load.snapshot();
    if (lastSecond === null || lastSecond.t === last) return;
    last = lastSecond.t;
    // What a second came to is not known at its end: some of its requests are still under way.
    say('rehearsal.second', { ...lastSecond, totals: { sent: totals.scheduled, lost: totals.lost } });
  };
  const timer = setInterval(look, 250);
  return { stop: () => clearInterval(timer) };
}
