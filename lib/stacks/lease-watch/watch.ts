import type { HeldLease } from './read-lease.ts';

/** How long a lease is looked at, in milliseconds: a holder's heart beats every 2 s. */
export const watchedFor = 10_000;

/**
 * Whether a cutover's heart has stopped: the lease is held, and did not change while it was looked at. A dead process
 * cannot say that it is dead, so this reads what it left behind. No clock is compared with another.
 */
export async function hasStopped(
  read: () => Promise<HeldLease | undefined>,
  sleep: (milliseconds: number) => Promise<void>,
): Promise<boolean> {
  const before = await read();
  if (before === undefined) return false;
  await sleep(watchedFor);
  const after = await read();
  return after !== undefined && after.id === before.id && after.beat === before.beat;
}

/** Of the measurement, as dashboards and alarms find it. */
export const stoppedMetric = { namespace: 'zeroshift', name: 'StoppedCutovers' } as const;

/** A line that CloudWatch Logs turns into a measurement: no call, and no right to make one. */
export const measurement = (fleet: string, stopped: boolean, now: number): string =>
  JSON.stringify({
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        {
          Namespace: stoppedMetric.namespace,
          Dimensions: [['Fleet']],
          Metrics: [{ Name: stoppedMetric.name, Unit: 'Count' }],
        },
      ],
    },
    Fleet: fleet,
    [stoppedMetric.name]: stopped ? 1 : 0,
  });
