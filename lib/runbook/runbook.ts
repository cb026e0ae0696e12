import { writeFile } from 'node:fs/promises';
import type { CutoverPlan, RegionFacts, Step } from '../cutover/plan.ts';
import { regionOf } from '../cutover/plan.ts';
import { type Colour, colours } from '../fleet/colour.ts';
import type { Locator } from '../fleet/locator.ts';
import type { Endpoint } from '../traffic/traffic-port.ts';
import { replaceWeights } from '../traffic/weights.ts';

/** Writes the runbook of a plan. */
export const writeRunbook = (file: string, plan: CutoverPlan, locator: Locator): Promise<void> =>
  writeFile(file, renderRunbook(plan, locator));

/** A plan as Markdown, to be followed by hand with `aws`, `kubectl` and `curl`: every command, what to expect, its undo. */
export function renderRunbook(plan: CutoverPlan, locator: Locator): string {
  const sections = plan.steps.map((step, index) => section(plan, locator, step, index));
  return `${[
    `# Cutover of ${plan.fleet}: from ${plan.from} to ${plan.to}`,
    '',
    `Plan \`${plan.id}\`, made ${plan.createdAt}, digest \`${plan.digest}\`.`,
    '',
    'Each step has what to do, what to expect, and how to undo it. Go on only when you see what is expected. To go back',
    'at any time, give the undo of the last shift in every region; it does not need to wait for anything.',
    '',
    ...controlPlaneNote(locator),
    '## What moves',
    '',
    '| service | hosts |',
    '| --- | --- |',
    ...plan.regions.flatMap(({ services }) =>
      services.map(
        ({ namespace, name, hosts }) => `| ${cell(`${namespace}/${name}`)} | ${cell(hosts.join(', '))} |`,
      ),
    ),
    '',
    ...sections.flat(),
  ].join('\n')}\n`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

const controlPlaneNote = ({ accelerator }: Locator): string[] =>
  accelerator.controlPlane === undefined
    ? []
    : [
        `This is a rehearsal's accelerator: give every \`aws\` command \`--endpoint-url ${accelerator.controlPlane}\`.`,
        '',
      ];

const code = (...lines: string[]): string[] => ['```sh', ...lines, '```', ''];

/** The `kubectl` of a colour, as far as its locator tells. */
function kubectl(locator: Locator, region: string, colour: Colour): string {
  const cluster = locator.regions.find((location) => location.region === region)?.colours[colour].cluster;
  return [
    'kubectl',
    ...(cluster?.kubeconfig === undefined ? [] : [`--kubeconfig '${cluster.kubeconfig}'`]),
    ...(cluster?.context === undefined ? [] : [`--context '${cluster.context}'`]),
  ].join(' ');
}

function writeGroup(facts: RegionFacts, endpoints: readonly Endpoint[]): string[] {
  return code(
    'aws globalaccelerator update-endpoint-group --region us-west-2 \\',
    `  --endpoint-group-arn '${facts.endpointGroupArn}' \\`,
    `  --endpoint-configurations \\`,
    ...endpoints.map(
      (endpoint, index) => `    '${configuration(endpoint)}'${index < endpoints.length - 1 ? ' \\' : ''}`,
    ),
  );
}

/** In the JSON form: the shorthand has no way to say a value with a comma. */
const configuration = ({ id, weight, clientIpPreservation, attachmentArn }: Endpoint): string =>
  JSON.stringify({
    EndpointId: id,
    Weight: weight,
    ...(clientIpPreservation === undefined ? {} : { ClientIPPreservationEnabled: clientIpPreservation }),
    ...(attachmentArn === undefined ? {} : { AttachmentArn: attachmentArn }),
  });

function section(plan: CutoverPlan, locator: Locator, step: Step, index: number): string[] {
  return [`## ${index + 1}. ${step.id}`, '', ...body(plan, locator, step), ''];
}

