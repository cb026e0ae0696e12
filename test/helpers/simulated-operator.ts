import type { Mail } from '../../lib/cutover/mailbox.ts';
import type { CutoverPlan } from '../../lib/cutover/plan.ts';
import type { Colour } from '../../lib/fleet/colour.ts';
import type { Endpoint } from '../../lib/traffic/traffic-port.ts';
import { SimulatedInvariants } from './simulated-invariants.ts';
import {
  type Ending,
  type FaultKind,
  type Port,
  SimulatedFaults,
  SimulatedProcess,
  type Verb,
} from './simulated-process.ts';
import { SimulatedStore } from './simulated-store.ts';
import { SimulatedWorld, strangerArn, type WorldOptions } from './simulated-world.ts';

/** A world, and what befalls it. Times are seconds after the cutover began. */
export interface Scenario extends WorldOptions {
  readonly faults: readonly { readonly point: number; readonly fault: FaultKind }[];
  readonly outages: readonly { readonly port: Port; readonly from: number; readonly seconds: number }[];
  /** What the target does badly from some time on. */
  readonly bad?: { readonly from: number; readonly what: 'errors' | 'slow' | 'probes' };
  readonly unhealthy?: { readonly from: number; readonly colour: Colour; readonly region: number };
  readonly foreign?: {
    readonly from: number;
    readonly region: number;
    readonly what: 'weights' | 'stranger' | 'added' | 'removed';
  };
  /** What takes longer than the plan allows, until somebody mends it. */
  readonly slow?: {
    readonly from: number;
    readonly what: 'ready' | 'pod' | 'gateway' | 'end' | 'propagation';
  };
  /** A colour whose API server does not answer for a time. */
  readonly silent?: {
    readonly from: number;
    readonly seconds: number;
    readonly colour: Colour;
    readonly region: number;
  };
  /** Requests that reach the source past the accelerator, until somebody stops them. */
  readonly bypass?: boolean;
  /** A rollback is asked for from another terminal. */
  readonly mail?: number;
  /** What else is asked for from there; a pause is ended, and a step approved, sooner or later. */
  readonly told?: readonly { readonly from: number; readonly command: Mail['command'] }[];
  readonly interrupts: readonly number[];
  /** What the operator chooses, one after the other: a number from 0 to 1. */
  readonly choices: readonly number[];
}

export interface Drive {
  readonly world: SimulatedWorld;
  readonly plan: CutoverPlan;
  readonly store: SimulatedStore;
  readonly invariants: SimulatedInvariants;
  readonly faults: SimulatedFaults;
  /** What the operator did and saw. */
  readonly log: readonly string[];
  /** Milliseconds of the world's time. */
  readonly took: number;
}

const mostLives = 80;

/** Nothing befalls it, and the operator does what is next. */
export const calm: Scenario = { faults: [], outages: [], interrupts: [], choices: [0.5] };

/** A world in which a cutover is about to begin. */
export async function stage(scenario: Scenario): Promise<Omit<Drive, 'log' | 'took'>> {
  const world = await new SimulatedWorld(scenario).settle();
  const plan = await world.plan();
  const store = new SimulatedStore();
  const invariants = new SimulatedInvariants(world, plan, store);
  const faults = new SimulatedFaults(new Map(scenario.faults.map(({ point, fault }) => [point, fault])));
  return { world, plan, store, invariants, faults };
}

