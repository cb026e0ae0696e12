import type { ClusterPort } from '../clusters/cluster-port.ts';
import type { Colour } from '../fleet/colour.ts';
import { colours, sibling } from '../fleet/colour.ts';
import type { CutoverPolicy, Fleet } from '../fleet/fleet.ts';
import type { Locator } from '../fleet/locator.ts';
import { exitCodes, ZeroshiftError } from '../messages/error.ts';
import { endpointDifferences } from '../traffic/endpoint-difference.ts';
import type { Endpoint } from '../traffic/traffic-port.ts';
import { capacityPlan, nodeSize, type RegionCapacity, readRunning } from './capacity/index.ts';
import { foreignChangeText } from './foreign-change.ts';
import { plannedGates } from './gates/own.ts';
import {
  type CutoverPlan,
  type PlannedSingleton,
  type PlanPolicy,
  type RegionFacts,
  sealPlan,
} from './plan.ts';
import { singletonChange, singletonsOn } from './plan-singletons.ts';
import { handsOn, stepsOf } from './plan-steps.ts';
import { serviceChange, servicesOn } from './planned-services.ts';
import type { CutoverPorts } from './ports.ts';

/**
 * Reads weights and inventory as they are now and makes the plan that follows from them. Changes nothing.
 * @param to the colour to move to. @default - the one that is not live
 * @throws ZeroshiftError `plan.no-live-colour`, `plan.already-there`, `plan.not-registered`, `plan.nothing-to-move`,
 * `locator.no-region`
 */
export async function makePlan(
  fleet: Fleet,
  locator: Locator,
  ports: CutoverPorts,
  to?: Colour,
): Promise<CutoverPlan> {
  const groups = await Promise.all(
    locator.regions.map((region) => ports.traffic.readGroup(region.endpointGroupArn)),
  );
  const live = liveColour(
    locator,
    groups.map(({ endpoints }) => endpoints),
  );
  if (to === live)
    throw new ZeroshiftError(`${to} is live already`, {
      code: 'plan.already-there',
      source: 'user',
      problems: [{ where: '--to', value: to, allowed: sibling(live) }],
    });
  const from = live;
  const target = sibling(live);
  const now = new Date(ports.clock.now());
  const workloads = fleet.migration?.workloads ?? [];
  const regions = await Promise.all(
    locator.regions.map(async (location, index): Promise<RegionFacts> => {
      const cluster = clusterOf(ports, location.region, from);
      const [services, singletons, capacity] = await Promise.all([
        servicesOn(cluster),
        singletonsOn(cluster, workloads),
        capacityOf(fleet, ports, location.region, from),
      ]);
      return {
        region: location.region,
        endpointGroupArn: location.endpointGroupArn,
        // Health is no fact that a plan rests on: it is looked at again when it counts.
        endpoints: (groups[index]?.endpoints ?? []).map(({ health, healthReason, ...endpoint }) => endpoint),
        entrances: { blue: location.colours.blue.entrance.arn, green: location.colours.green.entrance.arn },
        services,
        ...named(singletons),
        capacity,
      };
    }),
  );
  if (regions.every(({ services }) => services.length === 0))
    throw new ZeroshiftError(`${from} has no services`, {
      code: 'plan.nothing-to-move',
      source: 'user',
      problems: [
        { where: from, value: 0, allowed: 'at least one Knative Service outside the system namespaces' },
      ],
    });
  const steps = stepsOf(fleet.cutover, regions, target);
  return sealPlan({
    apiVersion: 'zeroshift/v1',
    kind: 'CutoverPlan',
    id: `${fleet.name}-${from}-${target}-${now.toISOString().replace(/[-:]|\.\d+/g, '')}`,
    fleet: fleet.name,
    createdAt: now.toISOString(),
    from,
    to: target,
    acceleratorArn: locator.accelerator.arn,
    regions,
    policy: policyOf(fleet.cutover),
    ...(workloads.length === 0 ? {} : { workloads }),
    ...handsOn(fleet.cutover, steps),
    steps,
  });
}

/** A plan without singletons is what it was before there were any. */
const named = (singletons: readonly PlannedSingleton[]): Pick<RegionFacts, 'singletons'> =>
  singletons.length === 0 ? {} : { singletons };

/** What the shares ask of a region's clusters; the target's nodes are those that count, where it has some. */
async function capacityOf(
  { cutover }: Fleet,
  ports: CutoverPorts,
  region: string,
  from: Colour,
): Promise<RegionCapacity> {
  const cluster = clusterOf(ports, region, from);
  const metrics = ports.regions[region]?.[from].metrics;
  const [running, ofTarget] = await Promise.all([
    metrics === undefined ? [] : readRunning(cluster, metrics),
    nodeSize(clusterOf(ports, region, sibling(from))),
  ]);
  return capacityPlan(cutover.steps, running, ofTarget ?? (await nodeSize(cluster)));
}

