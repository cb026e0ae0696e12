import { type CutoverPlan, regionOf, type Step } from '../cutover/plan.ts';
import { defaultPodsAtOnce } from '../cutover/raise-floors.ts';
import { singletonText } from '../cutover/singleton-text.ts';
import { type Colour, colours } from '../fleet/colour.ts';
import { replaceWeights } from '../traffic/weights.ts';
import { noteFloors, raiseFloors, restoreFloors } from './floors.ts';
import { codeBlock, plain } from './markdown.ts';
import { quoted } from './shell.ts';
import { noteSingletons, runSingletons, showSingletons, suspendSingletons } from './singletons.ts';
import { type Tools, writeGroup } from './tools.ts';

/** A step by hand: what to do, what to expect, how to undo it. */
export function stepLines(plan: CutoverPlan, tools: Tools, step: Step): string[] {
  const { region } = step;
  const facts = regionOf(plan, region);
  const { from, to, policy } = plan;
  const { singletons = [] } = facts;
  const named = plain(singletons.map(singletonText).join(', '));
  const on = (colour: Colour): string => tools.kubectl(region, colour);
  switch (step.kind) {
    case 'preflight':
      return [
        'Both clusters answer, both entrances are healthy, and the weights are still those that the plan was made for.',
        '',
        ...codeBlock(
          ...colours.map((colour) => `${on(colour)} get --raw /readyz`),
          `${tools.accelerator('describe-endpoint-group')} \\`,
          `  --endpoint-group-arn ${quoted(facts.endpointGroupArn)}`,
        ),
        `Expect \`ok\` twice, \`HEALTHY\` for both entrances, and these weights: ${facts.endpoints
          .map(({ id, weight }) => `${plain(id.split('/').slice(-2)[0] ?? id)} ${weight}`)
          .join(', ')}. Nothing is changed: there is nothing to undo.`,
      ];
    case 'migrate':
      return [
        `Apply the services to ${to}, from their manifests. A service that pins an earlier revision is applied first as it`,
        'was then, and once that revision is ready, as it is now. What is there already needs nothing.',
        ...(singletons.length === 0
          ? []
          : [
              `First set \`replicas: 0\`, of a CronJob \`suspend: true\`, in ${to}'s manifests of what may run on one colour only:`,
              `${named}.`,
            ]),
        '',
        ...codeBlock(
          'zeroshift synth',
          `${on(to)} apply --server-side --field-manager=zeroshift --recursive -f dist/${to}/services`,
        ),
        `Undo: nothing reaches ${to} yet; what was applied may stay.`,
      ];
    case 'verify':
      return [
        `Every service is ready on ${to}, with the same traffic as on ${from}.`,
        '',
        ...codeBlock(...colours.map((colour) => `${on(colour)} get ksvc,revisions -A`)),
        ...codeBlock(
          ...facts.services.flatMap(({ hosts }) => hosts).map((host) => tools.curl(region, to, host)),
        ),
        'Expect READY True everywhere, and no error from curl. There is nothing to undo.',
      ];
    case 'floors':
      return [
        `Keep on both colours as many pods as ${from} runs now. First note what there is: the undo needs it.`,
        '',
        ...codeBlock(...noteFloors(tools, plan, region)),
        ...codeBlock(...raiseFloors(tools, plan, region)),
        `At most ${policy.podsAtOnce ?? defaultPodsAtOnce} pods are to start at once: give larger numbers step by step. Expect that many pods on both:`,
        '',
        ...codeBlock(...[from, to].map((colour) => `${on(colour)} get podautoscalers -A`)),
        'Undo:',
        '',
        ...codeBlock(...restoreFloors(tools, plan, region)),
      ];
    case 'shift':
      return [
        `Give ${to} ${step.share} % of new flows. The whole group is written: other endpoints keep what they have.`,
        '',
        ...codeBlock(
          ...writeGroup(tools, facts, replaceWeights(facts.endpoints, new Map(Object.entries(step.weights)))),
        ),
        'Wait until the accelerator is deployed:',
        '',
        ...codeBlock(
          `${tools.accelerator('describe-accelerator')} \\`,
          `  --accelerator-arn ${quoted(plan.acceleratorArn)} --query Accelerator.Status`,
        ),
        `Expect \`DEPLOYED\`. Then watch for ${plain(policy.bake)}: at least ${percent(policy.gates.minSuccessRate)} % of ${to}'s answers good, its p99 at`,
        `most ${policy.gates.maxLatencyRatio} times that of ${from}. If not, undo at once, and end the connections that ${to} has:`,
        '',
        ...codeBlock(...writeGroup(tools, facts, facts.endpoints), ...drain(plan, on(to))),
      ];
    case 'drain':
      return [
        `Restart the gateways of ${from}, so that the last keep-alive connections end.`,
        '',
        ...codeBlock(...drain(plan, on(from))),
        'Expect `successfully rolled out`. There is nothing to undo.',
      ];
    case 'hand-over':
      return [
        `What may run on one colour only goes from ${from} to ${to}: ${named}. First note what it is:`,
        '',
        ...codeBlock(...noteSingletons(tools, plan, region, singletons)),
        `Suspend it on ${from}, and wait until its pods are gone and the Jobs of a CronJob have ended:`,
        '',
        ...codeBlock(
          ...suspendSingletons(tools, from, region, singletons),
          ...showSingletons(tools, from, region, singletons),
        ),
        `Only then let it run on ${to}:`,
        '',
        ...codeBlock(...runSingletons(tools, to, from, region, singletons)),
        `Undo, once new flows are back on ${from}; between the two, wait until nothing of it is left on ${to}:`,
        '',
        ...codeBlock(
          ...suspendSingletons(tools, to, region, singletons),
          ...showSingletons(tools, to, region, singletons),
        ),
        ...codeBlock(...runSingletons(tools, from, to, region, singletons)),
      ];
    case 'bake':
      return [
        `Watch ${to} in ${plain((step.regions ?? [region]).join(', '))} for ${plain(policy.waveBake ?? policy.bake)} as before. If it is not well, going back is the undo of the`,
        'last shift, in every region. Otherwise there is nothing to undo.',
      ];
    case 'hold':
      return [
        `Watch for ${plain(policy.hold)} as before. ${from} keeps its pods: going back is still the undo of the first shift.`,
        `Then put the floors back, and ${from} may be deleted once nothing reaches it:`,
        '',
        ...codeBlock(...restoreFloors(tools, plan, region)),
      ];
  }
}

const drain = ({ policy }: CutoverPlan, kubectl: string): string[] => [
  `${kubectl} -n kourier-system rollout restart deployment/3scale-kourier-gateway`,
  `${kubectl} -n kourier-system rollout status deployment/3scale-kourier-gateway --timeout=${quoted(policy.drainTimeout)}`,
];

/** Without what binary fractions add: 0.9995 is 99.95 %. */
const percent = (ratio: number): number => Number((ratio * 100).toFixed(6));
