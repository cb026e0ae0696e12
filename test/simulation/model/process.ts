import type { FollowReading } from '../../../lib/cutover/commands.ts';
import type { Actor, JournalRecord } from '../../../lib/cutover/journal-event.ts';
import type { OperationProps } from '../../../lib/cutover/operate.ts';
import type { RunResult } from '../../../lib/cutover/runner.ts';
import type { CutoverState } from '../../../lib/cutover/state.ts';
import type { CutoverStore } from '../../../lib/cutover/store.ts';
import { ZeroshiftError } from '../../../lib/messages/error.ts';
import { portsOf } from './process-ports.ts';
import { storeOf } from './process-store.ts';
import type { FaultKind, Port } from './scenario.ts';
import { files, type Simulation } from './simulation.ts';

export type Ending =
  | { readonly kind: 'crashed' }
  | { readonly kind: 'result'; readonly result: RunResult | undefined }
  | { readonly kind: 'error'; readonly error: ZeroshiftError };

/** No run may take longer than this without ending or holding, in milliseconds of the world's time. */
const longest = 3_600_000;
const mostCalls = 40_000;
/** Milliseconds after which a system writes by itself. */
const writeBack = 5_000;
export const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

/** What is called: a port whose failures are thrown, or the store, or what the team has beside all this, which only answers. */
export type Called = Port | 'store' | 'outside';
/** What a fault does to a call that is not the same for all. */
export type Special = Partial<Record<FaultKind, () => void>>;

export interface Place {
  readonly host: string;
  /** Milliseconds by which its clock is off. */
  readonly clock: number;
}

/** One life of the command's process: what it calls can fail, and it can die, or sleep, at any call and any write of the store. */
export class Process {
  readonly actor: Actor;
  /** Of the lease that it took. 0 before. */
  token = 0;
  /** What it last saw of each group, and the number of the call: what a decision of it can rest on. */
  readonly read = new Map<string, { readonly at: number; readonly order: number }>();
  readonly wrote = new Map<string, number>();
  /** Region → how far the target was when it last asked. */
  readonly followed = new Map<string, FollowReading>();
  /** Only reads: whatever it writes is a mistake. */
  reads = false;
  /** When the call that is being made was begun, by the world's clock. */
  callBegan = 0;
  /** As the runner told it last. */
  state: CutoverState | undefined;
  #dead = false;
  /** Over when its machine wakes up. */
  paused: Promise<void> | undefined;
  #calls = 0;
  readonly #startedAt: number;
  #die: (ending: Ending) => void = () => undefined;
  readonly #died = new Promise<Ending>((resolve) => {
    this.#die = resolve;
  });

  constructor(
    readonly simulation: Simulation,
    readonly place: Place,
    private readonly signal?: AbortSignal,
  ) {
    this.actor = { user: 'operator', host: place.host, pid: simulation.nextPid++ };
    this.#startedAt = simulation.world.clock.now();
    simulation.processes.set(this.actor.pid, this);
  }

  get isDead(): boolean {
    return this.#dead;
  }

  /** Whether somebody else has taken the lease since. */
  get isZombie(): boolean {
    return this.token > 0 && this.token < this.simulation.newestToken;
  }

  /** Runs an operation to its end, or to the end of the process. */
  async run(operation: (props: OperationProps) => Promise<RunResult | undefined>): Promise<Ending> {
    const { simulation } = this;
    const finished = operation({
      plan: simulation.plan,
      ports: portsOf(this),
      store: storeOf(this),
      state: '',
      files,
      by: this.actor,
      onRecord: (record, state) => this.#onRecord(record, state),
      ...(this.signal === undefined ? {} : { signal: this.signal }),
    }).then(
      (result): Ending => ({ kind: 'result', result }),
      (error: unknown): Ending => {
        if (error instanceof ZeroshiftError) return { kind: 'error', error };
        throw error;
      },
    );
    const ending = await Promise.race([finished, this.#died]);
    if (ending.kind !== 'crashed') this.#end();
    return ending;
  }

  /** Does something with the store, or dies in it. */
  async use(work: (store: CutoverStore) => Promise<unknown>): Promise<void> {
    await Promise.race([work(storeOf(this)), this.#died]);
    if (!this.#dead) this.#end();
  }

  kill(): void {
    if (this.#dead) return;
    const { world, disk } = this.simulation;
    this.#end();
    this.#die({ kind: 'crashed' });
    // What it had not synced is on the disk after a while all the same, if the power stays.
    world.clock.in(writeBack, () => disk.sync(files.journal));
  }

  #end(): void {
    this.#dead = true;
    this.simulation.processes.delete(this.actor.pid);
  }

  #onRecord(record: JournalRecord, state: CutoverState): void {
    this.state = state;
    this.simulation.checker.onRecord(this, record);
  }

  /** Whatever it asks of the world: here it can fail, die or sleep. */
  async call<T>(
    port: Called,
    what: string,
    run: (fault: FaultKind | undefined) => Promise<T> | T,
    special: Special = {},
    detail?: () => string,
  ): Promise<T> {
    const { simulation } = this;
    const { world } = simulation;
    if (this.#dead) return never();
    if (port === 'cluster' || port === 'metrics') world.clock.advance(5);
    if (world.clock.now() - this.#startedAt > longest || ++this.#calls > mostCalls) {
      simulation.checker.fail(`12: a run has no end (${what})`);
      this.kill();
      return never();
    }
    const began = world.clock.now();
    const fault = simulation.next(port, what, this, detail);
    if (fault === 'pause' && this.paused === undefined) this.#pause();
    if (this.paused !== undefined) await this.paused;
    if (fault === 'crash-before' || fault === 'power-before') {
      special['crash-before']?.();
      this.#crash(fault);
    }
    if (this.#dead) return never();
    const throws = port !== 'store' && port !== 'outside';
    if (throws) {
      if (fault === 'unavailable') throw unavailable(port, what);
      if (fault === 'refused') throw refused(port, what);
      if (fault === 'late' && special.late !== undefined) {
        special.late();
        throw unavailable(port, what);
      }
    }
    if (fault === 'full') special.full?.();
    this.callBegan = began;
    const answer = await run(fault);
    if (fault === 'twice') special.twice?.();
    if (fault === 'crash-after' || fault === 'power-after') this.#crash(fault);
    if (this.#dead) return never();
    if (fault === 'lost' && throws) throw unavailable(port, what);
    return answer;
  }

  #crash(fault: FaultKind): void {
    if (fault.startsWith('power')) this.simulation.cutPower(this.place.host);
    this.kill();
  }

  /** The machine sleeps: so does its heart. Whoever has its processes elsewhere may take over. */
  #pause(): void {
    const { time } = this.simulation;
    this.simulation.onPause();
    this.paused = time.sleep(10_000 + this.simulation.choose() * 60_000).then(() => {
      this.paused = undefined;
    });
  }
}

export const unavailable = (port: Port, what: string): ZeroshiftError =>
  new ZeroshiftError(`${what} was not answered`, { code: `${port}.unavailable`, source: 'outside' });

const refused = (port: Port, what: string): ZeroshiftError =>
  new ZeroshiftError(`${what} was refused`, { code: `${port}.denied`, source: 'outside' });
