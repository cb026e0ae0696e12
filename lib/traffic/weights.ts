import { ZeroshiftError } from '../messages/error.ts';
import type { Endpoint } from './traffic-port.ts';

/** The greatest weight that an endpoint can have; the least is 0. */
export const greatestWeight = 255;

/** The weights of the two colours: of the one that takes the share, and of the other. */
export interface WeightPair {
  readonly target: number;
  readonly source: number;
}

/**
 * The share in percent as weights: (p, 100 − p), and twice that for half percents.
 * @throws ZeroshiftError `weights.invalid-share`
 */
export function weightsForShare(percent: number): WeightPair {
  // A NaN or an infinity is no multiple of a half either.
  if (!(percent >= 0.5 && percent <= 100 && Number.isInteger(percent * 2)))
    throw new ZeroshiftError(`a share cannot be ${percent} percent`, {
      code: 'weights.invalid-share',
      source: 'user',
      problems: [{ where: 'share', value: percent, allowed: 'whole or half percents from 0.5 to 100' }],
      action: 'give a share such as 0.5, 5, 25 or 100',
    });
  const scale = Number.isInteger(percent) ? 1 : 2;
  return { target: percent * scale, source: (100 - percent) * scale };
}

/**
 * The percentage of the group's new flows that its weights give to this endpoint, whole group counted, others'
 * endpoints included. Undefined when nothing in the group has weight: then the accelerator chooses at random.
 * @throws ZeroshiftError `weights.unknown-endpoint`
 */
export function shareOf(endpoints: readonly Endpoint[], id: string): number | undefined {
  const ours = endpoints.filter((endpoint) => endpoint.id === id);
  if (ours.length === 0) throw unknownEndpoint(endpoints, id);
  const sum = sumOfWeights(endpoints);
  // Multiplied first: 29 of 100 is then 29 exactly.
  return sum === 0 ? undefined : (sumOfWeights(ours) * 100) / sum;
}

/**
 * The full set for a write: only the weights named in `changes` (endpoint id → weight) are new. Every other weight and
 * every setting stays as it was read, in the order in which it was read.
 * @throws ZeroshiftError `weights.invalid-weight`, `weights.unknown-endpoint`, `weights.ambiguous-endpoint`
 */
export function replaceWeights(
  endpoints: readonly Endpoint[],
  changes: ReadonlyMap<string, number>,
): readonly Endpoint[] {
  for (const [id, weight] of changes) {
    if (!(Number.isInteger(weight) && weight >= 0 && weight <= greatestWeight))
      throw new ZeroshiftError(`an endpoint cannot have the weight ${weight}`, {
        code: 'weights.invalid-weight',
        source: 'user',
        problems: [{ where: id, value: weight, allowed: `an integer from 0 to ${greatestWeight}` }],
      });
    const named = endpoints.filter((endpoint) => endpoint.id === id).length;
    if (named === 0) throw unknownEndpoint(endpoints, id);
    // AWS lets a load balancer stand twice in a group, with and without client-address preservation, while that is changed.
    if (named > 1)
      throw new ZeroshiftError(`the endpoint ${id} stands in the group ${named} times`, {
        code: 'weights.ambiguous-endpoint',
        source: 'outside',
        problems: [{ where: 'endpoint group', value: id, allowed: 'each of our endpoints once' }],
        action: 'finish the change of its client address preservation, then try again',
      });
  }
  return endpoints.map((endpoint) => {
    const weight = changes.get(endpoint.id);
    return weight === undefined ? endpoint : { ...endpoint, weight };
  });
}

const sumOfWeights = (endpoints: readonly Endpoint[]): number =>
  endpoints.reduce((sum, endpoint) => sum + endpoint.weight, 0);

const unknownEndpoint = (endpoints: readonly Endpoint[], id: string): ZeroshiftError =>
  new ZeroshiftError(`the endpoint ${id} is not in the endpoint group`, {
    code: 'weights.unknown-endpoint',
    source: 'outside',
    problems: [
      {
        where: 'endpoint group',
        value: id,
        allowed: endpoints.map((endpoint) => endpoint.id).join(', ') || 'nothing: the group is empty',
      },
    ],
    action: "deploy the colour's stack, which registers its entrance, or correct the locator",
  });
