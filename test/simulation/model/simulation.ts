import type { CutoverFiles } from '../../../lib/cutover/cutover-directory.ts';
import type { CutoverPlan } from '../../../lib/cutover/plan.ts';
import { colours } from '../../../lib/fleet/colour.ts';
import type { GatewaySample } from '../../../lib/metrics/metrics-port.ts';
import type { Endpoint, EndpointGroup } from '../../../lib/traffic/traffic-port.ts';
import { SimulatedWorld } from '../../helpers/simulated-world.ts';
import { Checker } from '../checker/checker.ts';
import { usualTimes } from './arrange.ts';
import { SimulatedDisk } from './disk.ts';
import { Outside, SimulatedBalancer } from './outside.ts';
import type { Called, Process } from './process.ts';
import type { FaultKind, Port, Scenario } from './scenario.ts';
import { SimulatedTable } from './table.ts';
import { SharedTime } from './time.ts';
import { Trace } from './trace.ts';

/** Where the cutover's files are on the simulated disk. */
export const files: CutoverFiles = {
  directory: 'state/cutover',
  plan: 'state/cutover/plan.json',
  journal: 'state/cutover/journal.jsonl',
  mailbox: 'state/cutover/mailbox',
  runbook: 'state/cutover/runbook.md',
};

/** Milliseconds for which a read can be of what was before. */
const staleFor = 5_000;

/** Everything that one run of a scenario consists of. */
export class Simulation {
  readonly time: SharedTime;
  readonly disk: SimulatedDisk;
  readonly table = new SimulatedTable();
  readonly trace: Trace;
  checker: Checker;
  /** Those that run, by pid. */
  readonly processes = new Map<number, Process>();
  /** Ports that do not answer now, or not every other time. */
  readonly outages = new Map<Port | 'table', { readonly throttled: boolean }>();
  readonly outside: Outside;
  /** By `region/colour`; none where nobody measures them. */
  readonly balancers = new Map<string, SimulatedBalancer>();
  /** What the gateways count: nothing that is a number, or nothing new. @default - what they count */
  counting: 'nothing' | 'quiet' | undefined;
  readonly #last = new Map<string, GatewaySample>();
  nextPid = 1;
  nextName = 1;
  nextOrder = 1;
  newestToken = 0;
  /** A service came to the source that the plan does not know. */
  newServiceThere = false;
  /** Calls and writes of the store, over all processes. */
  calls = 0;
  readonly #faults: ReadonlyMap<number, FaultKind>;
  readonly #before = new Map<string, { readonly endpoints: readonly Endpoint[]; readonly at: number }>();
  #chosen = 0;

  private constructor(
    readonly scenario: Scenario,
    readonly world: SimulatedWorld,
    public plan: CutoverPlan,
    keepsTrace: boolean,
  ) {
    this.time = new SharedTime(world.clock);
    this.disk = new SimulatedDisk(() => world.clock.now());
    this.trace = new Trace(keepsTrace);
    this.#faults = new Map(scenario.faults.map(({ point, fault }) => [point, fault]));
    this.outside = new Outside(world);
    if (scenario.balancers)
      for (const region of world.regions)
        for (const colour of colours) {
          const where = `${region}/${colour}`;
          this.balancers.set(
            where,
            new SimulatedBalancer(this.outside, where, world.gateway(region, colour)),
          );
        }
    this.checker = new Checker(this);
  }

  static async of(scenario: Scenario, keepsTrace = false): Promise<Simulation> {
    const world = new SimulatedWorld(scenario);
    for (const region of world.regions)
      for (const colour of colours) world.cluster(region, colour).times = { ...usualTimes };
    await world.settle();
    return new Simulation(scenario, world, await world.plan(), keepsTrace);
  }

  /** What befalls a call by what it is, where a test says so. @default - nothing */
  strike: ((what: string) => FaultKind | undefined) | undefined;

  /** What befalls the next call. */
  next(port: Called, what: string, { actor, token }: Process, detail?: () => string): FaultKind | undefined {
    const fault = this.#faults.get(this.calls++) ?? this.strike?.(detail?.() ?? what);
    this.trace.add(`${this.world.clock.now()} ${actor.pid}.${token} ${what} ${fault ?? ''}`);
    if (fault !== undefined || port === 'store' || port === 'outside') return fault;
    return this.isOut(port) ? 'unavailable' : undefined;
  }

  /** Whether it does not answer now. */
  isOut(port: Port | 'table'): boolean {
    const outage = this.outages.get(port);
    return outage !== undefined && (!outage.throttled || this.calls % 2 === 0);
  }

  /** What an operator, or chance, chooses: a number from 0 to 1. */
  choose(): number {
    const { choices } = this.scenario;
    return choices[this.#chosen++ % choices.length] ?? 0.5;
  }

  onLease(token: number): void {
    this.checker.onLease(token);
    this.newestToken = Math.max(this.newestToken, token);
  }

  /** Another plan of the same world, before anything was done by the first one. */
  async planAgain(): Promise<void> {
    this.plan = await this.world.plan();
    this.checker = new Checker(this);
  }

  /** Whoever sleeps is taken for dead by whoever waits: somebody comes and looks. */
  onPause(): void {
    this.onPaused?.();
  }
  onPaused: (() => void) | undefined;

  inAWhile(run: () => void): void {
    this.world.clock.in(20_000, run);
  }

  cutPower(host: string): void {
    this.disk.cutPower(this.choose());
    for (const process of [...this.processes.values()]) if (process.place.host === host) process.kill();
  }

  /** A change is about to be made to a group. */
  keepBefore(arn: string): void {
    const { endpoints } = this.world.accelerator.group(arn);
    this.#before.set(arn, { endpoints, at: this.world.clock.now() });
  }

  staleGroup(arn: string): EndpointGroup | undefined {
    const before = this.#before.get(arn);
    const { clock, accelerator } = this.world;
    if (before === undefined || clock.now() - before.at > staleFor) return undefined;
    const endpoints = before.endpoints.map((endpoint) => ({
      ...endpoint,
      health: accelerator.unhealthy.has(endpoint.id) ? ('UNHEALTHY' as const) : ('HEALTHY' as const),
    }));
    return { arn, region: accelerator.group(arn).region, endpoints };
  }

  asCounted(where: string, sample: GatewaySample): GatewaySample {
    if (this.counting === undefined) this.#last.set(where, sample);
    if (this.counting === 'quiet') {
      const last = this.#last.get(where) ?? sample;
      this.#last.set(where, last);
      return { ...last, at: sample.at };
    }
    if (this.counting !== 'nothing') return sample;
    const nothing = Number.NaN;
    const latency = sample.latency.map(({ le }) => ({ le, count: nothing }));
    return { ...sample, flows: nothing, requests: nothing, errors: nothing, latency };
  }

  /** The lines of the journal that a power cut would leave, from where they were read last. */
  newLines(): readonly string[] {
    if (this.scenario.store === 'files') {
      const { lines, read } = this.disk.durableLines(files.journal, this.#read);
      this.#read = read;
      return lines;
    }
    const pk = `${this.plan.fleet}/cutovers/${this.plan.id}/journal`;
    const lines: string[] = [];
    for (;;) {
      const head = this.table.item(pk, 'head');
      const item = this.table.item(pk, String(this.#read).padStart(10, '0'));
      if (item === undefined && head?.seq !== this.#read) return lines;
      lines.push(String((item ?? head)?.text));
      this.#read++;
    }
  }
  #read = 0;
}
