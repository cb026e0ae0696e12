import { seededRandom } from '../random.ts';
import type { Load, LoadTarget } from './options.ts';

/** One request that is to be sent, decided before anything was sent. */
export interface Arrival {
  /** 0, 1, 2, … */
  readonly index: number;
  /** Milliseconds after the start. */
  readonly at: number;
  readonly target: LoadTarget;
  /** On a connection of its own. */
  readonly fresh: boolean;
  /** Over an HTTP/2 session. */
  readonly http2: boolean;
}

export type ScheduleOptions = Pick<
  Load,
  'targets' | 'rate' | 'arrivals' | 'seed' | 'maxRequests' | 'maxDurationMs' | 'freshShare' | 'http2Share'
>;

/** The arrivals in order. They depend on the options alone, never on what servers answer or when. */
export function* schedule(options: ScheduleOptions): Generator<Arrival, void, void> {
  const random = seededRandom(options.seed);
  const meanGap = 1000 / options.rate;
  const pick = weightedPick(options.targets);
  let at = 0;
  for (let index = 0; index < options.maxRequests; index++) {
    // Always three draws an arrival, so that changing one option leaves the others' draws alone.
    const gap = random();
    const target = pick(random());
    const kind = random();
    const fresh = kind < options.freshShare;
    const http2 = !fresh && kind < options.freshShare + options.http2Share;
    at = options.arrivals === 'poisson' ? at - Math.log(1 - gap) * meanGap : index * meanGap;
    if (at >= options.maxDurationMs) return;
    yield { index, at, target, fresh, http2 };
  }
}

function weightedPick(targets: readonly LoadTarget[]): (draw: number) => LoadTarget {
  const total = targets.reduce((sum, target) => sum + target.weight, 0);
  const last = targets.at(-1);
  return (draw) => {
    let rest = draw * total;
    for (const target of targets) {
      rest -= target.weight;
      if (rest < 0) return target;
    }
    // Only rounding leads here.
    return last as LoadTarget;
  };
}
