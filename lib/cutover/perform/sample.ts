import type { Colour } from '../../fleet/colour.ts';
import type { RegionSample } from '../commands.ts';
import { mostRevisions } from '../gates/services.ts';
import type { CutoverPlan, RegionFacts } from '../plan.ts';
import type { ColourPorts, CutoverPorts } from '../ports.ts';
import { counted } from './counted.ts';

/**
 * One look at a region: gateways, load balancers, the group, and the team's own gates.
 * @param told whether revisions are told apart
 */
export async function sampleRegion(
  plan: CutoverPlan,
  facts: RegionFacts,
  ports: CutoverPorts,
  region: Readonly<Record<Colour, ColourPorts>>,
  told: boolean,
): Promise<RegionSample> {
  const { from, to, policy } = plan;
  const { own: planned = [] } = policy.gates;
  const [blue, green, group, revisions, balancers, own] = await Promise.all([
    region.blue.metrics.gateways(),
    region.green.metrics.gateways(),
    ports.traffic.readGroup(facts.endpointGroupArn),
    told ? revisionsOf(region) : undefined,
    balancersOf(region),
    planned.length === 0 ? undefined : ports.ownGates?.ask({ region: facts.region, from, to }),
  ]);
  return {
    colours: { blue: counted(blue, 'blue'), green: counted(green, 'green') },
    endpoints: group.endpoints,
    ...(revisions === undefined ? {} : { revisions }),
    ...(balancers === undefined ? {} : { balancers }),
    ...(own === undefined ? {} : { own }),
  };
}

/** The busiest revisions of both colours, where the gateways tell them apart: what cannot be told is left to the colour's own gates. */
async function revisionsOf({
  blue,
  green,
}: Readonly<Record<Colour, ColourPorts>>): Promise<RegionSample['revisions']> {
  if (blue.metrics.revisions === undefined || green.metrics.revisions === undefined) return undefined;
  try {
    const [ofBlue, ofGreen] = await Promise.all([blue.metrics.revisions(), green.metrics.revisions()]);
    const requests = (name: string): number => (ofBlue[name]?.requests ?? 0) + (ofGreen[name]?.requests ?? 0);
    const names = [...new Set([...Object.keys(ofBlue), ...Object.keys(ofGreen)])]
      .filter((name) => requests(name) > 0)
      .sort((a, b) => requests(b) - requests(a) || (a < b ? -1 : 1))
      .slice(0, mostRevisions);
    const chosen = (traffic: typeof ofBlue): typeof ofBlue =>
      Object.fromEntries(names.map((name) => [name, traffic[name] ?? { active: 0, requests: 0, errors: 0 }]));
    return names.length === 0 ? undefined : { blue: chosen(ofBlue), green: chosen(ofGreen) };
  } catch {
    return undefined;
  }
}

/** Both load balancers, where somebody measures them. */
async function balancersOf({
  blue,
  green,
}: Readonly<Record<Colour, ColourPorts>>): Promise<RegionSample['balancers']> {
  if (blue.balancer === undefined || green.balancer === undefined) return undefined;
  const [ofBlue, ofGreen] = await Promise.all([blue.balancer.read(), green.balancer.read()]);
  return { blue: ofBlue, green: ofGreen };
}
