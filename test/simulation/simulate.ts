import { acceptChange } from '../../lib/cutover/hands-on.ts';
import { type Mail, mailCommands } from '../../lib/cutover/mailbox.ts';
import {
  finalizeCutover,
  type OperationProps,
  resumeCutover,
  rollbackCutover,
  startCutover,
} from '../../lib/cutover/operate.ts';
import type { RunResult } from '../../lib/cutover/runner.ts';
import { arrange, mend } from './model/arrange.ts';
import { type Ending, type Place, Process } from './model/process.ts';
import type { Helper, Scenario } from './model/scenario.ts';
import { files, Simulation } from './model/simulation.ts';

/** What a run came to. */
export interface Outcome {
  readonly violations: readonly string[];
  readonly status: string;
  /** What the operators did and saw. */
  readonly log: readonly string[];
  readonly digest: string;
  readonly trace: readonly string[];
  readonly calls: number;
  readonly records: number;
  /** Milliseconds of the world's time. */
  readonly took: number;
  /** What each call was, where the trace was kept. */
  readonly seen: ReadonlySet<string>;
}

export type Verb = 'start' | 'resume' | 'rollback' | 'finalize' | 'adopt' | 'overwrite';

export const verbs: Readonly<Record<Verb, (props: OperationProps) => Promise<RunResult | undefined>>> = {
  start: startCutover,
  resume: resumeCutover,
  rollback: rollbackCutover,
  finalize: finalizeCutover,
  adopt: (props) => acceptChange(props, 'adopted'),
  overwrite: (props) => acceptChange(props, 'overwritten'),
};

const mostLives = 60;
/** What may be answered to one of several operators, or to one who comes too early or too late. */
const expected =
  /^(lease\.(held|lost|not-written)|mailbox\.not-written|journal\.(older-token|not-written)|cutover\.(begun|not-begun|not-completed|over|not-now|entrance-gone)|rollback\.not-taken|command\.not-taken)$/;
const mended = /\.(unavailable|denied)$|^plan\.stale$/;

/** Plays a scenario to its end: operators resume, mend, roll back, finalize, whatever happens to them. */
export async function simulate(scenario: Scenario, keepsTrace = false): Promise<Outcome> {
  return playOn(await Simulation.of(scenario, keepsTrace));
}

/** The same for one that is there already, and looked at afterwards. */
export const playOn = (simulation: Simulation): Promise<Outcome> => new Play(simulation).play();

class Play {
  readonly #log: string[] = [];
  readonly #seen = new Set<string>();
  readonly #helpers: Promise<void>[] = [];
  #over = false;
  #stop = new AbortController();

  constructor(private readonly simulation: Simulation) {}