function clusterOf(ports: CutoverPorts, region: string, colour: Colour): ClusterPort {
  const cluster = ports.regions[region]?.[colour].cluster;
  if (cluster === undefined)
    throw new ZeroshiftError('a region cannot be reached', {
      code: 'locator.no-region',
      source: 'user',
      problems: [{ where: 'region', value: region, allowed: Object.keys(ports.regions).join(', ') }],
    });
  return cluster;
}

/** The colour with the greater weight, which must be the same one everywhere. */
function liveColour(locator: Locator, groups: readonly (readonly Endpoint[])[]): Colour {
  const weights = locator.regions.map((region, index) => {
    const found = { region: region.region, blue: 0, green: 0 };
    for (const colour of colours) {
      const { arn } = region.colours[colour].entrance;
      const endpoint = groups[index]?.find(({ id }) => id === arn);
      if (endpoint === undefined)
        throw new ZeroshiftError(`the entrance of ${colour} is not registered in ${region.region}`, {
          code: 'plan.not-registered',
          source: 'user',
          problems: [
            { where: `${region.region}.${colour}`, value: arn, allowed: 'an endpoint of the endpoint group' },
          ],
          action: "deploy the colour's stack, which registers its entrance",
        });
      found[colour] = endpoint.weight;
    }
    return found;
  });
  const live = colours.find((colour) => weights.every((region) => region[colour] > region[sibling(colour)]));
  if (live === undefined)
    throw new ZeroshiftError('no colour is live everywhere', {
      code: 'plan.no-live-colour',
      source: 'user',
      problems: weights.map(({ region, ...weight }) => ({
        where: region,
        value: weight,
        allowed: 'more weight for one colour, the same in every region',
      })),
      action: 'finish or roll back the cutover that is under way: `zeroshift status`',
    });
  return live;
}

const policyOf = (policy: CutoverPolicy): PlanPolicy => ({
  bake: policy.bake.toString(),
  patience: policy.patience.toString(),
  hold: policy.hold.toString(),
  deployTimeout: policy.deployTimeout.toString(),
  readyTimeout: policy.readyTimeout.toString(),
  drainQuiet: policy.drain.quiet.toString(),
  drainTimeout: policy.drain.timeout.toString(),
  podsAtOnce: policy.podsAtOnce,
  maxLag: policy.maxLag.toString(),
  ...(policy.waves === undefined ? {} : { waveBake: policy.waveBake.toString() }),
  gates: plannedGates(policy.gates),
});

/**
 * Whether the facts of a plan still hold; asked before its first step.
 * @throws ZeroshiftError `plan.stale` (exit 7)
 */
export async function checkFacts(plan: CutoverPlan, ports: CutoverPorts): Promise<void> {
  const changes = await Promise.all(plan.regions.map((facts) => changesSince(plan, facts, ports)));
  if (changes.flat().length > 0) throw stale(changes.flat().join('; '));
}

/** What is not as the plan found it in a region. */
async function changesSince(plan: CutoverPlan, facts: RegionFacts, ports: CutoverPorts): Promise<string[]> {
  const { region, endpointGroupArn, endpoints, services, singletons = [] } = facts;
  const cluster = clusterOf(ports, region, plan.from);
  const [group, present, acting] = await Promise.all([
    ports.traffic.readGroup(endpointGroupArn),
    servicesOn(cluster),
    singletonsOn(cluster, plan.workloads ?? []),
  ]);
  const differences = endpointDifferences(endpoints, group.endpoints);
  const where = `${plan.from} in ${region}`;
  // A service that came after the plan would be missing on the target, and its requests lost.
  const service = serviceChange(services, present);
  // Nor may one that acts by itself run twice, or nowhere, because nobody knew of it.
  const singleton = singletonChange(singletons, acting);
  return [
    ...(differences.length > 0 ? [foreignChangeText(facts, differences)] : []),
    ...(service === undefined ? [] : [`${where} ${service}`]),
    ...(singleton === undefined ? [] : [`${where} ${singleton}`]),
  ];
}

const stale = (why: string): ZeroshiftError =>
  new ZeroshiftError(`the plan is stale: ${why}`, {
    code: 'plan.stale',
    source: 'user',
    action: 'make a new plan with `zeroshift plan`',
    exitCode: exitCodes.stalePlan,
  });
