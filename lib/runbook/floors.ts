import type { CutoverPlan, RegionFacts } from '../cutover/plan.ts';
import { defaultPodsAtOnce } from '../cutover/raise-floors.ts';
import { code, codeBlock, expects, expectsAtTheEnd, expectsNothing, plain } from './markdown.ts';
import { noted, quoted } from './shell.ts';
import type { Tools } from './tools.ts';

const minScale = 'autoscaling.knative.dev/min-scale';
const columns = (...names: readonly string[]): string =>
  `--no-headers -o ${quoted(`custom-columns=${names.join(',')}`)}`;
const namespace = 'NAMESPACE:.metadata.namespace';
const name = 'NAME:.metadata.name';
const latestOf = `get ksvc "$service" -o ${quoted('jsonpath={.status.latestReadyRevisionName}')}`;
// Knative 1.23 copies the annotation from the Revision; for older releases both are annotated.
const annotate = 'annotate revision,podautoscaler';
const podsOf = `-o ${quoted('jsonpath={.status.actualReplicas}')}`;

const beforeFile = (region: string, colour: string): string => `floors-${region}-${colour}.txt`;
const podsFile = (region: string): string => `pods-${region}.txt`;
const twinsFile = (region: string): string => `twins-${region}.txt`;

/** Keeps as many pods on both colours as the source runs now. */
export function raisedFloors(tools: Tools, plan: CutoverPlan, region: string): string[] {
  const { from, to, policy } = plan;
  return [
    `Keep on both colours as many pods as ${from} runs now. First note what there is: the undo needs it. What is noted once`,
    'is not noted again; remove the files of an earlier cutover first.',
    '',
    ...codeBlock(...noteFloors(tools, plan, region)),
    ...expectsNothing,
    `Then raise them. At most ${policy.podsAtOnce ?? defaultPodsAtOnce} pods are to start at once: where these are more, shorten ${code(podsFile(region))} to some of its lines, and`,
    'give this and the next command for these, then for the others.',
    '',
    ...codeBlock(...raiseFloors(tools, plan, region)),
    `Wait for the pods of both, at most ${plain(policy.readyTimeout)}; until they are there it says of which they are missing:`,
    '',
    ...codeBlock(
      'until missing=$(',
      ...missingPods(tools.kubectl(region, to), `${quoted(twinsFile(region))}`),
      ...missingPods(tools.kubectl(region, from), `${quoted(sourceFile(region))}`),
      ') && [ -z "$missing" ]; do echo "$missing"; sleep 5; done; echo ready',
    ),
    ...expectsAtTheEnd('ready'),
  ];
}

const sourceFile = (region: string): string => `source-${region}.txt`;

/** Notes the floors that there are, and the pods that run: the undo needs the one, the raising the other. */
const noteFloors = (tools: Tools, { from, to }: CutoverPlan, region: string): string[] => [
  ...[from, to].map((colour) =>
    noted(
      beforeFile(region, colour),
      `${tools.kubectl(region, colour)} get revisions -A ${columns(
        namespace,
        name,
        String.raw`MIN:.metadata.annotations.autoscaling\.knative\.dev/min-scale`,
      )}`,
    ),
  ),
  noted(
    podsFile(region),
    `${tools.kubectl(region, from)} get revisions -A ${columns(
      namespace,
      String.raw`SERVICE:.metadata.labels.serving\.knative\.dev/service`,
      name,
      'PODS:.status.actualReplicas',
    )}`,
  ),
];

/** Raises the floor of each revision that has pods, and of its twin: the one of its name, else the latest one of the latest. */
function raiseFloors(tools: Tools, { from, to }: CutoverPlan, region: string): string[] {
  const [source, target] = [tools.kubectl(region, from), tools.kubectl(region, to)];
  return [
    `: > ${quoted(twinsFile(region))}; : > ${quoted(sourceFile(region))}`,
    'while read -r namespace service name pods; do',
    '  [ "$pods" -gt 0 ] 2>/dev/null || continue',
    '  twin=$name',
    `  if [ -z "$(${target} -n "$namespace" get revision "$name" --ignore-not-found -o name)" ] &&`,
    `    [ "$name" = "$(${source} -n "$namespace" ${latestOf})" ]; then`,
    `    twin=$(${target} -n "$namespace" ${latestOf})`,
    '  fi',
    `  ${source} -n "$namespace" ${annotate} "$name" "${minScale}=$pods" --overwrite`,
    `  ${target} -n "$namespace" ${annotate} "$twin" "${minScale}=$pods" --overwrite`,
    `  echo "$namespace $name $pods" >> ${quoted(sourceFile(region))}`,
    `  echo "$namespace $twin $pods" >> ${quoted(twinsFile(region))}`,
    `done < ${quoted(podsFile(region))}`,
  ];
}

const missingPods = (kubectl: string, file: string): string[] => [
  '  while read -r namespace name pods; do',
  `    there=$(${kubectl} -n "$namespace" get revision "$name" ${podsOf})`,
  '    [ "$there" -ge "$pods" ] 2>/dev/null || echo "$namespace/$name of $pods pods has: $there"',
  `  done < ${file}`,
];

/** Puts the floors back as they were noted. */
export const restoreFloors = (
  tools: Tools,
  { from, to }: CutoverPlan,
  { region }: Pick<RegionFacts, 'region'>,
): string[] => [
  ...codeBlock(
    ...[from, to].flatMap((colour) => [
      'while read -r namespace name min; do',
      `  if [ "$min" = '<none>' ]; then change='${minScale}-'; else change="${minScale}=$min"; fi`,
      `  ${tools.kubectl(region, colour)} -n "$namespace" ${annotate} "$name" "$change" --overwrite`,
      `done < ${quoted(beforeFile(region, colour))}`,
    ]),
  ),
  'See that they are what was noted:',
  '',
  ...codeBlock(
    ...[from, to].map(
      (colour) =>
        `${tools.kubectl(region, colour)} get revisions -A ${columns(
          namespace,
          name,
          String.raw`MIN:.metadata.annotations.autoscaling\.knative\.dev/min-scale`,
        )} | diff ${quoted(beforeFile(region, colour))} - && echo same`,
    ),
  ),
  ...expects('same', 'same'),
];
