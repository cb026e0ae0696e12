import { expect } from 'vitest';
import type { Command } from '../../lib/cutover/commands.ts';
import { readRecords } from '../../lib/cutover/journal.ts';
import type { JournalEvent } from '../../lib/cutover/journal-event.ts';
import type { CutoverState } from '../../lib/cutover/state.ts';
import { calm, type Drive, type Scenario, stage } from './simulated-operator.ts';
import { type FaultKind, SimulatedFaults, SimulatedProcess, type Verb } from './simulated-process.ts';

/** A cutover that is taken step by step, as an operator would. */
export class Case {
  private constructor(readonly staged: Omit<Drive, 'log' | 'took'>) {}

  static async of(scenario: Partial<Scenario> = {}): Promise<Case> {
    return new Case(await stage({ ...calm, ...scenario }));
  }

  get world() {
    return this.staged.world;
  }

  get events(): JournalEvent[] {
    return readRecords(this.staged.store.text, 'journal').records.map(({ event }) => event);
  }

  get state(): CutoverState {
    return this.staged.invariants.catchUp();
  }

  /** Runs a verb until it ends; `fault` strikes the first call that is named so. */
  async run(
    verb: Verb,
    fault?: { readonly what: RegExp; readonly fault: FaultKind; readonly times?: number },
  ) {
    let left = fault?.times ?? 1;
    const faults = new (class extends SimulatedFaults {
      override next(
        port: 'traffic' | 'cluster' | 'metrics' | 'journal',
        what: string,
      ): FaultKind | undefined {
        const struck = fault !== undefined && left > 0 && fault.what.test(what);
        if (struck) left--;
        return struck ? fault.fault : super.next(port, what);
      }
    })(new Map());
    const ending = await new SimulatedProcess({ ...this.staged, faults }).run(verb);
    if (ending.kind === 'crashed') this.staged.store.loseHolder();
    expect(this.staged.invariants.violations).toEqual([]);
    return ending.kind === 'result'
      ? { exit: ending.result.exit, status: this.state.status, held: this.state.held?.code }
      : ending.kind;
  }

  /** Seconds after now. */
  in(seconds: number, run: () => void): void {
    this.world.clock.in(seconds * 1000, run);
  }

  /** Once the cutover is in a step and has done this there. */
  once(step: string, done: Command['kind'], run: () => void): void {
    let over = false;
    this.world.clock.onPass(() => {
      if (over || this.staged.plan.steps[this.state.step]?.id !== step) return;
      over = this.state.progress.done[done] !== undefined;
      if (over) run();
    });
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
