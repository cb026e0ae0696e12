import { replaceWeights } from '../traffic/weights.ts';
import { type CutoverPlan, type RegionFacts, regionOf, type ShiftStep, type Step } from './plan.ts';
import { defaultPodsAtOnce } from './raise-floors.ts';
import { singletonText } from './singleton-text.ts';
import type { CutoverState } from './state.ts';

/** What would be done in a step, as clauses. */
export interface Deed {
  /** Its id, or the region where it is no step. */
  readonly step: string;
  readonly does: readonly string[];
}

/** What is left to do on the way to the target, step by step, from the one that a cutover is in. Pure. */
export const deedsForward = (plan: CutoverPlan, { step: at }: CutoverState): Deed[] =>
  plan.steps
    .filter((_, index) => index >= at)
    .map((step) => ({
      step: step.id,
      does: [...before(plan, step), ...deedsOf(plan, step), ...called(plan, step, 'after')],
    }));

const before = (plan: CutoverPlan, step: Step): string[] => [
  ...(plan.approvals?.includes(step.id) === true ? ['waits until somebody approves it'] : []),
  ...called(plan, step, 'before'),
];

function called({ hooks = [] }: CutoverPlan, step: Step, when: 'before' | 'after'): string[] {
  const names = hooks
    .filter((hook) => hook.when.includes(when) && hook.steps.includes(step.id))
    .map(({ name }) => name);
  return names.length === 0 ? [] : [`calls the hooks ${names.join(', ')} (${when})`];
}

function deedsOf(plan: CutoverPlan, step: Step): string[] {
  const { from, to, policy } = plan;
  const facts = regionOf(plan, step.region);
  const { services, singletons = [] } = facts;
  const named = singletons.map(singletonText).join(', ');
  switch (step.kind) {
    case 'preflight':
      return ['reads whether both clusters and entrances are well, and asks each host once'];
    case 'migrate':
      return [
        `recreates ${services.length} services on ${to}; \`zeroshift migrate --dry-run\` says what that is`,
        ...(policy.maxLag === undefined ? [] : [`from then on ${to} follows ${from}`]),
      ];
    case 'verify':
      return [`waits until ${services.length} services of ${to} are ready and serve what ${from} serves`];
    case 'floors':
      return [
        `raises floors on both colours to the pods that ${from} runs then, ${policy.podsAtOnce ?? defaultPodsAtOnce} pods at a time`,
      ];
    case 'shift':
      return [
        `writes ${change(plan, facts, step)}`,
        `waits until it is DEPLOYED, at most ${policy.deployTimeout}`,
        `watches ${to} for ${policy.bake}, and goes back when a gate fails`,
      ];
    case 'drain':
      return [
        `restarts the gateways of ${from} a few at a time, and waits until it is quiet for ${policy.drainQuiet}`,
      ];
    case 'hand-over':
      return [`suspends on ${from}, and once nothing of it is left there runs on ${to}: ${named}`];
    case 'bake':
      return [
        `watches ${(step.regions ?? [step.region]).join(', ')} for ${policy.waveBake ?? policy.bake}, and goes back when a gate fails`,
      ];
    case 'hold':
      return [
        `watches ${(step.regions ?? [step.region]).join(', ')} for ${policy.hold}, and goes back when a gate fails`,
      ];
  }
}

/** `blue 100, green 0 → blue 75, green 25` */
function change(plan: CutoverPlan, facts: RegionFacts, step: ShiftStep): string {
  const shifts = plan.steps.filter((one) => one.kind === 'shift' && one.region === step.region);
  const last = shifts[shifts.findIndex(({ id }) => id === step.id) - 1];
  const text = (weights: Readonly<Record<string, number>>): string => {
    const endpoints = replaceWeights(facts.endpoints, new Map(Object.entries(weights)));
    const of = (id: string): number => endpoints.find((endpoint) => endpoint.id === id)?.weight ?? 0;
    return `blue ${of(facts.entrances.blue)}, green ${of(facts.entrances.green)}`;
  };
  return `${text(last?.kind === 'shift' ? last.weights : {})} → ${text(step.weights)}`;
}
