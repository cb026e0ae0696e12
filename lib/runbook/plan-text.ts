import { type CutoverPlan, type RegionFacts, type Step, serviceCount } from '../cutover/plan.ts';
import { singletonText } from '../cutover/singleton-text.ts';

/** Names that a line holds; a fleet has thousands. */
const named = 10;

/** A plan as a person reads it before it begins, line by line. */
export function planText(plan: CutoverPlan): string[] {
  const { from, to, policy, regions, steps } = plan;
  const { gates } = policy;
  return [
    `plan ${plan.id}: fleet ${plan.fleet}, from ${from} to ${to}`,
    `  made ${plan.createdAt}, digest ${plan.digest}`,
    `  ${serviceCount(plan)} services in ${regions.length} ${regions.length === 1 ? 'region' : 'regions'}`,
    ...regions.flatMap((facts) => regionText(plan, facts)),
    `  each share is watched for ${policy.bake}, at most ${policy.patience} where there is too little to tell; 100 % for ${policy.hold}`,
    `  gates: ${gates.minSuccessRate * 100} % good, p99 at most ${gates.maxLatencyRatio} times that of ${from} (${gates.latencyFloor} always pass), share within ${gates.shareTolerance} points, from ${gates.minSamples} samples`,
    ...(policy.maxLag === undefined
      ? []
      : [
          `  ${to} follows ${from} until the end, and gets no share while it is more than ${policy.maxLag} behind`,
        ]),
    `  ${steps.length} steps:`,
    ...steps.map((step, index) => `  ${String(index + 1).padStart(3)}. ${stepText(plan, step)}`),
  ];
}

function regionText({ from, to }: CutoverPlan, facts: RegionFacts): string[] {
  const { region, endpoints, entrances, services, singletons = [] } = facts;
  const weight = (colour: 'blue' | 'green'): number =>
    endpoints.find(({ id }) => id === entrances[colour])?.weight ?? 0;
  const others = endpoints.filter(({ id }) => !Object.values(entrances).includes(id)).length;
  const names = services.map(({ namespace, name }) => `${namespace}/${name}`);
  return [
    `  ${region}: ${from} ${weight(from)}, ${to} ${weight(to)}${others === 0 ? '' : `, and ${others} endpoints of others`}`,
    `    services: ${listed(names)}`,
    ...(singletons.length === 0 ? [] : [`    singletons: ${listed(singletons.map(singletonText))}`]),
  ];
}

const listed = (names: readonly string[]): string =>
  names.length === 0
    ? 'none'
    : `${names.slice(0, named).join(', ')}${names.length > named ? `, and ${names.length - named} more` : ''}`;

function stepText({ approvals = [], hooks = [], to, policy }: CutoverPlan, step: Step): string {
  const what = {
    shift: step.kind === 'shift' ? `${step.share} % to ${to}` : '',
    bake: `watched for ${policy.waveBake ?? policy.bake}`,
    hold: `watched for ${policy.hold}`,
  }[step.kind as string];
  const called = hooks.filter((hook) => hook.steps.includes(step.id)).map(({ name }) => name);
  return [
    `${step.id}${what === undefined ? '' : ` (${what})`}`,
    ...(approvals.includes(step.id) ? ['waits for an approval'] : []),
    ...(called.length === 0 ? [] : [`hooks: ${called.join(', ')}`]),
  ].join('; ');
}
