import type { CutoverPlan } from '../plan.ts';

/** The gates that may take chance for a fault. */
export const tests = ['success-rate', 'errors', 'latency-p99', 'services', 'resets'] as const;

/** How often a plan asks a test: every watch of every region, every gate. Looks are not counted: they cost nothing. */
export const testsOf = ({ steps }: Pick<CutoverPlan, 'steps'>): number =>
  tests.length *
  steps.reduce((sum, step) => {
    if (step.kind === 'shift') return sum + 1;
    return step.kind === 'hold' || step.kind === 'bake' ? sum + (step.regions?.length ?? 1) : sum;
  }, 0);

/** What a single test was allowed before the false alarms of a whole plan were stated. */
const allowedBefore = 0.001;

/** The chance that a single test may have of a false alarm, so that the plan keeps what it states. */
export const alarmOf = (plan: Pick<CutoverPlan, 'steps' | 'policy'>): number => {
  const { falseAlarm } = plan.policy.gates;
  return falseAlarm === undefined ? allowedBefore : falseAlarm / Math.max(1, testsOf(plan));
};
