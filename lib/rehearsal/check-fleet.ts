import type { Fleet } from '../fleet/index.ts';
import { type Problem, ZeroshiftError } from '../messages/error.ts';

/**
 * Whether a fleet can be rehearsed; asked before anything is written or started.
 * @throws ZeroshiftError `rehearsal.fleet`
 */
export function checkRehearsable(fleet: Fleet): void {
  const problems: Problem[] = [];
  if (fleet.services.length === 0)
    problems.push({
      where: 'services',
      value: [],
      allowed: 'at least one service, to have something to move',
    });
  if (fleet.regions.length > 1)
    problems.push({ where: 'regions', value: fleet.regions.map(({ name }) => name), allowed: 'one region' });
  if (problems.length > 0)
    throw new ZeroshiftError('this fleet cannot be rehearsed', {
      code: 'rehearsal.fleet',
      source: 'user',
      problems,
      action: 'rehearse a definition with services and one of its regions',
    });
}
