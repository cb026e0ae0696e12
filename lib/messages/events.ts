import { cutoverEvents } from './events/cutover.ts';
import type { Definition, Level } from './events/definition.ts';
import { doctorEvents } from './events/doctor.ts';
import { driftEvents } from './events/drift.ts';
import { followEvents } from './events/follow.ts';
import { generalEvents } from './events/general.ts';
import { handsOnEvents } from './events/hands-on.ts';
import { migrationEvents } from './events/migration.ts';
import { rehearsalEvents } from './events/rehearsal.ts';
import { statusEvents } from './events/status.ts';
import { synthEvents } from './events/synth.ts';
import { tryEvents } from './events/try.ts';

export type { Level } from './events/definition.ts';

/** Everything that is said to a user. Codes and fields are a contract; `docs/events.md` is generated from here. */
export const events = {
  ...generalEvents,
  ...synthEvents,
  ...driftEvents,
  ...doctorEvents,
  ...migrationEvents,
  ...followEvents,
  ...cutoverEvents,
  ...handsOnEvents,
  ...statusEvents,
  ...tryEvents,
  ...rehearsalEvents,
} as const;

export type EventCode = keyof typeof events;
export type EventData<K extends EventCode> = (typeof events)[K] extends Definition<infer D> ? D : never;

/** One thing that was said. */
export type SaidEvent<K extends EventCode = EventCode> = K extends EventCode
  ? { readonly event: K; readonly at: string; readonly level: Level } & EventData<K>
  : never;

/** Says something: the code and its fields. */
export type Say = <K extends EventCode>(code: K, data: EventData<K>) => void;

/** An event as a person reads it. */
export const eventText = (said: SaidEvent): string =>
  (events[said.event].text as (data: SaidEvent) => string)(said);
