import { type CutoverPlan, regionOf, type ShiftStep, type Step } from '../cutover/plan.ts';
import { colours } from '../fleet/colour.ts';
import { Duration } from '../fleet/duration.ts';
import { raisedFloors, restoreFloors } from './floors.ts';
import { awaitQuiet, drain } from './gateways.ts';
import { codeBlock, expects, plain } from './markdown.ts';
import { migrated } from './migrate.ts';
import { freeNodes, holdNodes } from './nodes.ts';
import { seconds } from './shell.ts';
import { handedOver } from './singletons.ts';
import type { Tools } from './tools.ts';
import { verified } from './verify.ts';
import { watched } from './watch.ts';
import { after, awaitDeployed, before, lookAtHealth, lookAtWeights, writeWeights } from './weights.ts';

const nothingToUndo = 'Nothing is changed: there is nothing to undo.';

/** A step by hand: what to do, what to expect, how to undo it. */
export function stepLines(plan: CutoverPlan, tools: Tools, step: Step): string[] {
  const { region } = step;
  const facts = regionOf(plan, region);
  const { from, policy } = plan;
  const quiet = seconds(Duration.parse(policy.drainQuiet).milliseconds);
  switch (step.kind) {
    case 'preflight':
      return [
        'Both clusters answer,',
        '',
        ...colours.flatMap((colour) => [
          ...codeBlock(`${tools.kubectl(region, colour)} get --raw /readyz && echo`),
          ...expects('ok'),
        ]),
        'both entrances are healthy,',
        '',
        ...lookAtHealth(tools, facts),
        'and the weights are still those that the plan was made for:',
        '',
        ...lookAtWeights(tools, facts, facts.endpoints),
        'Keep nodes from being replaced under gateways and activators. Gateways that were restarted since are new pods: give it again after',
        'each drain.',
        '',
        ...holdNodes(tools, region),
        '### Undo',
        '',
        ...freeNodes(tools, region),
      ];
    case 'migrate':
      return migrated(tools, plan, region);
    case 'verify':
      return [...verified(tools, plan, region), nothingToUndo];
    case 'floors':
      return [...raisedFloors(tools, plan, region), '### Undo', '', ...restoreFloors(tools, plan, facts)];
    case 'shift':
      return shiftLines(plan, tools, step);
    case 'drain':
      return [
        `Restart the gateways of ${from}, so that the last keep-alive connections end.`,
        '',
        ...drain(plan, tools.kubectl(region, from)),
        `Then nothing comes to ${from} through its entrance any more. Who comes past the accelerator keeps this from ending: find them first.`,
        '',
        ...awaitQuiet(tools.kubectl(region, from), quiet),
        nothingToUndo,
      ];
    case 'hand-over':
      return handedOver(tools, plan, region);
    case 'bake':
      return [
        ...(step.regions ?? [region]).flatMap((one) => [
          `In ${plain(one)}:`,
          '',
          ...watched(tools, plan, one, policy.waveBake ?? policy.bake),
        ]),
        `If it is not well: [go back](#going-back). ${nothingToUndo}`,
      ];
    case 'hold':
      return holdLines(plan, tools, step.regions ?? [region], quiet);
  }
}

function shiftLines(plan: CutoverPlan, tools: Tools, step: ShiftStep): string[] {
  const facts = regionOf(plan, step.region);
  const { to } = plan;
  return [
    `Give ${to} ${step.share} % of new flows. First see that nobody else has changed anything: if the weights are others, stop, and`,
    'find out who it was. What is not named in the next command is removed from the group.',
    '',
    ...lookAtWeights(tools, facts, before(plan, facts, step)),
    ...awaitDeployed(tools, plan),
    'Then write. The whole group is written: other endpoints keep what they have.',
    '',
    ...writeWeights(tools, facts, after(facts, step)),
    ...awaitDeployed(tools, plan),
    'Read it back:',
    '',
    ...lookAtWeights(tools, facts, after(facts, step)),
    ...watched(tools, plan, step.region, plan.policy.bake),
    '### Undo',
    '',
    'At once, without waiting for anything:',
    '',
    ...writeWeights(tools, facts, facts.endpoints),
    ...awaitDeployed(tools, plan),
    ...lookAtWeights(tools, facts, facts.endpoints),
    `Connections that ${to} has stay there until they end. End them:`,
    '',
    ...drain(plan, tools.kubectl(step.region, to)),
  ];
}

function holdLines(plan: CutoverPlan, tools: Tools, regions: readonly string[], quiet: number): string[] {
  const { from, policy } = plan;
  return [
    `${from} keeps its pods meanwhile: [going back](#going-back) is possible until the floors are put back.`,
    '',
    ...regions.flatMap((region) => [
      `In ${plain(region)}:`,
      '',
      ...watched(tools, plan, region, policy.hold),
    ]),
    `When all of them are well, see once more that nothing comes to ${from}, and put the floors back:`,
    '',
    ...regions.flatMap((region) => [
      ...awaitQuiet(tools.kubectl(region, from), quiet),
      ...restoreFloors(tools, plan, regionOf(plan, region)),
    ]),
    'Let nodes be replaced again:',
    '',
    ...regions.flatMap((region) => freeNodes(tools, region)),
    `Then the stack of ${from} may be deleted, when nobody wants to go back any more.`,
    '',
    '### Undo',
    '',
    `${from} is as large as its traffic now, and may have shrunk: raise the floors again (step floors), then [go back](#going-back).`,
  ];
}
