import type { Fleet } from '../fleet/index.ts';
import { knativeServices, shownObject } from '../fleet/kube-objects.ts';
import { gatewayPortsOf } from '../fleet/plain-ports.ts';
import { type Problem, ZeroshiftError } from '../messages/error.ts';

/**
 * Whether a fleet can be rehearsed; asked before anything is written or started.
 * @throws ZeroshiftError `rehearsal.fleet`
 */
export function checkRehearsable(fleet: Fleet): void {
  const problems: Problem[] = [];
  if (fleet.services.length + knativeServices(fleet).length === 0)
    problems.push({
      where: 'services',
      value: fleet.manifests.map(({ object }) => shownObject(object)),
      allowed: 'at least one Knative service, to have something to move',
    });
  if (gatewayPortsOf(fleet.entrance).length === 0)
    problems.push({
      where: 'entrance.ports',
      value: fleet.entrance.ports,
      allowed: 'at least one port of the gateway, 80 or 443, where services answer',
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
