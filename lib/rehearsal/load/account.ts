import type { Colour } from '../../fleet/colour.ts';
import { Histogram } from './histogram.ts';
import type {
  ByColour,
  Counts,
  LoadResult,
  LoadSnapshot,
  LostReason,
  LostRequest,
  PhaseResult,
  SeriesRow,
  Share,
} from './result.ts';

/** How a request ended. */
export type Outcome = Ending & {
  /** The colour that it reached, where that is known. */
  readonly colour: Colour | undefined;
  /** It was the first on a connection that was made. */
  readonly newFlow: boolean;
};
type Ending =
  | { readonly lost: false }
  | { readonly lost: true; readonly reason: LostReason; readonly detail: string };

type Known = Colour | 'unknown';
type Reasons = Partial<Record<LostReason, number>>;

class Tally {
  scheduled = 0;
  answered = 0;
  lost = 0;
  readonly latency = new Histogram();
  readonly requests: Record<Known, number> = { blue: 0, green: 0, unknown: 0 };
  readonly flows: Record<Known, number> = { blue: 0, green: 0, unknown: 0 };
  readonly reasons: Reasons = {};

  end(outcome: Outcome, latency: number): void {
    const colour = outcome.colour ?? 'unknown';
    // What arrived is one question, whether it was answered well is another.
    this.requests[colour]++;
    if (outcome.newFlow) this.flows[colour]++;
    if (outcome.lost) {
      this.lost++;
      this.reasons[outcome.reason] = (this.reasons[outcome.reason] ?? 0) + 1;
    } else {
      this.answered++;
      this.latency.record(latency);
    }
  }

  get counts(): Counts {
    return { scheduled: this.scheduled, answered: this.answered, lost: this.lost };
  }
}

/** A request that was scheduled and has not ended. */
export interface Entry {
  /** Milliseconds after the start. */
  readonly at: number;
  readonly service: string;
  readonly phase: string;
  readonly tallies: readonly Tally[];
}

/** The first lost requests that are kept in full; the rest are counted. */
const keptLost = 100;

/** The books of a load: every scheduled request is entered once and ends once. Times are milliseconds after the start. */
export class Account {
  private readonly total = new Tally();
  private readonly phases = new Map<string, { tally: Tally; from: number; to: number }>();
  private readonly phaseStarts: { name: string; from: number }[] = [];
  private readonly services = new Map<string, Tally>();
  private readonly seconds: Tally[] = [];
  private readonly delays = new Histogram();
  private readonly lost: LostRequest[] = [];
  private lastLost: LostRequest | null = null;
  private readonly lastLostAt: Partial<Record<Known, number>> = {};

  /** `startedAt`: milliseconds since the epoch. */
  constructor(
    private readonly startedAt: number,
    private readonly seed: number,
    firstPhase: string,
  ) {
    this.setPhase(firstPhase, 0);
  }

  /** Arrivals scheduled at `from` or later carry this label. A name used again goes on counting. */
  setPhase(name: string, from: number): void {
    this.phaseStarts.push({ name, from });
    if (!this.phases.has(name)) this.phases.set(name, { tally: new Tally(), from, to: from });
  }

  /** Enters a request. `delay`: how late it was sent. */
  schedule(at: number, service: string, delay: number): Entry {
    const name = this.phaseStarts.findLast((phase) => phase.from <= at)?.name ?? '';
    const phase = this.phases.get(name)?.tally;
    const ofService = this.services.get(service) ?? new Tally();
    this.services.set(service, ofService);
    const tallies = [this.total, ofService, this.second(Math.floor(at / 1000))];
    if (phase !== undefined) tallies.push(phase);
    for (const tally of tallies) tally.scheduled++;
    this.delays.record(delay);
    return { at, service, phase: name, tallies };
  }

  end(entry: Entry, outcome: Outcome, now: number): void {
    for (const tally of entry.tallies) tally.end(outcome, now - entry.at);
    if (!outcome.lost) return;
    const { reason, detail, colour } = outcome;
    const [at, endedAt] = [this.startedAt + entry.at, this.startedAt + now];
    const { service, phase } = entry;
    this.lastLost = { at, endedAt, service, phase, reason, detail, ...(colour && { colour }) };
    this.lastLostAt[colour ?? 'unknown'] = endedAt;
    if (this.lost.length < keptLost) this.lost.push(this.lastLost);
  }

  get inFlight(): number {
    return this.total.scheduled - this.total.answered - this.total.lost;
  }

  snapshot(now: number): LoadSnapshot {
    const second = Math.floor(now / 1000) - 1;
    const tally = this.seconds[second];
    const current = this.phaseStarts.at(-1)?.name;
    const phase = this.phaseResults(now).find(({ name }) => name === current);
    if (phase === undefined) throw new Error('a load always has a phase');
    return {
      at: this.startedAt + now,
      totals: this.total.counts,
      inFlight: this.inFlight,
      phase,
      lastSecond: tally === undefined ? null : row(tally, second),
      lastLost: this.lastLost,
    };
  }

  result(now: number): LoadResult {
    return {
      seed: this.seed,
      startedAt: this.startedAt,
      endedAt: this.startedAt + now,
      totals: this.total.counts,
      latency: this.total.latency.summary(),
      lostByReason: { ...this.total.reasons },
      lost: [...this.lost],
      lastLostAt: { ...this.lastLostAt },
      phases: this.phaseResults(now),
      services: [...this.services]
        .map(([service, tally]) => ({ service, ...tally.counts, latency: tally.latency.summary() }))
        .sort((a, b) => (a.service < b.service ? -1 : 1)),
      series: this.seconds.map(row),
      generator: {
        worstDelayMs: this.delays.summary()?.max ?? 0,
        p99DelayMs: this.delays.percentile(0.99) ?? 0,
      },
    };
  }

  private second(index: number): Tally {
    while (this.seconds.length <= index) this.seconds.push(new Tally());
    return this.seconds[index] as Tally;
  }

  private phaseResults(now: number): PhaseResult[] {
    // A phase lasts until the next one starts, the last one until now.
    this.phaseStarts.forEach(({ name }, index) => {
      const phase = this.phases.get(name);
      if (phase !== undefined) phase.to = this.phaseStarts[index + 1]?.from ?? now;
    });
    return [...this.phases].map(([name, { tally, from, to }]) => ({
      name,
      startedAt: this.startedAt + from,
      endedAt: this.startedAt + to,
      ...tally.counts,
      lostByReason: { ...tally.reasons },
      requests: { ...tally.requests },
      flows: { ...tally.flows },
      requestShare: share(tally.requests),
      flowShare: share(tally.flows),
      latency: tally.latency.summary(),
      histogram: tally.latency.toJSON(),
    }));
  }
}

const row = (tally: Tally, t: number): SeriesRow => ({
  t,
  sent: tally.scheduled,
  answered: tally.answered,
  lost: tally.lost,
  blue: tally.requests.blue,
  green: tally.requests.green,
  p50: tally.latency.percentile(0.5) ?? null,
  p99: tally.latency.percentile(0.99) ?? null,
});

function share({ blue, green }: ByColour): Share {
  const known = blue + green;
  return known === 0 ? null : { blue: (100 * blue) / known, green: (100 * green) / known };
}
