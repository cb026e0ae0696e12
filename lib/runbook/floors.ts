import type { CutoverPlan } from '../cutover/plan.ts';
import { quoted } from './shell.ts';
import type { Tools } from './tools.ts';

const minScale = 'autoscaling.knative.dev/min-scale';
const columns = (...names: readonly string[]): string =>
  `--no-headers -o ${quoted(`custom-columns=${names.join(',')}`)}`;
const namespace = 'NAMESPACE:.metadata.namespace';
const name = 'NAME:.metadata.name';
const latestOf = `get ksvc "$service" -o ${quoted('jsonpath={.status.latestReadyRevisionName}')}`;
// Knative 1.23 copies the annotation from the Revision; for older releases both are annotated.
const annotate = 'annotate revision,podautoscaler';

const beforeFile = (region: string, colour: string): string => quoted(`floors-${region}-${colour}.txt`);
const podsFile = (region: string): string => quoted(`pods-${region}.txt`);

/** Notes the floors that there are, and the pods that run: the undo needs the one, the raising the other. */
export const noteFloors = (tools: Tools, { from, to }: CutoverPlan, region: string): string[] => [
  ...[from, to].map(
    (colour) =>
      `${tools.kubectl(region, colour)} get revisions -A ${columns(
        namespace,
        name,
        String.raw`MIN:.metadata.annotations.autoscaling\.knative\.dev/min-scale`,
      )} > ${beforeFile(region, colour)}`,
  ),
  `${tools.kubectl(region, from)} get revisions -A ${columns(
    namespace,
    String.raw`SERVICE:.metadata.labels.serving\.knative\.dev/service`,
    name,
    'PODS:.status.actualReplicas',
  )} > ${podsFile(region)}`,
];

/** Raises the floor of each revision that has pods, and of its twin: the one of its name, else the latest one of the latest. */
export function raiseFloors(tools: Tools, { from, to }: CutoverPlan, region: string): string[] {
  const [source, target] = [tools.kubectl(region, from), tools.kubectl(region, to)];
  return [
    'while read -r namespace service name pods; do',
    '  [ "$pods" -gt 0 ] 2>/dev/null || continue',
    '  twin=$name',
    `  if [ -z "$(${target} -n "$namespace" get revision "$name" --ignore-not-found -o name)" ] &&`,
    `    [ "$name" = "$(${source} -n "$namespace" ${latestOf})" ]; then`,
    `    twin=$(${target} -n "$namespace" ${latestOf})`,
    '  fi',
    `  ${source} -n "$namespace" ${annotate} "$name" "${minScale}=$pods" --overwrite`,
    `  ${target} -n "$namespace" ${annotate} "$twin" "${minScale}=$pods" --overwrite`,
    `done < ${podsFile(region)}`,
  ];
}

/** Puts the floors back as they were noted. */
export const restoreFloors = (tools: Tools, { from, to }: CutoverPlan, region: string): string[] =>
  [from, to].flatMap((colour) => [
    'while read -r namespace name min; do',
    `  if [ "$min" = '<none>' ]; then change='${minScale}-'; else change="${minScale}=$min"; fi`,
    `  ${tools.kubectl(region, colour)} -n "$namespace" ${annotate} "$name" "$change" --overwrite`,
    `done < ${beforeFile(region, colour)}`,
  ]);
