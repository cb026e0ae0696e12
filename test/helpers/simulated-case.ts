import { expect } from 'vitest';
import type { Command } from '../../lib/cutover/commands.ts';
import { replay } from '../../lib/cutover/evolve.ts';
import type { JournalEvent } from '../../lib/cutover/journal-event.ts';
import type { Mail } from '../../lib/cutover/mailbox.ts';
import type { CutoverState } from '../../lib/cutover/state.ts';
import { arrange } from '../simulation/model/arrange.ts';
import { Process } from '../simulation/model/process.ts';
import { storeOf } from '../simulation/model/process-store.ts';
import { calm, type FaultKind, type Scenario } from '../simulation/model/scenario.ts';
import { Simulation } from '../simulation/model/simulation.ts';
import { type Verb, verbs } from '../simulation/simulate.ts';

/** Milliseconds that things take: longer than in runs that are many. */
const times = { ready: 2_000, pod: 1_500, gateway: 3_000, end: 4_000 };

/** A cutover that is taken step by step, as an operator would; every run is held against the invariants. */
export class Case {
  private constructor(readonly simulation: Simulation) {}

  static async of(scenario: Partial<Scenario> = {}): Promise<Case> {
    const { cutover, ...usual } = calm;
    const simulation = await Simulation.of({ ...usual, ...scenario });
    for (const both of Object.values(simulation.world.clusters))
      for (const cluster of Object.values(both)) cluster.times = { ...times };
    simulation.time.active = 1;
    await arrange(simulation, () => undefined);
    return new Case(simulation);
  }

  get world() {
    return this.simulation.world;
  }

  get plan() {
    return this.simulation.plan;
  }

  get checker() {
    return this.simulation.checker;
  }

  get events(): JournalEvent[] {
    this.checker.catchUp();
    return this.checker.records.map(({ event }) => event);
  }

  get state(): CutoverState {
    this.checker.catchUp();
    return replay(this.plan, this.checker.records);
  }

  /** Runs a verb until it ends; `fault` strikes the first call that is named so, by what it is and where. */
  async run(
    verb: Verb,
    fault?: { readonly what: RegExp; readonly fault: FaultKind; readonly times?: number },
  ) {
    let left = fault?.times ?? 1;
    this.simulation.strike =
      fault &&
      ((what) => {
        if (left <= 0) return undefined;
        const { status, step } = this.state;
        if (!fault.what.test(`${what} in ${status} ${step}`)) return undefined;
        left--;
        return fault.fault;
      });
    if (verb === 'adopt' || verb === 'overwrite') this.checker.acceptedAt = this.world.clock.now();
    const ending = await new Process(this.simulation, { host: 'one', clock: 0 }).run(verbs[verb]);
    this.checker.catchUp();
    expect(this.checker.violations).toEqual([]);
    return ending.kind === 'result'
      ? { exit: ending.result?.exit, status: this.state.status, held: this.state.held?.code }
      : ending.kind;
  }

  /** From another machine. */
  tell(mail: Mail): void {
    const { simulation } = this;
    const store = storeOf(new Process(simulation, { host: mail.by.host, clock: 0 }));
    void store.mailbox.send(mail, simulation.world.clock.now());
  }

  /** Seconds after now. */
  in(seconds: number, run: () => void): void {
    this.world.clock.in(seconds * 1000, run);
  }

  /** Once the cutover is in a step and has done this there. */
  once(step: string, done: Command['kind'], run: () => void): void {
    let over = false;
    this.world.clock.onPass(() => {
      if (over || this.plan.steps[this.state.step]?.id !== step) return;
      over = this.state.progress.done[done] !== undefined;
      if (over) run();
    });
  }

  /** What must hold when it is over. */
  atEnd(): void {
    this.checker.atEnd();
    expect(this.checker.violations).toEqual([]);
  }

  weights(region = 'eu-west-1') {
    return [this.world.weight(region, 'blue'), this.world.weight(region, 'green')];
  }

  slow(what: 'ready' | 'pod' | 'gateway' | 'end', milliseconds: number): void {
    for (const region of this.world.regions)
      for (const colour of ['blue', 'green'] as const)
        this.world.cluster(region, colour).times[what] = milliseconds;
  }

  judgedSteps(): string[] {
    return this.events.flatMap((event) => (event.type === 'judged' ? [event.step] : []));
  }
}
