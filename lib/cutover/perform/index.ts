import type { Colour } from '../../fleet/colour.ts';
import { ZeroshiftError } from '../../messages/error.ts';
import { verifyServices } from '../../migration/verify/index.ts';
import type { Command, CommandFailure, CommandResult } from '../commands.ts';
import { type CutoverPlan, regionOf } from '../plan.ts';
import type { ColourPorts, CutoverPorts, FollowRegion } from '../ports.ts';
import { drainGateways } from './drain-gateways.ts';
import { clearFloors, setFloors } from './floors.ts';
import { handOver } from './hand-over.ts';
import { freeNodes, holdNodes } from './hold-nodes.ts';
import { callHooks } from './hooks.ts';
import { migrateRegion } from './migrate-region.ts';
import { preflight } from './preflight.ts';
import { probeColour } from './probe.ts';
import { readFloors } from './read-floors.ts';
import { readSingletons } from './read-singletons.ts';
import { sampleRegion } from './sample.ts';
import { refuseForeignChange, setWeights } from './set-weights.ts';

/** Performs one command through the ports. Idempotent; throws what the ports throw. */
export async function perform(
  plan: CutoverPlan,
  command: Command,
  ports: CutoverPorts,
): Promise<CommandResult> {
  const facts = regionOf(plan, command.region);
  const region = portsOf(ports, command.region);
  const { from, to } = plan;
  switch (command.kind) {
    case 'preflight':
      return { kind: 'preflight', ...(await preflight(plan, facts, ports, region)) };
    case 'hold-nodes':
      return { kind: 'hold-nodes', held: await holdNodes(plan.id, region) };
    case 'free-nodes':
      return { kind: 'free-nodes', freed: await freeNodes(region) };
    case 'migrate':
      return { kind: 'migrate', ...(await migrateRegion(plan, facts, ports, region)) };
    case 'hook':
      return { kind: 'hook', ...(await callHooks(plan, command, ports)) };
    case 'follow':
      return {
        kind: 'follow',
        following: (await ports.follow?.begin(followed(plan, ports, facts.region, region))) ?? false,
      };
    case 'follow-status':
    case 'end-follow': {
      const reading = await (command.kind === 'end-follow'
        ? ports.follow?.end(command.region)
        : ports.follow?.status(command.region));
      return {
        kind: command.kind,
        following: reading !== undefined,
        ...(reading === undefined ? {} : { reading }),
      };
    }
    case 'verify':
      return {
        kind: 'verify',
        ...(await verifyServices(region[from].cluster, region[to].cluster, facts.services)),
      };
    case 'read-floors':
      return { kind: 'read-floors', floors: await readFloors(plan, facts, region) };
    case 'set-floors':
      return {
        kind: 'set-floors',
        ...(await setFloors(command.floors, region, command.podsAtOnce ?? Number.POSITIVE_INFINITY)),
      };
    case 'clear-floors':
      return { kind: 'clear-floors', cleared: await clearFloors(command.floors, region) };
    case 'read-singletons':
      return { kind: 'read-singletons', ...(await readSingletons(plan, facts, region)) };
    case 'hand-over':
      return {
        kind: 'hand-over',
        ...(await handOver(plan, command.singletons, region, 'over', ports.clock.now())),
      };
    case 'hand-back':
      return {
        kind: 'hand-back',
        ...(await handOver(plan, command.singletons, region, 'back', ports.clock.now())),
      };
    case 'set-weights':
      return { kind: 'set-weights', ...(await setWeights(ports.traffic, facts, command)) };
    case 'deployment-status': {
      const status = await ports.traffic.status(plan.acceleratorArn);
      const { endpoints } = await ports.traffic.readGroup(facts.endpointGroupArn);
      if (command.expected !== undefined) refuseForeignChange(facts, command.expected, endpoints);
      return { kind: 'deployment-status', status, endpoints };
    }
    case 'sample':
      return {
        kind: 'sample',
        ...(await sampleRegion(plan, facts, ports, region, command.revisions ?? true)),
      };
    case 'probe':
      return {
        kind: 'probe',
        probes: await probeColour(facts.services, region[command.colour], ports.prober, command.services),
        ...(command.next === undefined ? {} : { next: command.next }),
      };
    case 'drain':
      return {
        kind: 'drain',
        colour: command.colour,
        waitingFor: await drainGateways(region[command.colour].cluster, command.mark),
      };
  }
}

const followed = (
  { from, to }: CutoverPlan,
  { rules }: CutoverPorts,
  region: string,
  clusters: Readonly<Record<Colour, ColourPorts>>,
): FollowRegion => ({
  from,
  to,
  region,
  source: clusters[from].cluster,
  target: clusters[to].cluster,
  rules,
});

function portsOf(ports: CutoverPorts, region: string): Readonly<Record<Colour, ColourPorts>> {
  const found = ports.regions[region];
  if (found === undefined)
    throw new ZeroshiftError('the locator does not know a region of the plan', {
      code: 'locator.no-region',
      source: 'user',
      problems: [{ where: 'region', value: region, allowed: Object.keys(ports.regions).join(', ') }],
    });
  return found;
}

/** Codes that may go away by themselves. */
const passing = new Set([
  'traffic.unavailable',
  'cluster.unavailable',
  'cluster.conflict',
  'metrics.unavailable',
]);

/** What the journal keeps of a failure; a bug keeps its message and is not tried again. */
export function failureOf(error: unknown): CommandFailure {
  if (error instanceof ZeroshiftError)
    return {
      code: error.code,
      message: error.message,
      retry: passing.has(error.code),
      ...(error.action === undefined ? {} : { action: error.action }),
    };
  return {
    code: 'zeroshift.bug',
    message: error instanceof Error ? error.message : String(error),
    retry: false,
  };
}
