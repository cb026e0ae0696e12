import { Duration } from '../fleet/duration.ts';
import type { CutoverPolicy } from '../fleet/fleet.ts';
import type { Window } from './checks/nodes.ts';

type Kind = 'preflight' | 'migrate' | 'verify' | 'floors' | 'shift' | 'drain' | 'hand-over' | 'bake' | 'hold';

/** Of a plan, or of a fleet that may get one; lengths of time in milliseconds. */
export interface Lengths {
  readonly bake: number;
  readonly waveBake: number;
  readonly hold: number;
  readonly patience: number;
  readonly deployTimeout: number;
  readonly readyTimeout: number;
  readonly drainTimeout: number;
}

/**
 * The longest that a cutover goes on by itself, in milliseconds: bakes and holds with all of their patience, and what is
 * waited for until its time is over. Only people can make it longer. Pure.
 */
export function longest(steps: readonly { readonly kind: Kind }[], lengths: Lengths): number {
  const { bake, waveBake, hold, patience, deployTimeout, readyTimeout, drainTimeout } = lengths;
  const of: Readonly<Record<Kind, number>> = {
    preflight: 0,
    migrate: readyTimeout,
    verify: readyTimeout,
    floors: readyTimeout,
    shift: deployTimeout + bake + patience,
    drain: drainTimeout,
    'hand-over': drainTimeout,
    bake: waveBake + patience,
    hold: hold + patience,
  };
  return steps.reduce((sum, { kind }) => sum + of[kind], 0);
}

/** A plan's steps and policy, with lengths of time as text such as `30s`. */
export interface PlannedTimes {
  readonly steps: readonly { readonly kind: Kind }[];
  readonly policy: Readonly<Record<Exclude<keyof Lengths, 'waveBake'>, string>> & {
    readonly waveBake?: string;
  };
}

/** @param now milliseconds since the epoch */
export function windowOfPlan({ steps, policy }: PlannedTimes, now: number): Window {
  const length = (text: string): number => Duration.parse(text).milliseconds;
  return windowOf(
    longest(steps, {
      bake: length(policy.bake),
      waveBake: length(policy.waveBake ?? policy.bake),
      hold: length(policy.hold),
      patience: length(policy.patience),
      deployTimeout: length(policy.deployTimeout),
      readyTimeout: length(policy.readyTimeout),
      drainTimeout: length(policy.drainTimeout),
    }),
    now,
  );
}

/** The window of a cutover that a fleet would make now. @param regions how many */
export function windowOfFleet(policy: CutoverPolicy, regions: number, now: number): Window {
  const waves = policy.waves?.length ?? 0;
  const each: Kind[] = ['migrate', 'verify', 'floors', ...policy.steps.map((): Kind => 'shift'), 'drain'];
  const watches: Kind[] = [
    ...Array.from({ length: Math.max(0, waves - 1) }, (): Kind => 'bake'),
    ...Array.from({ length: waves > 0 ? 1 : regions }, (): Kind => 'hold'),
  ];
  const kinds = [...Array.from({ length: regions }, () => each).flat(), ...watches];
  return windowOf(
    longest(
      kinds.map((kind) => ({ kind })),
      {
        bake: policy.bake.milliseconds,
        waveBake: policy.waveBake.milliseconds,
        hold: policy.hold.milliseconds,
        patience: policy.patience.milliseconds,
        deployTimeout: policy.deployTimeout.milliseconds,
        readyTimeout: policy.readyTimeout.milliseconds,
        drainTimeout: policy.drain.timeout.milliseconds,
      },
    ),
    now,
  );
}

const minute = 60_000;

/** Told in whole minutes: nobody plans a cutover by seconds. */
const windowOf = (length: number, from: number): Window => ({
  from,
  to: from + length,
  length: Duration.milliseconds(length < minute ? length : Math.ceil(length / minute) * minute).toString(),
});
