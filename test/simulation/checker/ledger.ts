import type { Command, Floor } from '../../../lib/cutover/commands.ts';
import type { JournalEvent, JournalRecord } from '../../../lib/cutover/journal-event.ts';
import type { CutoverPlan } from '../../../lib/cutover/plan.ts';
import { Duration } from '../../../lib/fleet/duration.ts';

export type LedgerStatus =
  | 'new'
  | 'forward'
  | 'rolling-back'
  | 'finalizing'
  | 'completed'
  | 'rolled-back'
  | 'finalized';

type Weights = Readonly<Record<string, number>>;

interface RegionEntry {
  verified: boolean;
  floors: readonly Floor[];
  clearing: boolean;
  /** A write that gave the target weight was announced. */
  shifted: boolean;
  /** Weights of ours that may be there. */
  may: Weights[];
  /** To what a rollback goes. */
  start: Weights;
}

/** What a reader of the journal who knows nothing of the engine knows: its own bookkeeping, beside `evolve`. */
export class Ledger {
  status: LedgerStatus = 'new';
  /** Announced, and not heard of since. */
  intent: Command | undefined;
  step: string | undefined;
  /** The first look at the step since it was entered, or since the run went on: what was before does not count. */
  firstSample: number | undefined;
  judged: 'pass' | 'fail' | 'inconclusive' | undefined;
  promoted = false;
  paused = false;
  held: { readonly code: string; readonly next: string; readonly text: string } | undefined;
  /** Steps that were approved, and the one that waits for it. */
  readonly approved = new Set<string>();
  awaiting: string | undefined;
  /** Steps and times of the hooks that were called and did not say no. */
  readonly #hooked = new Set<string>();
  /** Regions whose weights are given again, against somebody's change: no step is behind that. */
  readonly #mending = new Set<string>();
  /** A rollback was decided on and nothing was done for it yet. */
  owesRollback = false;
  records = 0;
  token = 0;
  readonly regions = new Map<string, RegionEntry>();

  constructor(
    private readonly plan: CutoverPlan,
    private readonly fail: (text: string) => void,
  ) {
    for (const { region, endpoints, entrances } of plan.regions) {
      const start: Record<string, number> = {};
      for (const { id, weight } of endpoints)
        if (id === entrances.blue || id === entrances.green) start[id] = weight;
      const entry = { verified: false, floors: [], clearing: false, shifted: false, may: [start], start };
      this.regions.set(region, entry);
    }
  }

  add({ event, at, token }: JournalRecord): void {
    if (token < this.token) this.fail(`5: a record with the token ${token} after one with ${this.token}`);
    this.token = token;
    this.records++;
    this.#judge(event, at);
    this.#fold(event, at);
  }

  get mends(): boolean {
    return this.#mending.size > 0;
  }

  region(name: string): RegionEntry {
    const found = this.regions.get(name);
    if (found === undefined) throw new Error(`no region ${name}`);
    return found;
  }

  /** What may not follow from what was before. */
  #judge(event: JournalEvent, at: number): void {
    if (event.type === 'step-entered' || event.type === 'ended') this.#judgeEnd(event);
    if (event.type === 'judged') this.#judgeTime(event, at);
    this.#judgeHands(event);
    if (event.type === 'issued' && event.command.kind === 'set-weights') {
      const forward = event.command.direction === 'forward';
      if (forward && this.status !== 'forward' && this.status !== 'finalizing')
        this.fail(`2: a forward change while ${this.status}`);
    }
    if (!this.owesRollback || event.type === 'failed' || event.type === 'refused') return;
    const first = event.type === 'issued' && event.command.kind === 'set-weights';
    const stops = ['resumed', 'held', 'adopted', 'overwritten', 'rollback-begun'].includes(event.type);
    if (!first && !stops && this.#away())
      this.fail(`6: a rollback was decided on, and ${textOf(event)} came before its first effect`);
    this.owesRollback = false;
  }

  #judgeEnd(event: Extract<JournalEvent, { type: 'step-entered' | 'ended' }>): void {
    if (event.type === 'ended' && event.outcome === 'rolled-back' && this.status !== 'rolling-back')
      this.fail(`12: rolled back while ${this.status}`);
    if (event.type === 'ended' && event.outcome === 'finalized' && this.status !== 'finalizing')
      this.fail(`12: finalized while ${this.status}`);
    if (event.type === 'ended' && event.outcome !== 'completed') return;
    if (this.status !== 'forward') this.fail(`12: ${event.type} while ${this.status}`);
    const watched = ['shift', 'bake', 'hold'].includes(this.#kind() ?? '');
    if (watched && this.judged !== 'pass')
      this.fail(`gates: ${this.step} was left, and its gates say ${this.judged ?? 'nothing'}`);
    if (this.paused) this.fail(`hands: ${this.step} was left while it was paused`);
  }

  /** What people and their tools have a say in. */
  #judgeHands(event: JournalEvent): void {
    if (
      event.type === 'step-entered' &&
      this.plan.approvals?.includes(event.step) &&
      !this.approved.has(event.step)
    )
      this.fail(`hands: ${event.step} was entered, and nobody had approved it`);
    const leaves = event.type === 'step-entered' || (event.type === 'ended' && event.outcome === 'completed');
    if (leaves && this.#lacks('after'))
      this.fail(`hands: ${this.step} was left, and its hooks were not told`);
    if (event.type !== 'issued' || this.status !== 'forward' || this.mends) return;
    if (!/^(hook|follow|end-follow)$/.test(event.command.kind) && this.#lacks('before'))
      this.fail(`hands: ${event.command.kind} in ${this.step}, which its hooks did not let begin`);
  }

  /** Whether the step has hooks that were not called then. */
  #lacks(when: 'before' | 'after'): boolean {
    const { step = '' } = this;
    const asked = (this.plan.hooks ?? []).some(
      (hook) => hook.when.includes(when) && hook.steps.includes(step),
    );
    return asked && !this.#hooked.has(`${step} ${when}`);
  }

