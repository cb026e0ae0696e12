import { type CutoverPlan, regionOf } from '../cutover/plan.ts';
import { codeBlock, expects, expectsNothing } from './markdown.ts';
import { quoted } from './shell.ts';
import type { Tools } from './tools.ts';

/** Shows that every service is ready on the target, and serves what the source serves. */
export function verified(tools: Tools, plan: CutoverPlan, region: string): string[] {
  const { from, to } = plan;
  const { services } = regionOf(plan, region);
  const [source, target] = [tools.kubectl(region, from), tools.kubectl(region, to)];
  const file = (what: string, colour: string): string => quoted(`${what}-${region}-${colour}.txt`);
  return [
    `Every service is ready on ${to}:`,
    '',
    ...codeBlock(
      `${target} get ksvc -A -o ${quoted(
        'jsonpath={range .items[*]}{.metadata.namespace}/{.metadata.name} {.status.conditions[?(@.type=="Ready")].status}{"\\n"}{end}',
      )} | LC_ALL=C sort`,
    ),
    ...expects(...services.map(({ namespace, name }) => `${namespace}/${name} True`).sort()),
    `with the same traffic as on ${from} (revisions without a name of their own are told by "latest"),`,
    '',
    ...codeBlock(
      ...(
        [
          [source, from],
          [target, to],
        ] as const
      ).map(
        ([kubectl, colour]) =>
          `${kubectl} get ksvc -A -o ${quoted(
            'jsonpath={range .items[*]}{.metadata.namespace}/{.metadata.name}{range .spec.traffic[*]} {.latestRevision} {.revisionName} {.tag} {.percent};{end}{"\\n"}{end}',
          )} | LC_ALL=C sort > ${file('traffic', colour)}`,
      ),
      `diff ${file('traffic', from)} ${file('traffic', to)} && echo same`,
    ),
    ...expects('same'),
    `with no image that ${from} does not have,`,
    '',
    ...codeBlock(
      ...(
        [
          [source, from],
          [target, to],
        ] as const
      ).map(
        ([kubectl, colour]) =>
          `${kubectl} get revisions -A -o ${quoted(
            'jsonpath={range .items[*]}{range .status.containerStatuses[*]}{.imageDigest}{"\\n"}{end}{end}',
          )} | LC_ALL=C sort -u > ${file('images', colour)}`,
      ),
      `LC_ALL=C comm -13 ${file('images', from)} ${file('images', to)}`,
    ),
    ...expectsNothing,
    `and answers through the entrance of ${to}, from zero too:`,
    '',
    ...codeBlock(
      ...tools.curl(
        region,
        to,
        services.flatMap(({ hosts }) => hosts),
      ),
    ),
    ...expectsNothing,
  ];
}
