import { get } from 'node:http';
import type { Duration } from '../../fleet/duration.ts';
import type { RehearsalEndpoint } from './model.ts';
import type { HealthState } from './shapes.ts';

export interface HealthCheckSettings {
  /** From one check's answer to the next check. @default 250ms */
  readonly interval?: Duration;
  /** How long an answer may take. @default 1s */
  readonly timeout?: Duration;
  /** Equal results in a row that change a state. @default 2 */
  readonly threshold?: number;
}

export interface HealthChecks {
  stateOf(id: string): HealthState;
  /** When every endpoint has been checked once. */
  readonly checked: Promise<void>;
  close(): void;
}

/** Asks each endpoint again and again for its health. Stands for the NLBs' own target health. */
export function startHealthChecks(
  endpoints: readonly RehearsalEndpoint[],
  settings: HealthCheckSettings = {},
): HealthChecks {
  const intervalMs = settings.interval?.milliseconds ?? 250;
  const timeoutMs = settings.timeout?.milliseconds ?? 1000;
  const threshold = settings.threshold ?? 2;
  const states = new Map<string, HealthState>();
  const timers = new Map<string, NodeJS.Timeout>();
  const abort = new AbortController();

  const watch = async (id: string, url: string): Promise<void> => {
    let streak = 0;
    const check = async (): Promise<void> => {
      const result: HealthState = (await answersOk(url, timeoutMs, abort.signal)) ? 'HEALTHY' : 'UNHEALTHY';
      if (abort.signal.aborted) return;
      const before = states.get(id);
      streak = result === before ? 0 : streak + 1;
      if (before === 'INITIAL' || streak >= threshold) {
        states.set(id, result);
        streak = 0;
      }
      timers.set(id, setTimeout(check, intervalMs));
    };
    await check();
  };

  for (const { id, healthUrl } of endpoints) states.set(id, healthUrl === undefined ? 'HEALTHY' : 'INITIAL');
  const first = endpoints.map(({ id, healthUrl }) =>
    healthUrl === undefined ? undefined : watch(id, healthUrl),
  );
  return {
    stateOf: (id) => states.get(id) ?? 'INITIAL',
    checked: Promise.all(first).then(() => undefined),
    close: () => {
      abort.abort();
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}

/** A connection of its own each time: a kept one would outlive the listener whose health it is to show. */
const answersOk = (url: string, timeoutMs: number, stop: AbortSignal): Promise<boolean> =>
  new Promise((resolve) => {
    const request = get(url, { agent: false, signal: stop }, (response) => {
      response.resume();
      response.once('end', () => done(response.statusCode === 200));
      response.once('error', () => done(false));
    });
    const timer = setTimeout(() => request.destroy(new Error('no answer in time')), timeoutMs);
    const done = (ok: boolean) => {
      clearTimeout(timer);
      resolve(ok);
    };
    request.once('error', () => done(false));
    request.once('close', () => done(false));
  });