  async play(): Promise<Outcome> {
    const { simulation } = this;
    const { scenario, world, time, checker } = simulation;
    const began = world.clock.now();
    time.active = 1;
    await arrange(simulation, () => this.#stop.abort());
    for (const helper of scenario.helpers) world.clock.in(helper.from * 1000, () => this.#help(helper));
    // Whoever sleeps is taken for dead: after a while somebody else goes on.
    simulation.onPaused = () =>
      world.clock.in(1_000, () => {
        const verb = simulation.choose() < 0.3 ? 'rollback' : 'resume';
        this.#help({ from: 0, verb, here: false, clock: 0 });
      });
    this.#unpause();
    await this.#operate(began);
    this.#over = true;
    const violations = [...checker.violations];
    await Promise.all(this.#helpers);
    return {
      violations: violations.length > 0 ? violations : checker.violations,
      status: checker.ledger.status,
      log: this.#log,
      digest: simulation.trace.digest,
      trace: simulation.trace.lines,
      calls: simulation.calls,
      records: checker.records.length,
      took: world.clock.now() - began,
      seen: this.#seen,
    };
  }

  async #operate(began: number): Promise<void> {
    const { simulation } = this;
    const { world, checker, time, scenario } = simulation;
    let place: Place = { host: 'one', clock: scenario.clock };
    let verb: Verb = 'start';
    for (let life = 0; life < mostLives && checker.violations.length === 0; life++) {
      this.#stop = new AbortController();
      if (scenario.damage && life === 2) await this.#damage(place);
      const ending = await this.#run(place, verb, this.#stop.signal);
      const ledger = checker.catchUp();
      const at = ((world.clock.now() - began) / 1000).toFixed(2);
      this.#log.push(`${at} ${verb}: ${textOf(ending)}, ${ledger.status}`);
      if (ledger.status === 'rolled-back' || ledger.status === 'finalized') {
        checker.atEnd();
        return;
      }
      if (ending.kind === 'crashed') {
        await time.sleep(simulation.choose() * 40_000);
        // Sometimes another machine goes on.
        if (simulation.choose() < 0.3) place = { host: place.host === 'one' ? 'two' : 'one', clock: 0 };
      } else if (ending.kind === 'error')
        await this.#afterError(verb, ending.error.code, ending.error.message);
      else if (ending.result !== undefined && !ending.result.interrupted) {
        this.#checkExit(ending.result);
        if (ledger.status !== 'completed' && (simulation.choose() < 0.6 || life > 15)) await mend(simulation);
        else await time.sleep(simulation.choose() * 60_000);
      } else await time.sleep(ending.result === undefined ? 15_000 : 1_000);
      if (life > 25) world.bypass.clear();
      verb = this.#next();
    }
    if (checker.violations.length === 0) checker.fail(`12: no end after ${mostLives} lives`);
  }

  async #run(place: Place, verb: Verb, signal?: AbortSignal): Promise<Ending> {
    const process = new Process(this.simulation, place, signal);
    if (verb === 'adopt' || verb === 'overwrite')
      this.simulation.checker.acceptedAt = this.simulation.world.clock.now();
    const ending = await process.run(verbs[verb]);
    if (ending.kind === 'result') this.simulation.checker.onEnd(process);
    this.#seen.add(ending.kind === 'error' ? ending.error.code : ending.kind);
    return ending;
  }

  async #afterError(verb: Verb, code: string, message: string): Promise<void> {
    const { simulation } = this;
    if (mended.test(code)) await mend(simulation);
    else if (expected.test(code)) await simulation.time.sleep(code === 'lease.held' ? 5_000 : 25_000);
    else simulation.checker.fail(`${verb} failed: ${code} ${message}`);
  }

