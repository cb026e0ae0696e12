import type { EndpointDifference } from '../traffic/endpoint-difference.ts';
import type { RegionFacts } from './plan.ts';

function linesOf(difference: EndpointDifference, name: string): string[] {
  switch (difference.kind) {
    case 'missing':
      return [`${name} is gone`];
    case 'added':
      return [`${name} is new, with weight ${difference.found.weight}`];
    case 'changed':
      return difference.changes.map(
        ({ field, expected, found }) => `${field} of ${name} is ${found}, not ${expected}`,
      );
  }
}

/** How a cutover goes on with what it found. */
export const acceptHint =
  'or go on: `zeroshift cutover --adopt` takes it as the new start, `zeroshift cutover --overwrite` gives the share again and keeps the old one';

/** What somebody else changed, as a person reads it: our endpoints by colour, each change in a line. */
export function foreignChangeText(
  { region, entrances }: Pick<RegionFacts, 'region' | 'entrances'>,
  differences: readonly EndpointDifference[],
): string {
  const colours = new Map(Object.entries(entrances).map(([colour, id]) => [id, colour]));
  const lines = differences.flatMap((difference) =>
    linesOf(difference, colours.get(difference.id) ?? difference.id),
  );
  return [
    `somebody else changed the endpoint group in ${region}; put it back before you go on`,
    ...lines,
  ].join('\n    ');
}
