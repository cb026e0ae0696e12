import { ZeroshiftError } from '../../messages/error.ts';
import { endpointDifferences } from '../../traffic/endpoint-difference.ts';
import type { Endpoint, TrafficPort } from '../../traffic/traffic-port.ts';
import { replaceWeights } from '../../traffic/weights.ts';
import type { CommandResults, WeightsCommand } from '../commands.ts';
import { acceptHint, foreignChangeText } from '../foreign-change.ts';
import { violated } from '../invariants.ts';
import type { RegionFacts } from '../plan.ts';

/**
 * Reads the group, writes all of it with only our weights changed, reads it back.
 * @throws ZeroshiftError `cutover.foreign-change`, `cutover.invariant`, and what the port throws
 */
export async function setWeights(
  traffic: TrafficPort,
  facts: RegionFacts,
  command: WeightsCommand,
): Promise<CommandResults['set-weights']> {
  const { endpoints: found } = await traffic.readGroup(facts.endpointGroupArn);
  const withWeights = (weights: Readonly<Record<string, number>>): readonly Endpoint[] =>
    replaceWeights(command.expected, new Map(Object.entries(weights)));
  const next = withWeights(command.weights);
  const allowed = [command.expected, next, ...(command.announced ?? []).map(withWeights)];
  if (!allowed.some((endpoints) => endpointDifferences(endpoints, found).length === 0))
    throw foreign(facts, command.expected, found);
  if (endpointDifferences(next, found).length === 0) return { endpoints: found, written: false };
  const wrong = violated(command, found, replaceWeights(found, new Map(Object.entries(command.weights))));
  if (wrong !== undefined)
    throw new ZeroshiftError(`the weights were not written: ${wrong}`, {
      code: 'cutover.invariant',
      source: 'outside',
      problems: [
        {
          where: facts.region,
          value: command.weights,
          allowed: 'weight on a healthy endpoint, ours alone changed',
        },
      ],
      action:
        command.direction === 'back'
          ? 'the cutover holds where it is: heal the colour to go back to, then roll back again'
          : 'heal the target, then resume',
    });
  await traffic.writeGroup(
    facts.endpointGroupArn,
    replaceWeights(found, new Map(Object.entries(command.weights))),
  );
  const { endpoints: after } = await traffic.readGroup(facts.endpointGroupArn);
  refuseForeignChange(facts, next, after);
  return { endpoints: after, written: true };
}

/** @throws ZeroshiftError `cutover.foreign-change` */
export function refuseForeignChange(
  facts: RegionFacts,
  expected: readonly Endpoint[],
  found: readonly Endpoint[],
): void {
  if (endpointDifferences(expected, found).length > 0) throw foreign(facts, expected, found);
}

const foreign = (
  facts: RegionFacts,
  expected: readonly Endpoint[],
  found: readonly Endpoint[],
): ZeroshiftError =>
  new ZeroshiftError(foreignChangeText(facts, endpointDifferences(expected, found)), {
    code: 'cutover.foreign-change',
    source: 'outside',
    action: `find out who did it; ${acceptHint}`,
  });