function body(plan: CutoverPlan, locator: Locator, step: Step): string[] {
  const facts = regionOf(plan, step.region);
  const { from, to, policy } = plan;
  const on = (colour: Colour): string => kubectl(locator, step.region, colour);
  switch (step.kind) {
    case 'preflight':
      return [
        'Both clusters answer, and both entrances are healthy.',
        '',
        ...code(
          ...colours.map((colour) => `${on(colour)} get --raw /readyz`),
          'aws globalaccelerator describe-endpoint-group --region us-west-2 \\',
          `  --endpoint-group-arn '${facts.endpointGroupArn}'`,
        ),
        `Expect \`ok\` twice, and \`HEALTHY\` for both entrances. Nothing is changed: there is nothing to undo.`,
      ];
    case 'migrate':
      return [
        `Apply the services to ${to}, from their manifests. A service that pins an earlier revision is applied first as it`,
        'was then, and once that revision is ready, as it is now.',
        '',
        ...code(
          `zeroshift synth && ${on(to)} apply --server-side --recursive -f dist/manifests/${to}/services`,
        ),
        `Undo: nothing reaches ${to} yet; what was applied may stay.`,
      ];
    case 'verify':
      return [
        `Every service is ready on ${to}, with the same traffic as on ${from}.`,
        '',
        ...code(...colours.map((colour) => `${on(colour)} get ksvc,revisions -A`)),
        ...code(
          ...facts.services
            .flatMap(({ hosts }) => hosts)
            .map(
              (host) =>
                `curl --fail-with-body -sS -o /dev/null -H 'Host: ${host}' http://${entrance(locator, step.region, to)}/`,
            ),
        ),
        'Expect READY True everywhere, and no error from curl.',
      ];
    case 'floors':
      return [
        `Keep on both colours as many pods as ${from} runs now. For each revision that has pods, on both colours:`,
        '',
        ...code(
          `${on(from)} get podautoscalers -A -o custom-columns=NS:.metadata.namespace,NAME:.metadata.name,PODS:.status.actualScale`,
          ...[from, to].map(
            (colour) =>
              `${on(colour)} -n NS annotate revision NAME autoscaling.knative.dev/min-scale=PODS --overwrite`,
          ),
        ),
        'Write down what the annotation was before. Expect that many pods on both. Undo: put the annotation back, or take',
        'it away with `autoscaling.knative.dev/min-scale-`.',
      ];
    case 'shift': {
      const next = replaceWeights(facts.endpoints, new Map(Object.entries(step.weights)));
      return [
        `Give ${to} ${step.share} % of new flows. The whole group is written: other endpoints keep what they have.`,
        '',
        ...writeGroup(facts, next),
        'Wait until the accelerator is deployed:',
        '',
        ...code(
          `aws globalaccelerator describe-accelerator --region us-west-2 --accelerator-arn '${plan.acceleratorArn}' \\`,
          `  --query Accelerator.Status`,
        ),
        `Expect \`DEPLOYED\`. Then watch for ${policy.bake}: at least ${policy.gates.minSuccessRate * 100} % of ${to}'s answers good, its p99 at most`,
        `${policy.gates.maxLatencyRatio} times that of ${from}. If not, undo at once:`,
        '',
        ...writeGroup(facts, facts.endpoints),
      ];
    }
    case 'drain':
      return [
        `Restart the gateways of ${from}, so that the last keep-alive connections end.`,
        '',
        ...code(
          `${on(from)} -n kourier-system rollout restart deployment/3scale-kourier-gateway`,
          `${on(from)} -n kourier-system rollout status deployment/3scale-kourier-gateway --timeout=${policy.drainTimeout}`,
        ),
        'Expect `successfully rolled out`. There is nothing to undo.',
      ];
    case 'hold':
      return [
        `Watch for ${policy.hold} as before. ${from} keeps its pods: going back is still the undo of the first shift.`,
        `Then put the annotations of the floors back, and ${from} may be deleted once nothing reaches it.`,
      ];
  }
}

const entrance = (locator: Locator, region: string, colour: Colour): string => {
  const addresses = locator.regions.find((location) => location.region === region)?.colours[colour].entrance
    .addresses;
  return addresses?.['80'] ?? Object.values(addresses ?? {})[0] ?? 'ENTRANCE';
};
