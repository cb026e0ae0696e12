import type { CutoverPlan, PlannedSingleton } from '../cutover/plan.ts';
import { regionOf } from '../cutover/plan.ts';
import { singletonText } from '../cutover/singleton-text.ts';
import type { Colour } from '../fleet/colour.ts';
import { codeBlock, expects, expectsNothing, plain } from './markdown.ts';
import { noted, quoted } from './shell.ts';
import type { Tools } from './tools.ts';

type Singletons = readonly PlannedSingleton[];

const isCron = ({ kind }: PlannedSingleton): boolean => kind === 'CronJob';

/** `cronjob/report` */
const named = ({ kind, name }: PlannedSingleton): string => quoted(`${kind.toLowerCase()}/${name}`);

const fileOf = (region: string, { kind, namespace, name }: PlannedSingleton): string =>
  `${region}-${kind.toLowerCase()}-${namespace}-${name}.txt`;

const on = (tools: Tools, region: string, colour: Colour, { namespace }: PlannedSingleton): string =>
  `${tools.kubectl(region, colour)} -n ${quoted(namespace)}`;

const field = (one: PlannedSingleton): string =>
  quoted(`jsonpath={.spec.${isCron(one) ? 'suspend' : 'replicas'}}`);

/** Hands over what may run on one colour only: never on both at once. */
export function handedOver(tools: Tools, plan: CutoverPlan, region: string): string[] {
  const { from, to } = plan;
  const { singletons = [] } = regionOf(plan, region);
  return [
    `What may run on one colour only goes from ${from} to ${to}: ${plain(singletons.map(singletonText).join(', '))}. First note what it is:`,
    '',
    ...codeBlock(
      ...singletons.map((one) =>
        noted(fileOf(region, one), `${on(tools, region, from, one)} get ${named(one)} -o ${field(one)}`),
      ),
    ),
    ...expectsNothing,
    `Suspend it on ${from}, and wait until its pods are gone and the Jobs of a CronJob have ended:`,
    '',
    ...codeBlock(...suspend(tools, from, region, singletons)),
    ...awaitGone(tools, from, region, singletons),
    `Only then let it run on ${to}:`,
    '',
    ...codeBlock(...run(tools, to, from, region, singletons)),
    ...awaitRunning(tools, to, region, singletons),
    '### Undo',
    '',
    `Once new flows are back on ${from}. Between the two commands nothing of it may be left on ${to}:`,
    '',
    ...handBack(tools, plan, region, singletons),
  ];
}

/** Takes the singletons back to the source. */
export function handBack(
  tools: Tools,
  { from, to }: CutoverPlan,
  region: string,
  singletons: Singletons,
): string[] {
  return singletons.length === 0
    ? []
    : [
        ...codeBlock(...suspend(tools, to, region, singletons)),
        ...awaitGone(tools, to, region, singletons),
        ...codeBlock(...run(tools, from, to, region, singletons)),
        ...awaitRunning(tools, from, region, singletons),
      ];
}

/** Shows that none of them runs on the target before it is its turn. */
export const stillSuspended = (
  tools: Tools,
  colour: Colour,
  region: string,
  singletons: Singletons,
): string[] => [
  ...codeBlock(
    ...singletons.map(
      (one) => `${on(tools, region, colour, one)} get ${named(one)} -o ${field(one)} && echo`,
    ),
  ),
  ...expects(...singletons.map((one) => (isCron(one) ? 'true' : '0'))),
];

const suspend = (tools: Tools, colour: Colour, region: string, singletons: Singletons): string[] =>
  singletons.map((one) => {
    const kubectl = on(tools, region, colour, one);
    return isCron(one)
      ? `${kubectl} patch ${named(one)} --type merge -p ${quoted('{"spec":{"suspend":true}}')}`
      : `${kubectl} scale ${named(one)} --replicas=0`;
  });

/** Waits until nothing of them runs on a colour any more; pods that are ending count. */
const awaitGone = (tools: Tools, colour: Colour, region: string, singletons: Singletons): string[] => [
  ...codeBlock(
    ...singletons.flatMap((one) => {
      const kubectl = on(tools, region, colour, one);
      if (isCron(one))
        return [
          `until left=$(${kubectl} get jobs -o ${quoted(
            'jsonpath={range .items[?(@.status.active)]}{.metadata.ownerReferences[0].name}{"\\n"}{end}',
          )}) &&`,
          `  ! printf '%s\\n' "$left" | name=${quoted(one.name)} awk '$0 == ENVIRON["name"] { found = 1 } END { exit !found }'; do sleep 2; done; echo gone`,
        ];
      const labels = '{{range $key, $value := .spec.selector.matchLabels}}{{$key}}={{$value}},{{end}}';
      return [
        `selector=$(${kubectl} get ${named(one)} -o ${quoted(`go-template=${labels}`)})`,
        `until left=$(${kubectl} get pods -l "\${selector%,}" -o name) && [ -z "$left" ]; do sleep 2; done; echo gone`,
      ];
    }),
  ),
  ...expects(...singletons.map(() => 'gone')),
];

/** Lets them run on a colour as it was noted. A CronJob first hears which of its runs the other colour has done. */
const run = (tools: Tools, colour: Colour, other: Colour, region: string, singletons: Singletons): string[] =>
  singletons.flatMap((one) => {
    const kubectl = on(tools, region, colour, one);
    const value = `"$(cat ${quoted(fileOf(region, one))})"`;
    if (!isCron(one)) return [`${kubectl} scale ${named(one)} --replicas=${value}`];
    const last = quoted('jsonpath={.status.lastScheduleTime}');
    return [
      `last=$(${on(tools, region, other, one)} get ${named(one)} -o ${last})`,
      `[ -z "$last" ] || ${kubectl} patch ${named(one)} --subresource status --type merge \\`,
      `  -p '{"status":{"lastScheduleTime":"'"$last"'"}}'`,
      `${kubectl} patch ${named(one)} --type merge -p '{"spec":{"suspend":'${value}'}}'`,
    ];
  });

/** Shows that they are what was noted, and that what has pods has them. */
const awaitRunning = (tools: Tools, colour: Colour, region: string, singletons: Singletons): string[] => [
  ...codeBlock(
    ...singletons.map((one) => {
      const [kubectl, file] = [on(tools, region, colour, one), quoted(fileOf(region, one))];
      const same = `[ "$(${kubectl} get ${named(one)} -o ${field(one)})" = "$(cat ${file})" ]`;
      return isCron(one)
        ? `${same} && echo runs`
        : `${kubectl} rollout status ${named(one)} > /dev/null && ${same} && echo runs`;
    }),
  ),
  ...expects(...singletons.map(() => 'runs')),
];
