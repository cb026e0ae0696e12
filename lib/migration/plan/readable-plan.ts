import { groupKindOf, keyText } from '../inventory/names.ts';
import type { LeftObject, ObjectPlace, PlannedObject, RegionPlan, Rewritten, Verdict } from './plan.ts';
import { sumsOf } from './plan.ts';

/** How a line is meant; who prints it may give it a style. */
export interface PlanLine {
  readonly text: string;
  readonly style: 'plain' | 'title' | 'good' | 'warn' | 'error';
}

const line = (text: string, style: PlanLine['style'] = 'plain'): PlanLine => ({ text, style });

const nameOf = (place: ObjectPlace): string =>
  keyText({
    kind: groupKindOf(place),
    ...(place.namespace === undefined ? {} : { namespace: place.namespace }),
    name: place.name,
  });

const titles: Readonly<Record<Verdict, readonly [string, PlanLine['style']]>> = {
  refusal: ['refused: nothing can be made before these are mended', 'error'],
  conflict: ['conflicts: somebody else wrote what differs on the target', 'error'],
  create: ['create', 'title'],
  update: ['update', 'title'],
  unchanged: ['unchanged', 'good'],
};

const because = ({ rewrite, field, from, to }: Rewritten): string => {
  const change =
    from === undefined
      ? `${field}: ${to}`
      : to === undefined
        ? `${field}: no ${from}`
        : `${field}: ${from} → ${to}`;
  return `    because of rewrite ${rewrite}: ${change}`;
};

/** How a service arrives: nothing to say where one apply is all. */
function arrivalText({ arrival }: PlannedObject): string[] {
  if (arrival === undefined || arrival.writes < 2) return [];
  const { revisions, generation, writes } = arrival;
  const count = revisions.length === 1 ? '1 revision' : `${revisions.length} revisions`;
  return [`with ${count}, generation ${generation}, ${writes} writes`];
}

function remarks(object: PlannedObject): string {
  const { runs, waits, keys, differingKeys } = object;
  const said = [
    ...(runs === undefined || runs === 'serving' ? [] : [runs]),
    ...(waits === undefined ? [] : [`waits: ${waits.field} is ${waits.value} where it runs`]),
    ...(keys === undefined || keys.length === 0 ? [] : [`keys ${keys.join(', ')}`]),
    ...(differingKeys === undefined ? [] : [`other values of ${differingKeys.join(', ')}`]),
    ...arrivalText(object),
  ];
  return said.length === 0 ? '' : `  (${said.join('; ')})`;
}

const objectLines = (object: PlannedObject): PlanLine[] => [
  line(`  ${nameOf(object)}${remarks(object)}`),
  ...(object.refusals ?? []).flatMap(({ code, why, action }) => [
    line(`    ${why} [${code}]`),
    line(`    to do: ${action}`),
  ]),
  ...(object.conflicts ?? []).map(({ field, owner, why }) => line(`    ${why ?? `${field} is ${owner}'s`}`)),
  ...(object.notes ?? []).map((note) => line(`    note: ${note}`)),
  ...(object.rewritten ?? []).map((one) => line(because(one))),
  ...(object.difference ?? '')
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => line(`    ${text}`)),
];

function section(verdict: Verdict, objects: readonly PlannedObject[]): PlanLine[] {
  const of = objects.filter((object) => object.verdict === verdict);
  const [title, style] = titles[verdict];
  if (of.length === 0) return [];
  const head = [line(''), line(`${title} (${of.length})`, style)];
  // Of what is as it should be, a number is enough.
  return verdict === 'unchanged' ? head : [...head, ...of.flatMap(objectLines)];
}

const tellLeft = (left: LeftObject): string => {
  const { owner, action, note, there } = left;
  const said = [
    ...(owner === undefined ? [] : [owner.from]),
    ...(note === undefined ? [] : [note]),
    there ? 'there already' : 'not there yet',
    ...(action === undefined || there ? [] : [`to do: ${action}`]),
  ];
  return `  ${nameOf(left)}  (${said.join('; ')})`;
};

function leftLines(left: readonly LeftObject[]): PlanLine[] {
  const reasons = [...new Set(left.map(({ reason }) => reason))].sort();
  return reasons.flatMap((reason) => {
    const of = left.filter((one) => one.reason === reason);
    return [
      line(''),
      line(`not made here: ${reason} (${of.length})`, 'title'),
      ...of.map((one) => line(tellLeft(one))),
    ];
  });
}

const list = (title: string, style: PlanLine['style'], texts: readonly string[]): PlanLine[] =>
  texts.length === 0 ? [] : [line(''), line(title, style), ...texts.map((text) => line(`  ${text}`))];

/** A region's plan as a person reads it: what is in the way first, then what would be made, then the rest. */
export function planLines(plan: RegionPlan, title: string): PlanLine[] {
  const { objects, left, missing, settings, unread, unused, unasked = [] } = plan;
  const sums = sumsOf([plan]);
  return [
    line(title, 'title'),
    ...list('not read on the source, so nothing is known of it', 'error', unread),
    ...(['refusal', 'conflict', 'create', 'update', 'unchanged'] as const).flatMap((verdict) =>
      section(verdict, objects),
    ),
    ...leftLines(left),
    ...list(
      'needed and not there on the source',
      'warn',
      missing.map(
        (one) => `${keyText(one)}: needed by ${one.neededBy}${one.there ? '; the target has it' : ''}`,
      ),
    ),
    ...list(
      "Knative's settings that are others on the target",
      'title',
      settings.map(
        ({ map, key, value, target }) =>
          `${map} ${key}: ${inOneLine(value)} here, ${inOneLine(target)} there`,
      ),
    ),
    ...list('said for nothing', 'warn', unused),
    ...list('not known before it is made', 'warn', unasked),
    line(''),
    line(
      `${sums.create} to create, ${sums.update} to update, ${sums.unchanged} unchanged, ${sums.conflict} conflicts, ${sums.refusal} refused`,
    ),
  ];
}

const inOneLine = (text: string): string => text.trim().replaceAll(/\s*\n\s*/g, ' ⏎ ') || '""';
