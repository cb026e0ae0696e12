import type { CutoverPlan, Step } from '../cutover/index.ts';

/** What can be put in: `bad-green`, green answers errors from the first step on that gives it 25 % or more. */
export const faults = ['bad-green'] as const;
export type Fault = (typeof faults)[number];

/** The step with which a fault begins: the first that gives the target a quarter of the flows or more. */
export const faultStep = ({ steps }: Pick<CutoverPlan, 'steps'>): Step | undefined =>
  steps.find((step) => step.kind === 'shift' && step.share >= 25);
