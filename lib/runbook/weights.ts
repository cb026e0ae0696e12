import type { CutoverPlan, RegionFacts, ShiftStep } from '../cutover/plan.ts';
import type { Endpoint } from '../traffic/traffic-port.ts';
import { replaceWeights } from '../traffic/weights.ts';
import { codeBlock, expects } from './markdown.ts';
import { quoted } from './shell.ts';
import type { Tools } from './tools.ts';

const sorted = '| LC_ALL=C sort';

const describe = (tools: Tools, facts: RegionFacts, field: 'Weight' | 'HealthState'): string[] => [
  `${tools.accelerator('describe-endpoint-group')} \\`,
  `  --endpoint-group-arn ${quoted(facts.endpointGroupArn)} \\`,
  `  --query 'EndpointGroup.EndpointDescriptions[].[EndpointId,${field}]' --output text ${sorted}`,
];

const weightLines = (endpoints: readonly Endpoint[]): string[] =>
  endpoints.map(({ id, weight }) => `${id}\t${weight}`).sort();

/** Looks at the weights of a whole group, and says which they must be. */
export const lookAtWeights = (tools: Tools, facts: RegionFacts, endpoints: readonly Endpoint[]): string[] => [
  ...codeBlock(...describe(tools, facts, 'Weight')),
  ...expects(...weightLines(endpoints)),
];

/** Looks at the health of our two entrances, as the accelerator sees it. */
export function lookAtHealth(tools: Tools, facts: RegionFacts): string[] {
  const ours = Object.values(facts.entrances);
  const [first = '', ...rest] = describe(tools, facts, 'HealthState');
  const only = ours.map((id) => `-e ${quoted(id)}`).join(' ');
  return [
    ...codeBlock(
      first,
      ...rest.map((line) => line.replace(sorted, () => `${sorted} \\`)),
      `  | grep -F ${only}`,
    ),
    ...expects(...ours.map((id) => `${id}\tHEALTHY`).sort()),
  ];
}

/** Writes a whole endpoint group: every endpoint, others' included. The answer is what it holds then. */
export const writeWeights = (tools: Tools, facts: RegionFacts, endpoints: readonly Endpoint[]): string[] => [
  ...codeBlock(
    `${tools.accelerator('update-endpoint-group')} \\`,
    `  --endpoint-group-arn ${quoted(facts.endpointGroupArn)} \\`,
    `  --query 'EndpointGroup.EndpointDescriptions[].[EndpointId,Weight]' --output text \\`,
    '  --endpoint-configurations \\',
    ...endpoints.map(
      (endpoint, index) =>
        `    ${quoted(configuration(endpoint))}${index < endpoints.length - 1 ? ' \\' : ` ${sorted}`}`,
    ),
  ),
  ...expects(...weightLines(endpoints)),
];

/** Waits until the accelerator has taken what was written. */
export const awaitDeployed = (tools: Tools, { acceleratorArn }: CutoverPlan): string[] => [
  ...codeBlock(
    `until ${tools.accelerator('describe-accelerator')} \\`,
    `  --accelerator-arn ${quoted(acceleratorArn)} \\`,
    '  --query Accelerator.Status --output text | grep -x DEPLOYED; do sleep 5; done',
  ),
  ...expects('DEPLOYED'),
];

/** The group after a shift: with its weights for ours, and what it was for others. */
export const after = ({ endpoints }: RegionFacts, { weights }: ShiftStep): readonly Endpoint[] =>
  replaceWeights(endpoints, new Map(Object.entries(weights)));

/** The group before a shift: after the one before it in its region, else as the plan found it. */
export function before(plan: CutoverPlan, facts: RegionFacts, step: ShiftStep): readonly Endpoint[] {
  const shifts = plan.steps.filter((one) => one.kind === 'shift' && one.region === facts.region);
  const last = shifts[shifts.findIndex(({ id }) => id === step.id) - 1];
  return last?.kind === 'shift' ? after(facts, last) : facts.endpoints;
}

/** In the JSON form: the shorthand has no way to say a value with a comma. */
const configuration = ({ id, weight, clientIpPreservation, attachmentArn }: Endpoint): string =>
  JSON.stringify({
    EndpointId: id,
    Weight: weight,
    ...(clientIpPreservation === undefined ? {} : { ClientIPPreservationEnabled: clientIpPreservation }),
    ...(attachmentArn === undefined ? {} : { AttachmentArn: attachmentArn }),
  });
