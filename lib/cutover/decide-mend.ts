import { give } from './decide-shift.ts';
import type { Decision } from './decision.ts';
import type { CutoverPlan } from './plan.ts';
import type { CutoverState } from './state.ts';

/** Gives weights again that somebody else changed and a person decided about; undefined when all are given. */
export function mend(
  plan: CutoverPlan,
  { mend, regions, progress }: CutoverState,
  now: number,
): Decision | undefined {
  const [first] = mend ?? [];
  const there = first && regions[first.region];
  if (first === undefined || there === undefined) return undefined;
  return (
    give(plan, first, progress, there, now) ?? {
      kind: 'record',
      event: { type: 'mended', region: first.region },
    }
  );
}
