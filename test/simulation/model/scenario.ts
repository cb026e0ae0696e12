import type { Colour } from '../../../lib/fleet/colour.ts';
import { type Random, seededRandom } from '../../../lib/rehearsal/random.ts';
import type { WorldOptions } from '../../helpers/simulated-world.ts';

/**
 * What can befall one call or one write of the store. The process dies before or after it, alone or with its machine's
 * power; a call is not accepted, or is and the answer is lost, or takes effect later or twice; it is refused for good; a
 * read answers what was a while ago; the process sleeps in it; the disk is full from there on.
 */
export const faultKinds = [
  'crash-before',
  'crash-after',
  'power-before',
  'power-after',
  'unavailable',
  'lost',
  'late',
  'twice',
  'refused',
  'stale',
  'pause',
  'full',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export type Bad =
  | 'errors'
  | 'slow'
  | 'probes'
  | 'quiet'
  | 'nothing'
  | 'own-fails'
  | 'own-silent'
  | 'resets'
  | 'balancers-silent';

export type Port = 'traffic' | 'cluster' | 'metrics';

export interface Befall {
  /** Seconds after the cutover began. */
  readonly from: number;
}

/** Who else works on the fleet. */
export interface Helper extends Befall {
  readonly verb: 'start' | 'resume' | 'rollback' | 'finalize' | 'status' | 'mail';
  /** Whether on the first operator's machine. */
  readonly here: boolean;
  /** Milliseconds by which the clock of that machine is off. */
  readonly clock: number;
}

/** A world, and what befalls it: plain data, so that it can be made smaller and told to others. */
export interface Scenario extends WorldOptions {
  readonly store: 'files' | 'table';
  /** Milliseconds by which the first operator's clock is off. */
  readonly clock: number;
  /** By the number of the call, over all processes. */
  readonly faults: readonly { readonly point: number; readonly fault: FaultKind }[];
  /** A port that does not answer, or not every other time. */
  readonly outages: readonly (Befall & {
    readonly port: Port | 'table';
    readonly seconds: number;
    readonly throttled: boolean;
  })[];
  /**
   * What the target does badly from some time on; `quiet` has no traffic at all, `nothing` counts nothing that is a number; what
   * the team's own gate says, and the load balancers, where there are any.
   */
  readonly bad: readonly (Befall & { readonly what: Bad })[];
  readonly unhealthy: readonly (Befall & {
    readonly colour: Colour;
    readonly region: number;
    readonly seconds: number;
  })[];
  /** Somebody else changes a group; before the cutover begins where `from` is below 0. */
  readonly foreign: readonly (Befall & {
    readonly region: number;
    readonly what: 'weights' | 'stranger' | 'added' | 'removed';
  })[];
  /** A service that comes between plan and start. */
  readonly newService: boolean;
  /** What takes longer than the plan allows, until somebody mends it. */
  readonly slow: readonly (Befall & { readonly what: 'ready' | 'pod' | 'gateway' | 'end' | 'propagation' })[];
  readonly silent: readonly (Befall & {
    readonly seconds: number;
    readonly colour: Colour;
    readonly region: number;
  })[];
  /** What hooks say for a time, where there are any. */
  readonly hooks: readonly (Befall & { readonly seconds: number; readonly what: 'veto' | 'hangs' })[];
  /** Whether targets are kept equal to their sources, and what they lack for a time, or cannot have, or got. */
  readonly followed: boolean;
  readonly behind: readonly (Befall & {
    readonly seconds: number;
    readonly region: number;
    readonly what: 'lag' | 'conflict' | 'written';
  })[];
  /** Whether something takes nodes away by itself, so that they are held. */
  readonly movingNodes: boolean;
  /** Whether load balancers are measured, and revisions told apart. */
  readonly balancers: boolean;
  readonly revisions: boolean;
  /** Requests that reach the source past the accelerator, until somebody stops them. */
  readonly bypass: boolean;
  readonly interrupts: readonly number[];
  readonly helpers: readonly Helper[];
  /** Somebody changes a line of the journal while nobody is at work. */
  readonly damage: boolean;
  /** What the operator chooses, one after the other: a number from 0 to 1. */
  readonly choices: readonly number[];
}

/** Short times: a step is looked at as often, and the run is shorter. */
export const shortTimes = {
  bake: '2s',
  patience: '8s',
  hold: '2s',
  drain: { quiet: '3s', timeout: '60s' },
} as const;

export const calm: Scenario = {
  store: 'files',
  clock: 0,
  faults: [],
  outages: [],
  bad: [],
  unhealthy: [],
  foreign: [],
  newService: false,
  slow: [],
  silent: [],
  hooks: [],
  followed: false,
  behind: [],
  movingNodes: false,
  balancers: false,
  revisions: false,
  bypass: false,
  interrupts: [],
  helpers: [],
  damage: false,
  choices: [0.5],
  cutover: shortTimes,
};

/** The scenario of a seed. The same seed always gives the same one. */
export function scenarioOf(seed: number): Scenario {
  const random = seededRandom(Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995);
  // Numbers of neighbouring seeds are alike at first.
  random();
  const draw = new Draw(random);
  const few = (most: number): number => Math.floor(random() * random() * (most + 1));
  const time = (): number => Math.floor(random() * 90);
  const colour = (): Colour => draw.of('blue', 'green');
  const region = (): number => Math.floor(random() * 2);
  const list = <T>(count: number, one: () => T): T[] => Array.from({ length: count }, one);
  const clock = (): number => (draw.chance(0.2) ? Math.round((random() - 0.5) * 1_200_000) : 0);
  const scenario: Scenario = {
    ...calm,
    regions: draw.of(1, 1, 1, 1, 2),
    shares: draw.of([100], [100], [100], [50, 100], [10, 100], [5, 50, 100]),
    live: colour(),
    singletons: draw.chance(0.25),
    few: draw.chance(0.8),
    copiesAnnotations: { blue: draw.chance(0.8), green: draw.chance(0.8) },
    podsAtOnce: draw.of(3, 20, 20, 20),
    ...(draw.chance(0.4) ? { strangerWeight: draw.of(0, 20) } : {}),
    store: draw.of('files', 'files', 'table'),
    clock: clock(),
    faults: faults(draw, few),
    outages: list(few(2), () => ({
      port: draw.of('traffic', 'cluster', 'metrics'),
      from: time(),
      seconds: draw.of(2, 15, 100),
      throttled: draw.chance(0.5),
    })),
    bad: list(draw.chance(0.3) ? 1 : 0, () => ({
      from: time(),
      what: draw.of('errors', 'errors', 'slow', 'probes', 'quiet', 'nothing'),
    })),
    unhealthy: list(few(2), () => ({
      from: time(),
      colour: colour(),
      region: region(),
      seconds: draw.of(5, 60, 1_000),
    })),
    foreign: list(draw.chance(0.15) ? 1 : 0, () => ({
      from: draw.chance(0.15) ? -1 : time(),
      region: region(),
      what: draw.of('weights', 'stranger', 'added', 'removed'),
    })),
    newService: draw.chance(0.02),
    slow: list(draw.chance(0.1) ? 1 : 0, () => ({
      from: time(),
      what: draw.of('ready', 'pod', 'gateway', 'end', 'propagation'),
    })),
    silent: list(draw.chance(0.1) ? 1 : 0, () => ({
      from: time(),
      seconds: draw.of(10, 60, 300),
      colour: colour(),
      region: region(),
    })),
    bypass: draw.chance(0.1),
    interrupts: list(few(2), time),
    helpers: list(few(3), () => ({
      from: time(),
      verb: draw.of('start', 'resume', 'rollback', 'finalize', 'status', 'mail', 'mail'),
      here: draw.chance(0.5),
      clock: clock(),
    })),
    damage: draw.chance(0.03),
    choices: list(8, () => Math.floor(random() * 100) / 100),
  };
  return withOthers(draw, few, time, region, scenario);
}

/** What the team has beside the clusters: approvals, hooks, gates, waves, a target that is kept equal. */
function withOthers(
  draw: Draw,
  few: (most: number) => number,
  time: () => number,
  region: () => number,
  before: Scenario,
): Scenario {
  const list = <T>(count: number, one: () => T): T[] => Array.from({ length: count }, one);
  const [approves, hooked, owns] = [draw.chance(0.15), draw.chance(0.2), draw.chance(0.15)];
  const waves = before.regions === 2 && draw.chance(0.5);
  const balancers = draw.chance(0.1);
  const followed = draw.chance(0.3);
  const bad: Bad[] = [
    ...(owns ? (['own-fails', 'own-silent'] as const) : []),
    ...(balancers ? (['resets', 'balancers-silent'] as const) : []),
  ];
  const hookSteps = draw.of(
    ['shift'],
    ['shift', 'drain', 'hold'],
    ['preflight', 'migrate', 'floors', 'shift'],
  );
  return {
    ...before,
    cutover: {
      ...shortTimes,
      ...(approves ? { approvals: draw.of(['shift-100'], ['preflight', 'drain', 'hold'], ['shift']) } : {}),
      ...(hooked
        ? { hooks: [{ name: 'ticket', url: 'https://hooks.example.com/', steps: hookSteps, timeout: '5s' }] }
        : {}),
      ...(waves ? { waves: [['us-east-1'], ['eu-west-1']], waveBake: '3s' } : {}),
      ...(owns
        ? {
            gates: {
              minSamples: 20,
              own: [{ name: 'orders', url: 'https://gates.example.com/', pointer: '/open', most: 5 }],
            },
          }
        : {}),
    },
    hooks: list(hooked ? few(3) : 0, () => ({
      from: time(),
      seconds: draw.of(2, 20, 200),
      what: draw.of('veto', 'veto', 'hangs'),
    })),
    followed,
    behind: list(followed ? few(3) : 0, () => ({
      from: time(),
      seconds: draw.of(2, 20, 200),
      region: region(),
      what: draw.of('lag', 'lag', 'conflict', 'written'),
    })),
    balancers,
    // Enough new flows for the least share to be judged by them in a bake.
    ...(balancers ? { traffic: { flows: 600, requests: 600 } } : {}),
    revisions: draw.chance(0.2),
    movingNodes: draw.chance(0.3),
    bad: bad.length > 0 && draw.chance(0.4) ? [{ from: time(), what: draw.of(...bad) }] : before.bad,
    outages:
      before.store === 'table' && draw.chance(0.3)
        ? [
            ...before.outages,
            { port: 'table', from: time(), seconds: draw.of(2, 15, 100), throttled: draw.chance(0.5) },
          ]
        : before.outages,
  };
}

/** Some anywhere, and some close behind: a second one strikes while the first is being mended. */
function faults(draw: Draw, few: (most: number) => number): Scenario['faults'] {
  const all: { point: number; fault: FaultKind }[] = [];
  for (let i = few(4); i > 0; i--) {
    const point = Math.floor(draw.random() * draw.of(100, 500));
    all.push({ point, fault: draw.of(...faultKinds) });
    if (draw.chance(0.4))
      all.push({ point: point + 1 + Math.floor(draw.random() * 30), fault: draw.of(...faultKinds) });
  }
  return all;
}

class Draw {
  constructor(readonly random: Random) {}

  of<T>(...all: readonly T[]): T {
    return all[Math.floor(this.random() * all.length)] as T;
  }

  chance(part: number): boolean {
    return this.random() < part;
  }
}
