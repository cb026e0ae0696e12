import type { ClusterPort } from '../clusters/cluster-port.ts';
import type { Colour } from '../fleet/colour.ts';
import type { MigrationDefinition } from '../fleet/fleet.ts';
import type { EntranceLocation } from '../fleet/locator.ts';
import type { MetricsPort, ProbePort } from '../metrics/metrics-port.ts';
import type { TargetRelease } from '../migration/plan/index.ts';
import type { TrafficPort } from '../traffic/traffic-port.ts';

/** Time, as the runner needs it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after so many milliseconds, or as soon as the signal is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export interface ColourPorts {
  readonly cluster: ClusterPort;
  readonly metrics: MetricsPort;
  readonly entrance: EntranceLocation;
}

/** What the fleet says of migrations. */
export interface MigrationRules {
  /** @default - everything moves as it is */
  readonly migration?: MigrationDefinition;
  readonly releases: Readonly<Record<Colour, TargetRelease>>;
  /** Only what has these labels, and what that needs. @default - everything */
  readonly selector?: string;
}

/** Everything that a cutover acts through. */
export interface CutoverPorts {
  readonly traffic: TrafficPort;
  readonly prober: ProbePort;
  readonly clock: Clock;
  /** Asked for by a migration only. @default - services alone are recreated, without what they need */
  readonly rules?: () => Promise<MigrationRules>;
  /** By region. */
  readonly regions: Readonly<Record<string, Readonly<Record<Colour, ColourPorts>>>>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(finish, milliseconds);
      function finish(): void {
        clearTimeout(timer);
        signal?.removeEventListener('abort', finish);
        resolve();
      }
      if (signal?.aborted) finish();
      else signal?.addEventListener('abort', finish, { once: true });
    }),
};