  /** A step passes only when it was watched for its time. */
  #judgeTime(event: Extract<JournalEvent, { type: 'judged' }>, at: number): void {
    if (verdictOf(event) !== 'pass' || this.promoted) return;
    const { bake, hold, waveBake = bake } = this.plan.policy;
    const kind = this.#kind();
    const length = Duration.parse(kind === 'hold' ? hold : kind === 'bake' ? waveBake : bake).milliseconds;
    const seen = this.firstSample === undefined ? 0 : at - this.firstSample;
    if (seen < length) this.fail(`gates: ${this.step} passed after ${seen} of ${length} ms`);
  }

  #kind(): string | undefined {
    return this.plan.steps.find(({ id }) => id === this.step)?.kind;
  }

  /** Whether a region may have other weights than those of the start. */
  #away(): boolean {
    return [...this.regions.values()].some(({ may, start }) =>
      may.some((weights) => Object.entries(weights).some(([id, weight]) => start[id] !== weight)),
    );
  }

  #fold(event: JournalEvent, at: number): void {
    switch (event.type) {
      case 'started':
        this.status = 'forward';
        return;
      case 'resumed':
        for (const region of this.regions.values()) region.verified = false;
        this.held = undefined;
        this.firstSample = undefined;
        this.owesRollback = this.status === 'rolling-back';
        return;
      case 'step-entered':
        this.step = event.step;
        this.awaiting = undefined;
        this.#mending.clear();
        this.judged = undefined;
        this.promoted = false;
        this.firstSample = undefined;
        return;
      case 'issued':
        this.#issued(event.command);
        return;
      case 'done':
        this.#done(event, at);
        return;
      case 'judged':
        this.judged = verdictOf(event);
        return;
      case 'approval-awaited':
        this.awaiting = event.step;
        return;
      case 'approved':
        this.approved.add(event.step);
        return;
      case 'mended':
        this.#mending.delete(event.region);
        return;
      case 'promoted':
        this.promoted = true;
        return;
      case 'paused':
      case 'unpaused':
        this.paused = event.type === 'paused';
        return;
      case 'rollback-begun':
        this.status = 'rolling-back';
        this.owesRollback = true;
        this.held = undefined;
        this.intent = undefined;
        return;
      case 'finalize-begun':
        this.status = 'finalizing';
        this.held = undefined;
        this.intent = undefined;
        return;
      case 'held':
        this.held = event.reason;
        return;
      case 'ended':
        this.status = event.outcome;
        this.intent = undefined;
        return;
      case 'adopted':
      case 'overwritten':
        this.#accepted(event);
        return;
      default:
        return;
    }
  }

  #accepted({ type, groups }: Extract<JournalEvent, { type: 'adopted' | 'overwritten' }>): void {
    this.held = undefined;
    this.intent = undefined;
    this.judged = undefined;
    this.firstSample = undefined;
    if (this.status === 'completed') this.status = 'forward';
    for (const { region, endpoints } of groups) {
      if (type === 'overwritten') this.#mending.add(region);
      const entry = this.region(region);
      const found: Record<string, number> = {};
      for (const { id, weight } of endpoints) if (id in entry.start) found[id] = weight;
      entry.may = [found];
      entry.shifted = true;
      if (type === 'adopted') entry.start = found;
    }
  }

  #issued(command: Command): void {
    this.intent = command;
    const region = this.region(command.region);
    if (command.kind === 'clear-floors') region.clearing = true;
    if (command.kind !== 'set-weights') return;
    region.may.push(command.weights);
    const facts = this.plan.regions.find((one) => one.region === command.region);
    if ((command.weights[facts?.entrances[this.plan.to] ?? ''] ?? 0) > 0) region.shifted = true;
  }

  #done({ result, region }: Extract<JournalEvent, { type: 'done' }>, at: number): void {
    const entry = this.region(region);
    if (this.intent?.kind === result.kind) this.intent = undefined;
    if (result.kind === 'hook' && (result.when === 'after' || result.calls.every(({ ok }) => ok)))
      this.#hooked.add(`${result.step} ${result.when}`);
    if (result.kind === 'verify') entry.verified = result.waitingFor.length === 0;
    if (result.kind === 'read-floors') entry.floors = result.floors;
    if (result.kind === 'clear-floors') entry.floors = [];
    if (result.kind === 'sample') this.firstSample ??= at;
    if (result.kind !== 'set-weights') return;
    const there: Record<string, number> = {};
    for (const { id, weight } of result.endpoints) if (id in entry.start) there[id] = weight;
    entry.may = [there];
  }
}

function verdictOf({ gates }: Extract<JournalEvent, { type: 'judged' }>): Ledger['judged'] {
  if (gates.some(({ verdict }) => verdict === 'fail')) return 'fail';
  return gates.length === 0 || gates.some(({ verdict }) => verdict === 'inconclusive')
    ? 'inconclusive'
    : 'pass';
}

const textOf = (event: JournalEvent): string => {
  if (event.type === 'issued') return `issued ${event.command.kind}`;
  return event.type === 'done' ? `done ${event.result.kind}` : event.type;
};
