import { Account, type Outcome } from './account.ts';
import { createConnectionPool } from './connection-pool.ts';
import { exchange } from './exchange.ts';
import { exchangeHttp2 } from './exchange-http2.ts';
import { type LoadOptions, resolveLoad } from './options.ts';
import type { LoadResult, LoadSnapshot } from './result.ts';
import { type Arrival, schedule } from './schedule.ts';
import { createSessionPool } from './session-pool.ts';

/** A load under way. */
export interface LoadRun {
  /** Labels the requests scheduled from now on. */
  setPhase(name: string): void;
  snapshot(): LoadSnapshot;
  /** Schedules nothing more; what was sent ends by its deadline, and then `finished` resolves. */
  stop(): void;
  /** Resolves when every scheduled request has ended. */
  readonly finished: Promise<LoadResult>;
}

/** How often unused connections are looked at, in milliseconds. */
const sweepMs = 100;

/**
 * Sends requests at the times of a schedule, whether or not earlier ones were answered, and never sends one again.
 * @throws ZeroshiftError `load.invalid`
 */
export function startLoad(options: LoadOptions): LoadRun {
  const load = resolveLoad(options);
  const origin = performance.now();
  const now = () => performance.now() - origin;
  const account = new Account(performance.timeOrigin + origin, load.seed, load.phase);
  const pool = createConnectionPool(load, now);
  const sessions = createSessionPool(load);
  const overHttp2 = { scheduled: 0, answered: 0, lost: 0 };
  const arrivals = schedule(load);
  const sweeper = setInterval(pool.sweep, sweepMs);
  let next = arrivals.next();
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let resolveFinished: (result: LoadResult) => void;
  const finished = new Promise<LoadResult>((resolve) => {
    resolveFinished = resolve;
  });

  const finishWhenDone = () => {
    if (!(stopped || next.done) || account.inFlight > 0) return;
    clearInterval(sweeper);
    pool.close();
    sessions.close();
    const result = account.result(now());
    resolveFinished(
      load.http2Share > 0 ? { ...result, http2: { ...overHttp2, ...sessions.counts } } : result,
    );
  };

  const send = (arrival: Arrival) => {
    const { target, at } = arrival;
    const delay = now() - at;
    const entry = account.schedule(at, target.service, delay);
    // The deadline counts from the scheduled arrival, however late the generator is.
    const remainingMs = target.deadlineMs - delay;
    const end = (outcome: Outcome) => {
      const ended = now();
      const late = !outcome.lost && ended - at > target.deadlineMs;
      if (arrival.http2) overHttp2[outcome.lost || late ? 'lost' : 'answered']++;
      const { colour, newFlow } = outcome;
      const detail = `answer complete after ${Math.round(ended - at)} ms, deadline ${target.deadlineMs} ms`;
      account.end(entry, late ? { lost: true, reason: 'timeout', detail, colour, newFlow } : outcome, ended);
      // After this request's own bookkeeping, its connection included.
      queueMicrotask(finishWhenDone);
    };
    if (arrival.http2) {
      overHttp2.scheduled++;
      exchangeHttp2({ load, target, session: sessions.take(), remainingMs }, end);
    } else {
      const connection = arrival.fresh ? undefined : pool.take();
      exchange({ load, target, connection, remainingMs }, end);
    }
  };

  const tick = () => {
    while (!next.done && !stopped && next.value.at <= now()) {
      send(next.value);
      next = arrivals.next();
    }
    if (next.done || stopped) finishWhenDone();
    else timer = setTimeout(tick, Math.max(0, next.value.at - now()));
  };
  tick();

  return {
    setPhase: (name) => account.setPhase(name, now()),
    snapshot: () => account.snapshot(now()),
    stop: () => {
      if (stopped) return;
      stopped = true;
      clearTimeout(timer);
      finishWhenDone();
    },
    finished,
  };
}
