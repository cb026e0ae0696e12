import { expect, it } from 'vitest';
import type { Step } from '../../../lib/cutover/plan.ts';
import { faultStep } from '../../../lib/rehearsal/fault.ts';

const plan = (...shares: readonly number[]) => ({
  steps: [
    { id: 'r/verify', kind: 'verify', region: 'r' },
    ...shares.map((share) => ({ id: `r/shift-${share}`, kind: 'shift', region: 'r', share, weights: {} })),
  ] as Step[],
});

it.each([
  [[5, 25, 50, 100], 'r/shift-25'],
  [[10, 30, 100], 'r/shift-30'],
  [[0.5, 24.5, 100], 'r/shift-100'],
  [[100], 'r/shift-100'],
  [[], undefined],
])('of shares %j the fault begins with %s', (shares, step) => {
  expect(faultStep(plan(...shares))?.id).toBe(step);
});
