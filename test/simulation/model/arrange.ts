import { colours } from '../../../lib/fleet/colour.ts';
import type { Endpoint } from '../../../lib/traffic/traffic-port.ts';
import { strangerArn } from '../../helpers/simulated-world.ts';
import type { Bad, Scenario } from './scenario.ts';
import type { Simulation } from './simulation.ts';

/** Milliseconds that things take while nothing is wrong. */
export const usualTimes = { ready: 1_000, pod: 700, gateway: 700, end: 3_000 };

/** Lets everything happen at its time that a scenario has. */
export async function arrange(simulation: Simulation, interrupt: () => void): Promise<void> {
  const { world, scenario, outages, plan, checker, outside } = simulation;
  const at = (seconds: number, run: () => void): void => world.clock.in(seconds * 1000, run);
  const name = (index: number): string => world.regions[index % world.regions.length] ?? '';
  for (const { port, from, seconds, throttled } of scenario.outages) {
    at(from, () => outages.set(port, { throttled }));
    at(from + seconds, () => outages.delete(port));
  }
  for (const time of scenario.interrupts) at(time, interrupt);
  world.followed = scenario.followed;
  if (scenario.bypass) for (const region of world.regions) world.bypass.set(`${region}/${plan.from}`, 3);
  for (const { from, what } of scenario.bad) at(from, () => spoil(simulation, what));
  for (const { from, what } of scenario.slow)
    at(from, () => {
      if (what === 'propagation') world.accelerator.propagation = 90_000;
      else
        for (const region of world.regions)
          for (const colour of colours) world.cluster(region, colour).times[what] = 90_000;
    });
  for (const { from, seconds, colour, region } of scenario.silent) {
    const where = `${name(region)}/${colour}`;
    at(from, () => world.silent.add(where));
    at(from + seconds, () => world.silent.delete(where));
  }
  for (const { from, seconds, colour, region } of scenario.unhealthy) {
    const id = world.entrance(name(region), colour);
    at(from, () => world.accelerator.unhealthy.add(id));
    at(from + seconds, () => world.accelerator.unhealthy.delete(id));
  }
  for (const { from, region, what } of scenario.foreign) {
    const change = (): void => {
      const arn = world.groupArn(name(region));
      const before = world.accelerator.group(arn).endpoints;
      checker.onForeignChange(arn, before);
      world.accelerator.set(arn, changed(what, before, world.entrance(name(region), plan.to)));
    };
    if (from >= 0) at(from, change);
    else {
      change();
      world.clock.advance(5_000);
    }
  }
  for (const { from, seconds, what } of scenario.hooks) {
    at(from, () => {
      outside.hooks = what;
    });
    at(from + seconds, () => {
      outside.hooks = undefined;
    });
  }
  for (const { from, seconds, region, what } of scenario.behind)
    follows(simulation, from, seconds, name(region), what);
  if (scenario.newService) await addService(simulation);
}

/** Somebody changes what the source holds; it comes over, or cannot. */
function follows(
  { world, outside }: Simulation,
  from: number,
  seconds: number,
  region: string,
  what: Scenario['behind'][number]['what'],
): void {
  world.clock.in(from * 1000, () => {
    if (what === 'conflict')
      world.behind.set(region, { open: ['Service shop/cart: somebody else owns its spec'] });
    else world.behind.set(region, { level: false, lagMs: seconds * 1000, behind: ['Service shop/cart'] });
  });
  world.clock.in((from + seconds) * 1000, () => {
    world.behind.delete(region);
    if (what === 'written') outside.written.set(region, (outside.written.get(region) ?? 0) + 1);
  });
}

/** What keeps a plan from being begun. */
async function addService(simulation: Simulation): Promise<void> {
  const { world, plan } = simulation;
  simulation.newServiceThere = true;
  await world.cluster(world.regions[0] ?? '', plan.from).apply({
    ...newService,
    spec: { template: { spec: { containers: [{ image: 'registry.example.com/late:1' }] } } },
  });
  world.clock.advance(5_000);
}

const newService = {
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Service',
  metadata: { name: 'late', namespace: 'shop' },
};

function spoil(simulation: Simulation, what: Bad): void {
  const { world, plan, checker } = simulation;
  const now = world.clock.now();
  if (what === 'quiet' || what === 'nothing') {
    simulation.counting = what;
    checker.blindSince = now;
    return;
  }
  if (spoilOutside(simulation, what)) return;
  for (const region of world.regions) {
    const there = world.gateway(region, plan.to);
    if (what === 'errors') there.errorRate = 0.3;
    else if (what === 'slow') there.latency = 900;
    else world.mute.add(`${region}/${plan.to}`);
  }
  if (what === 'errors') checker.badSince = now;
}

function spoilOutside({ world, plan, checker, outside }: Simulation, what: Bad): boolean {
  const now = world.clock.now();
  if (what === 'own-fails' || what === 'own-silent') outside.own = what === 'own-fails' ? 'fails' : 'silent';
  else if (what === 'resets')
    for (const region of world.regions) outside.resets.set(`${region}/${plan.to}`, 0.4);
  else if (what === 'balancers-silent') outside.balancersSilent = true;
  else return false;
  if (what === 'own-fails') checker.badSince = now;
  // What is read is what was until then: some of it still counts.
  if (what === 'own-silent' || what === 'balancers-silent') checker.blindSince = now;
  return true;
}

/** Puts everything right that was put wrong, the endpoint groups included. */
export async function mend(simulation: Simulation): Promise<void> {
  const { world, checker, outages, plan, disk } = simulation;
  outages.clear();
  disk.full = false;
  simulation.outside.mend();
  simulation.counting = undefined;
  checker.badSince = undefined;
  checker.blindSince = undefined;
  world.accelerator.unhealthy.clear();
  world.accelerator.propagation = 2_000;
  world.mute.clear();
  world.silent.clear();
  for (const region of world.regions)
    for (const colour of colours) {
      world.gateway(region, colour).errorRate = 0;
      world.gateway(region, colour).latency = 20;
      world.cluster(region, colour).times = { ...usualTimes };
    }
  for (const [arn, { before }] of checker.foreign) world.accelerator.set(arn, before);
  checker.foreign.clear();
  // What was written late is put back to what was last read back.
  for (const arn of checker.late.keys()) {
    const { region, endpoints } = world.accelerator.group(arn);
    const weights = checker.ledger.region(region).may[0] ?? {};
    world.accelerator.set(
      arn,
      endpoints.map((one) => ({ ...one, weight: weights[one.id] ?? one.weight })),
    );
  }
  checker.late.clear();
  if (simulation.newServiceThere) {
    const cluster = world.cluster(world.regions[0] ?? '', plan.from);
    for (const key of [...cluster.objects.keys()])
      if (/\/shop\/late(-00001)?$/.test(key)) cluster.objects.delete(key);
    simulation.newServiceThere = false;
  }
  await simulation.time.sleep(20_000);
}

/** The group as somebody else leaves it, with weights that no step of ours has. */
function changed(what: string, before: readonly Endpoint[], target: string): readonly Endpoint[] {
  const stranger = before.some(({ id }) => id === strangerArn);
  if (what === 'added' || (what !== 'weights' && !stranger))
    return [...before, { id: `${strangerArn}-2`, weight: 9 }];
  if (what === 'removed') return before.filter(({ id }) => id !== strangerArn);
  const id = what === 'stranger' ? strangerArn : target;
  return before.map((endpoint) => (endpoint.id === id ? { ...endpoint, weight: 77 } : endpoint));
}
