import type { EndpointDifference } from '../traffic/endpoint-difference.ts';

const one = (difference: EndpointDifference): string => {
  switch (difference.kind) {
    case 'missing':
      return `${difference.id} is gone`;
    case 'added':
      return `${difference.id} is new, with weight ${difference.found.weight}`;
    case 'changed':
      return difference.changes
        .map(({ field, expected, found }) => `${field} of ${difference.id} is ${found}, not ${expected}`)
        .join(', ');
  }
};

/** What somebody else changed, as a person reads it. */
export const foreignChangeText = (region: string, differences: readonly EndpointDifference[]): string =>
  `somebody else changed the endpoint group in ${region}: ${differences.map(one).join('; ')}`;
