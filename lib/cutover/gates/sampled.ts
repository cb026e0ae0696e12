import type { RegionSample } from '../commands.ts';
import type { CutoverPlan } from '../plan.ts';
import type { CutoverState } from '../state.ts';
import { compared } from './compared.ts';
import { nextWatch } from './next-watch.ts';
import { greatestRate } from './sequential.ts';

/** The state after a sample of a region: its watch, and what the source last showed. */
export function sampled(
  plan: CutoverPlan,
  state: CutoverState,
  region: string,
  sample: RegionSample,
  at: number,
): CutoverState {
  const { progress } = state;
  const there = state.regions[region];
  const watch = nextWatch(
    plan,
    progress.watches[region],
    sample,
    at,
    {
      ...(there?.baseline === undefined ? {} : { p99: there.baseline }),
      ...(there?.baselineErrors === undefined ? {} : { errorRate: there.baselineErrors }),
    },
    progress.windows?.[region] ?? 0,
  );
  const tested = watch.tally !== undefined;
  const windows = {
    ...progress.windows,
    [region]: watch.young?.window ?? watch.tally?.window ?? 0,
  };
  const next: CutoverState = {
    ...state,
    progress: {
      ...progress,
      watches: { ...progress.watches, [region]: watch },
      ...(tested ? { windows } : {}),
    },
  };
  const { source } = compared({ from: plan.from, to: plan.to, first: watch.first, last: watch.last });
  const seen = !source.reset && source.requests >= plan.policy.gates.minSamples;
  if (there === undefined || !seen || source.p99 === undefined) return next;
  const baselineErrors = tested
    ? { baselineErrors: greatestRate({ bad: source.errors, total: source.requests }) }
    : {};
  return {
    ...next,
    regions: { ...next.regions, [region]: { ...there, baseline: source.p99, ...baselineErrors } },
  };
}
