import type { CutoverPlan, PlannedSingleton } from '../cutover/plan.ts';
import type { Colour } from '../fleet/colour.ts';
import { quoted } from './shell.ts';
import type { Tools } from './tools.ts';

const isCron = ({ kind }: PlannedSingleton): boolean => kind === 'CronJob';

/** `cronjob/report` */
const named = ({ kind, name }: PlannedSingleton): string => quoted(`${kind.toLowerCase()}/${name}`);

const fileOf = (region: string, { kind, namespace, name }: PlannedSingleton): string =>
  quoted(`${region}-${kind.toLowerCase()}-${namespace}-${name}.txt`);

const on = (tools: Tools, region: string, colour: Colour, { namespace }: PlannedSingleton): string =>
  `${tools.kubectl(region, colour)} -n ${quoted(namespace)}`;

/** Notes what each singleton is before: the target gets it, and the undo needs it. */
export const noteSingletons = (
  tools: Tools,
  { from }: CutoverPlan,
  region: string,
  singletons: readonly PlannedSingleton[],
): string[] =>
  singletons.map((one) => {
    const field = isCron(one) ? 'suspend' : 'replicas';
    const path = quoted(`jsonpath={.spec.${field}}`);
    return `${on(tools, region, from, one)} get ${named(one)} -o ${path} > ${fileOf(region, one)}`;
  });

/** Suspends singletons on a colour. */
export const suspendSingletons = (
  tools: Tools,
  colour: Colour,
  region: string,
  singletons: readonly PlannedSingleton[],
): string[] =>
  singletons.map((one) => {
    const kubectl = on(tools, region, colour, one);
    return isCron(one)
      ? `${kubectl} patch ${named(one)} --type merge -p ${quoted('{"spec":{"suspend":true}}')}`
      : `${kubectl} scale ${named(one)} --replicas=0`;
  });

/** Shows what of them still runs on a colour. */
export const showSingletons = (
  tools: Tools,
  colour: Colour,
  region: string,
  singletons: readonly PlannedSingleton[],
): string[] => [...new Set(singletons.map((one) => `${on(tools, region, colour, one)} get jobs,pods`))];

/** Lets singletons run on a colour as it was noted. A CronJob first hears which of its runs the other colour has done. */
export const runSingletons = (
  tools: Tools,
  colour: Colour,
  other: Colour,
  region: string,
  singletons: readonly PlannedSingleton[],
): string[] =>
  singletons.flatMap((one) => {
    const kubectl = on(tools, region, colour, one);
    const value = `"$(cat ${fileOf(region, one)})"`;
    if (!isCron(one)) return [`${kubectl} scale ${named(one)} --replicas=${value}`];
    const last = quoted('jsonpath={.status.lastScheduleTime}');
    return [
      `last=$(${on(tools, region, other, one)} get ${named(one)} -o ${last})`,
      `[ -z "$last" ] || ${kubectl} patch ${named(one)} --subresource status --type merge \\`,
      `  -p '{"status":{"lastScheduleTime":"'"$last"'"}}'`,
      `${kubectl} patch ${named(one)} --type merge -p '{"spec":{"suspend":'${value}'}}'`,
    ];
  });
