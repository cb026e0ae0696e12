import type { DoctorPort } from '../cutover/ports.ts';
import { type Colour, colours } from '../fleet/colour.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Locator, RegionLocation } from '../fleet/locator.ts';
import { ZeroshiftError } from '../messages/error.ts';
import { leastKubernetes } from './least-kubernetes.ts';

/** The doctor, as the preflight of a cutover asks it. Nothing is contacted before it is asked. */
export function createDoctor(fleet: Pick<Fleet, 'colours'>, locator: Locator): DoctorPort {
  // A rehearsal has no account.
  const rehearsed = locator.accelerator.controlPlane !== undefined;
  const none = { why: 'a rehearsal has no account' };
  return {
    look: async (plan, name) => {
      const [{ lookAtAccess, lookAtRegion, windowOfPlan }, { createKubernetesCluster }, least] =
        await Promise.all([
          import('../doctor/index.ts'),
          import('../clusters/index.ts'),
          leastKubernetes(fleet),
        ]);
      const location = locationOf(locator, name);
      const window = windowOfPlan(plan, Date.now());
      const both = colours.map((colour) => [
        colour,
        createKubernetesCluster(location.colours[colour].cluster),
      ]);
      const clusters = Object.fromEntries(both) as Record<Colour, ReturnType<typeof createKubernetesCluster>>;
      const [access, { results, movingNodes }] = await Promise.all([
        lookAtAccess([location], window, rehearsed ? none : { region: name }),
        lookAtRegion({
          location,
          clusters,
          from: plan.from,
          window,
          least,
          ...(rehearsed ? { aws: none } : {}),
        }),
      ]);
      return { results: [...access, ...results], movingNodes };
    },
  };
}

function locationOf({ regions }: Locator, name: string): RegionLocation {
  const found = regions.find(({ region }) => region === name);
  if (found === undefined)
    throw new ZeroshiftError('the locator does not know a region of the plan', {
      code: 'locator.no-region',
      source: 'user',
      problems: [{ where: 'region', value: name, allowed: regions.map(({ region }) => region).join(', ') }],
    });
  return found;
}