/** An operator takes a cutover to its end, whatever happens: resumes, mends, rolls back, finalizes. */
export async function drive(scenario: Scenario, staged?: Omit<Drive, 'log' | 'took'>): Promise<Drive> {
  const { world, plan, store, invariants, faults } = staged ?? (await stage(scenario));
  const began = world.clock.now();
  const log: string[] = [];
  let stop = new AbortController();
  arrange(scenario, { world, plan, store, invariants, faults }, () => stop.abort());
  let chosen = 0;
  const choose = (): number => scenario.choices[chosen++ % scenario.choices.length] ?? 0.5;
  let verb: Verb = nextVerb(invariants, 0.5);
  for (let life = 0; life < mostLives && invariants.violations.length === 0; life++) {
    stop = new AbortController();
    const process = new SimulatedProcess({ world, store, plan, faults, invariants, signal: stop.signal });
    const ending = await process.run(verb);
    const state = invariants.catchUp();
    log.push(
      `${((world.clock.now() - began) / 1000).toFixed(2)} ${verb}: ${textOf(ending)}, ${state.status}`,
    );
    const drained = { world, plan, store, invariants, faults, log, took: world.clock.now() - began };
    if (ending.kind === 'crashed') {
      store.loseHolder();
      world.clock.advance(choose() * 60_000);
    } else if (ending.kind === 'error') {
      if (!/\.(unavailable|denied)$|^plan\.stale$/.test(ending.error.code))
        invariants.fail(`${verb} failed: ${ending.error.code} ${ending.error.message}`);
      mend(drained);
    } else if (!ending.result.interrupted) {
      checkExit(ending.result, invariants);
      if (state.status === 'rolled-back' || state.status === 'finalized') {
        invariants.atEnd();
        return drained;
      }
      // Sooner or later an operator looks after what the reason names.
      if (state.status !== 'completed' && (choose() < 0.6 || life > 20)) mend(drained);
      else world.clock.advance(choose() * 100_000);
    }
    verb = nextVerb(invariants, choose(), choose());
    if (life > 30) world.bypass.clear();
  }
  if (invariants.violations.length === 0) invariants.fail(`12: no end after ${mostLives} lives`);
  return { world, plan, store, invariants, faults, log, took: world.clock.now() - began };
}

function nextVerb(invariants: SimulatedInvariants, chance: number, accepts = 0): Verb {
  const { status, held } = invariants.catchUp();
  if (status === 'new') return 'start';
  if (held?.code === 'cutover.foreign-change' && accepts > 0.8) return accepts > 0.9 ? 'adopt' : 'overwrite';
  if (chance < 0.15) return 'rollback';
  if (held?.next === 'zeroshift rollback') return 'rollback';
  if (held?.next === 'zeroshift finalize' || status === 'completed') return 'finalize';
  return 'resume';
}

const textOf = (ending: Ending): string => {
  if (ending.kind === 'crashed') return 'crashed';
  if (ending.kind === 'error') return `failed with ${ending.error.code}`;
  const { exit, interrupted, state } = ending.result;
  return interrupted ? 'interrupted' : `exit ${exit} ${state.held?.code ?? ''} ${state.held?.text ?? ''}`;
};

function checkExit(
  { exit, state }: Extract<Ending, { kind: 'result' }>['result'],
  invariants: SimulatedInvariants,
): void {
  const expected = state.status === 'rolled-back' ? 5 : state.held === undefined ? 0 : state.held.exit;
  if (exit !== expected) invariants.fail(`12: exit ${exit} while ${state.status}`);
  if (exit === 0 && state.status !== 'completed' && state.status !== 'finalized')
    invariants.fail(`12: exit 0 while ${state.status}`);
}

type Arranged = Pick<Drive, 'world' | 'plan' | 'store' | 'invariants' | 'faults'>;

/** Puts everything right that was put wrong, the endpoint groups included. */
function mend({ world, plan, invariants, faults }: Arranged): void {
  faults.outages.clear();
  world.accelerator.unhealthy.clear();
  world.accelerator.propagation = 2_000;
  world.mute.clear();
  world.silent.clear();
  for (const region of world.regions)
    for (const colour of ['blue', 'green'] as const) {
      world.gateway(region, colour).errorRate = 0;
      world.gateway(region, colour).latency = 20;
      world.cluster(region, colour).times = { ready: 2_000, pod: 1_500, gateway: 3_000, end: 4_000 };
    }
  for (const [arn, { before }] of invariants.foreign) world.accelerator.set(arn, before);
  invariants.foreign.clear();
  // What we wrote late is put back to what was last confirmed.
  for (const arn of invariants.late.keys()) {
    const region = plan.regions.find(({ endpointGroupArn }) => endpointGroupArn === arn)?.region ?? '';
    world.accelerator.set(arn, invariants.durable.regions[region]?.endpoints ?? []);
  }
  invariants.late.clear();
  world.clock.advance(20_000);
}