  #next(): Verb {
    const { checker } = this.simulation;
    const { status, held } = checker.catchUp();
    const chance = this.simulation.choose();
    if (status === 'new') return 'start';
    if (held?.code === 'cutover.foreign-change' && checker.foreign.size > 0) {
      if (chance > 0.85) return 'adopt';
      if (chance > 0.7) return 'overwrite';
    }
    if (chance < 0.12) return 'rollback';
    if (held?.next === 'zeroshift rollback' || status === 'rolling-back') return 'rollback';
    if (held?.next === 'zeroshift finalize' || status === 'completed') return 'finalize';
    return 'resume';
  }

  #checkExit({ exit, state }: RunResult): void {
    const wanted = state.status === 'rolled-back' ? 5 : state.held === undefined ? 0 : state.held.exit;
    const { checker } = this.simulation;
    if (exit !== wanted) checker.fail(`12: exit ${exit} while ${state.status}`);
    if (exit === 0 && state.status !== 'completed' && state.status !== 'finalized')
      checker.fail(`12: exit 0 while ${state.status}`);
  }

  /** Another operator comes, does one thing and goes. */
  #help(helper: Helper): void {
    if (this.#over || this.#helpers.length > 6) return;
    const { time } = this.simulation;
    time.active++;
    const done = this.#helped(helper).finally(() => {
      time.active--;
    });
    this.#helpers.push(done);
  }

  async #helped({ verb, here, clock }: Helper): Promise<void> {
    const { simulation } = this;
    const place: Place = here ? { host: 'one', clock: simulation.scenario.clock } : { host: 'three', clock };
    await simulation.time.sleep(0);
    if (verb === 'status') return this.#look(place);
    if (verb === 'mail') return this.#send(place);
    const ending = await this.#run(place, verb);
    const at = `${simulation.world.clock.now() % 10_000_000}`;
    this.#log.push(`${at} another one, ${verb}: ${textOf(ending)}`);
    if (ending.kind !== 'error') return;
    const { code, message } = ending.error;
    // Whoever comes while the journal is changed is told so.
    if (code === 'journal.damaged' && simulation.scenario.damage) return;
    if (!mended.test(code) && !expected.test(code))
      simulation.checker.fail(`another one's ${verb} failed: ${code} ${message}`);
  }

  /** What only reads changes nothing. */
  async #look(place: Place): Promise<void> {
    const process = new Process(this.simulation, place);
    process.reads = true;
    await process.use(async (store) => {
      // A table that is gone answers nobody.
      await store.readRecords().catch(() => undefined);
      await store.leaseHolder().catch(() => undefined);
    });
  }

  async #send(place: Place): Promise<void> {
    const { simulation } = this;
    if (simulation.checker.catchUp().status === 'new') return;
    const command = mailCommands[Math.floor(simulation.choose() * mailCommands.length)] ?? 'rollback';
    const process = new Process(simulation, place);
    const mail: Mail = { command, by: process.actor };
    this.#log.push(`mail: ${command}`);
    const now = simulation.world.clock.now() + place.clock;
    // A disk that is full takes no command; whoever sent it is told so.
    await process.use((store) => store.mailbox.send(mail, now).catch(() => undefined));
  }

  /** Whoever paused a cutover lets it go on after a while, and somebody approves what waits for it. */
  #unpause(): void {
    const { simulation } = this;
    const { world, checker } = simulation;
    const look = (): void => {
      if (this.#over) return;
      if (checker.catchUp().paused) {
        const process = new Process(simulation, { host: 'three', clock: 0 });
        const mail: Mail = { command: 'resume', by: process.actor };
        void process.use((store) => store.mailbox.send(mail, world.clock.now()).catch(() => undefined));
      } else if (
        checker.ledger.awaiting !== undefined &&
        !checker.ledger.approved.has(checker.ledger.awaiting)
      ) {
        const process = new Process(simulation, { host: 'three', clock: 0 });
        const mail: Mail = { command: 'approve', step: checker.ledger.awaiting, by: process.actor };
        void process.use((store) => store.mailbox.send(mail, world.clock.now()).catch(() => undefined));
      }
      world.clock.in(40_000, look);
    };
    world.clock.in(40_000, look);
  }

  /** A journal in which somebody changed something is refused, and goes on once it is restored. */
  async #damage(place: Place): Promise<void> {
    const { simulation } = this;
    const { disk, scenario, checker } = simulation;
    const before = disk.bytes(files.journal).toString('latin1');
    const lines = before.split('\n').length - 1;
    if (scenario.store !== 'files' || lines < 3 || simulation.processes.size > 0) return;
    const at = before.indexOf('"at":') + 5;
    disk.edit(
      files.journal,
      (text) => `${text.slice(0, at)}${text[at] === '1' ? '2' : '1'}${text.slice(at + 1)}`,
    );
    const ending = await this.#run(place, 'resume');
    if (ending.kind !== 'crashed' && (ending.kind !== 'error' || ending.error.code !== 'journal.damaged'))
      checker.fail('4: a journal that was changed in its middle is believed');
    disk.edit(files.journal, () => before);
  }
}

const textOf = (ending: Ending): string => {
  if (ending.kind === 'crashed') return 'crashed';
  if (ending.kind === 'error') return `failed with ${ending.error.code}`;
  if (ending.result === undefined) return 'taken by who is at work';
  const { exit, interrupted, state } = ending.result;
  return interrupted ? 'interrupted' : `exit ${exit} ${state.held?.code ?? ''} ${state.held?.text ?? ''}`;
};
