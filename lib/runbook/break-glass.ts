import type { CutoverPlan, RegionFacts } from '../cutover/plan.ts';
import { type Colour, sibling } from '../fleet/colour.ts';
import { assigned, countFlows } from './gateways.ts';
import { codeBlock, expects, expectsAtTheEnd, plain } from './markdown.ts';
import { noted, quoted } from './shell.ts';
import type { Tools } from './tools.ts';

/** Where no gateway listens. */
const deadPort = '1';
/** Seconds in which flows are counted. */
const counting = 10;

/** What to do when the accelerator's control plane does not answer. */
export function breakGlass(plan: CutoverPlan, tools: Tools): string[] {
  return [
    '## Break glass: the control plane does not answer',
    '',
    'Only when a colour is bad, and `aws globalaccelerator` does not answer, so that its weight cannot be taken away. The data plane',
    'goes on without it, and gives new flows to healthy endpoints only. So the health checks of the bad colour are made to fail.',
    '',
    '- **Never on both colours.** An accelerator without a healthy endpoint gives flows to any of them.',
    '- **Only while the other colour has weight** in that region: between its first shift and the one to 100 %. An endpoint of weight 0 takes nothing',
    '  over, and the accelerator would give flows to any, the bad one too. Then mend the bad colour in place.',
    '- It takes two failed checks (20 s as the stacks are), and some seconds until the accelerator knows.',
    '- **Open connections stay**, and are answered: a load balancer without a healthy target sends to all that it has. They leave when',
    '  they close, or have been idle for 340 s.',
    '- Do not restart gateways of the bad colour meanwhile: new ones wait for a health check that fails, and the restart does not end.',
    '',
    ...plan.regions.flatMap((facts) => [plan.to, plan.from].flatMap((bad) => broken(tools, facts, bad))),
  ];
}

function broken(tools: Tools, facts: RegionFacts, bad: Colour): string[] {
  const { region } = facts;
  const good = sibling(bad);
  const file = `break-glass-${region}-${bad}.txt`;
  return [
    `### In ${plain(region)}, when ${bad} is bad`,
    '',
    `New flows come to ${good}, so it has weight:`,
    '',
    ...codeBlock(
      ...assigned('before', countFlows(tools.kubectl(region, good))),
      `sleep ${counting}`,
      ...assigned('after', countFlows(tools.kubectl(region, good))),
      '[ "$after" -gt "$before" ] 2>/dev/null && echo "new flows" || echo "NO NEW FLOWS: do not go on"',
    ),
    ...expectsAtTheEnd('new flows'),
    `${good} is healthy, in each of its target groups:`,
    '',
    ...codeBlock(...health(tools, facts, good)),
    ...expects('healthy'),
    `Note how ${bad} is checked; what is noted once is not noted again:`,
    '',
    ...codeBlock(
      noted(
        file,
        `${tools.balancer(region, bad, 'describe-target-groups')} --load-balancer-arn ${quoted(facts.entrances[bad])} --query 'TargetGroups[].[TargetGroupArn,HealthCheckPort]' --output text`,
      ),
      `[ -s ${quoted(file)} ] && echo noted`,
    ),
    ...expects('noted'),
    'Fail its checks: nothing listens at this port.',
    '',
    ...codeBlock(
      'while read -r group port; do',
      `  ${modify(tools, region, bad)} --health-check-port ${deadPort} \\`,
      "    --query 'TargetGroups[].HealthCheckPort' --output text",
      `done < ${quoted(file)} | sort -u`,
    ),
    ...expects(deadPort),
    'Wait until every target has failed,',
    '',
    ...codeBlock(
      'until states=$(',
      ...health(tools, facts, bad).map((line) => `  ${line}`),
      ') && [ "$states" = unhealthy ]; do sleep 2; done; echo unhealthy',
    ),
    ...expects('unhealthy'),
    `and until ${bad} gets no new flows. Who comes past the accelerator keeps this from ending:`,
    '',
    ...codeBlock(
      'while :; do',
      ...assigned('before', countFlows(tools.kubectl(region, bad))).map((line) => `  ${line}`),
      `  sleep ${counting}`,
      ...assigned('after', countFlows(tools.kubectl(region, bad))).map((line) => `  ${line}`),
      '  [ -n "$after" ] && [ "$after" = "$before" ] && break',
      'done; echo "no new flows"',
    ),
    ...expectsAtTheEnd('no new flows'),
    '#### Undo',
    '',
    `When ${bad} is well again. When it is not, and the control plane answers: first take its weight away ([going back](#going-back), or a shift), else it`,
    'gets new flows with its first good checks.',
    '',
    ...codeBlock(
      'while read -r group port; do',
      `  ${modify(tools, region, bad)} --health-check-port "$port" > /dev/null`,
      `done < ${quoted(file)}`,
      `${tools.balancer(region, bad, 'describe-target-groups')} --load-balancer-arn ${quoted(facts.entrances[bad])} \\`,
      `  --query 'TargetGroups[].[TargetGroupArn,HealthCheckPort]' --output text | diff ${quoted(file)} - && echo same`,
    ),
    ...expects('same'),
    ...codeBlock(
      'until states=$(',
      ...health(tools, facts, bad).map((line) => `  ${line}`),
      `) && [ "$states" = healthy ]; do sleep 2; done; echo healthy; rm ${quoted(file)}`,
    ),
    ...expects('healthy'),
  ];
}

const modify = (tools: Tools, region: string, colour: Colour): string =>
  `${tools.balancer(region, colour, 'modify-target-group')} --target-group-arn "$group"`;

/** Commands that print which states the targets of a colour are in, each once. */
const health = (tools: Tools, { region, entrances }: RegionFacts, colour: Colour): string[] => [
  `for group in $(${tools.balancer(region, colour, 'describe-target-groups')} --load-balancer-arn ${quoted(entrances[colour])} \\`,
  "  --query 'TargetGroups[].TargetGroupArn' --output text); do",
  `  ${tools.balancer(region, colour, 'describe-target-health')} --target-group-arn "$group" \\`,
  "    --query 'TargetHealthDescriptions[].TargetHealth.State' --output text",
  "done | tr '\\t' '\\n' | sort -u",
];
