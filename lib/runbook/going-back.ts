import type { CutoverPlan } from '../cutover/plan.ts';
import { drain } from './gateways.ts';
import { plain } from './markdown.ts';
import { handBack } from './singletons.ts';
import type { Tools } from './tools.ts';
import { awaitDeployed, lookAtWeights, writeWeights } from './weights.ts';

/** The way back from anywhere, in one piece: traffic of all regions first, then what is left behind. */
export function goingBack(plan: CutoverPlan, tools: Tools): string[] {
  const { from, to, regions, steps } = plan;
  return [
    '## Going back',
    '',
    `From every step until the end, when in doubt. It needs ${from} healthy: if it is not, stay. First the new flows of every region, the one in`,
    'need first; this waits for nothing, not for a change that is under way either.',
    '',
    ...regions.flatMap((facts) => [
      `In ${plain(facts.region)}:`,
      '',
      ...writeWeights(tools, facts, facts.endpoints),
    ]),
    ...awaitDeployed(tools, plan),
    ...regions.flatMap((facts) => lookAtWeights(tools, facts, facts.endpoints)),
    `Then the connections that ${to} still has:`,
    '',
    ...regions.flatMap(({ region }) => drain(plan, tools.kubectl(region, to))),
    ...regions.flatMap(({ region, singletons = [] }) =>
      steps.some((step) => step.kind === 'hand-over' && step.region === region)
        ? [
            `Only where the step ${plain(`${region}/hand-over`)} was begun, what may run on one colour only:`,
            '',
            ...handBack(tools, plan, region, singletons),
          ]
        : [],
    ),
    'At last the undo of each step floors and preflight that was begun.',
    '',
  ];
}
