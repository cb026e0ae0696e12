import type { Command } from '../commands.ts';
import type { CutoverPlan, PlannedService, RegionFacts } from '../plan.ts';
import type { Progress } from '../state.ts';
import type { Tally } from './tally.ts';

export const serviceKey = ({ namespace, name }: Pick<PlannedService, 'namespace' | 'name'>): string =>
  `${namespace}/${name}`;

/**
 * The next probes of a step: of services that the target has had no request for in this watch, so many in a second, and not
 * more than so many in all. In each step in another order, so that where there are more each gets its turn.
 */
export function nextProbes(
  plan: CutoverPlan,
  step: string,
  facts: RegionFacts,
  probing: NonNullable<Progress['probing']>[string] | undefined,
  tally: Tally | undefined,
): Extract<Command, { kind: 'probe' }> {
  const base = { kind: 'probe', region: facts.region, colour: plan.to } as const;
  const { probes } = plan.policy.gates;
  // Plans of before have every host probed at once.
  if (probes === undefined || probes === 'off') return base;
  const order = inOrderOf(step, facts.services);
  const busy = busyServices(facts.services, tally);
  const services: string[] = [];
  let left = Math.min(Math.max(1, Math.floor(probes.perSecond)), probes.most - (probing?.count ?? 0));
  let index = probing?.next ?? 0;
  for (; index < order.length && left > 0; index++) {
    const service = order[index];
    if (service === undefined || service.probe === false || busy.has(serviceKey(service))) continue;
    services.push(serviceKey(service));
    left--;
  }
  const through = index >= order.length || (probing?.count ?? 0) + services.length >= probes.most;
  return { ...base, services, ...(through ? {} : { next: index }) };
}

/** Services that the target has answered for since the watch began. A revision is named after its service. */
export function busyServices(services: readonly PlannedService[], tally: Tally | undefined): Set<string> {
  const known = new Set(services.map(serviceKey));
  const busy = new Set<string>();
  for (const [revision, { target }] of Object.entries(tally?.services ?? {}))
    if (target.total > 0)
      for (let name = revision; name.includes('-'); ) {
        name = name.slice(0, name.lastIndexOf('-'));
        if (!known.has(name)) continue;
        busy.add(name);
        break;
      }
  return busy;
}

function inOrderOf(step: string, services: readonly PlannedService[]): PlannedService[] {
  return services
    .map((service) => ({ service, place: hash(`${step} ${serviceKey(service)}`) }))
    .sort((a, b) => a.place - b.place)
    .map(({ service }) => service);
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return value;
}