function arrange(scenario: Scenario, arranged: Arranged, interrupt: () => void): void {
  const { world, plan, store, invariants, faults } = arranged;
  const at = (seconds: number, run: () => void): void => world.clock.in(seconds * 1000, run);
  const { bad, slow, silent, unhealthy, foreign, mail } = scenario;
  for (const { port, from, seconds } of scenario.outages) {
    at(from, () => faults.outages.add(port));
    at(from + seconds, () => faults.outages.delete(port));
  }
  for (const time of scenario.interrupts) at(time, interrupt);
  if (mail !== undefined)
    at(mail, () => {
      if (store.lines.length > 0)
        void store.mailbox.send(
          { command: 'rollback', by: { user: 'other', host: 'elsewhere', pid: 1 } },
          world.clock.now(),
        );
    });
  const by = { user: 'other', host: 'elsewhere', pid: 2 };
  const tell = (command: Mail['command']): void => {
    if (store.lines.length > 0) void store.mailbox.send({ command, by }, world.clock.now());
  };
  for (const { from, command } of scenario.told ?? []) at(from, () => tell(command));
  const lookAfter = (): void => {
    const { paused, awaiting } = invariants.durable;
    if (paused !== undefined) tell('resume');
    if (awaiting !== undefined) tell('approve');
    world.clock.in(40_000, lookAfter);
  };
  if (scenario.told !== undefined) world.clock.in(40_000, lookAfter);
  if (scenario.bypass === true)
    for (const region of world.regions) world.bypass.set(`${region}/${plan.from}`, 3);
  if (bad !== undefined)
    at(bad.from, () => {
      for (const region of world.regions) {
        const there = world.gateway(region, plan.to);
        if (bad.what === 'errors') there.errorRate = 0.3;
        else if (bad.what === 'slow') there.latency = 900;
        else world.mute.add(`${region}/${plan.to}`);
      }
    });
  if (slow !== undefined)
    at(slow.from, () => {
      if (slow.what === 'propagation') world.accelerator.propagation = 90_000;
      else
        for (const region of world.regions)
          for (const colour of ['blue', 'green'] as const)
            world.cluster(region, colour).times[slow.what] = 90_000;
    });
  if (silent !== undefined) {
    const where = `${world.regions[silent.region % world.regions.length]}/${silent.colour}`;
    at(silent.from, () => world.silent.add(where));
    at(silent.from + silent.seconds, () => world.silent.delete(where));
  }
  if (unhealthy !== undefined)
    at(unhealthy.from, () => {
      const region = world.regions[unhealthy.region % world.regions.length] ?? '';
      world.accelerator.unhealthy.add(world.entrance(region, unhealthy.colour));
    });
  if (foreign !== undefined)
    at(foreign.from, () => {
      const region = world.regions[foreign.region % world.regions.length] ?? '';
      const arn = world.groupArn(region);
      const before = world.accelerator.group(arn).endpoints;
      invariants.onForeignChange(arn, before);
      world.accelerator.set(arn, changed(foreign.what, before, world.entrance(region, plan.to)));
    });
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

/** The points of a run at which something else may come out: each kind of call in each place, the first time and the last. */
export function tellingPoints(trace: readonly string[]): number[] {
  const points = new Set<number>();
  trace.forEach((what, point) => {
    if (trace.indexOf(what) === point || trace.lastIndexOf(what) === point) points.add(point);
  });
  return [...points];
}
