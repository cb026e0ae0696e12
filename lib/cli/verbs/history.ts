import type { CutoverState, JournalRecord } from '../../cutover/index.ts';
import { exitCodes } from '../../messages/error.ts';
import { locatedFleet } from '../live-fleet.ts';
import type { LiveOptions } from '../options.ts';
import type { Output } from '../output.ts';
import { readCutovers } from '../read-cutovers.ts';

/** `zeroshift history`: the cutovers of a fleet, the newest first, and what each came to. */
export async function historyVerb(output: Output, options: LiveOptions): Promise<number> {
  const { fleet, state: place } = await locatedFleet(options);
  const cutovers = [];
  const damaged = [];
  for await (const found of readCutovers(place, fleet.name)) {
    if ('damage' in found)
      damaged.push({ plan: found.id, why: found.damage.message, code: found.damage.code });
    else {
      const { plan, state, records } = found;
      cutovers.push({ plan: plan.id, from: plan.from, to: plan.to, ...cameTo(state, records) });
    }
  }
  output.say('history.cutovers', { fleet: fleet.name, cutovers });
  for (const one of damaged) output.say('history.damaged', one);
  return damaged.length === 0 ? exitCodes.done : exitCodes.error;
}

const time = (record: JournalRecord | undefined): string | null =>
  record === undefined ? null : new Date(record.at).toISOString();

function cameTo(state: CutoverState, records: readonly JournalRecord[]) {
  const [first] = records;
  const by = first?.event.type === 'started' ? first.event.by : undefined;
  const last = records.at(-1);
  return {
    outcome: outcomeOf(state),
    startedAt: time(first),
    endedAt: last?.event.type === 'ended' ? time(last) : null,
    by: by === undefined ? null : `${by.user} on ${by.host}`,
    why: state.held?.text ?? state.rollback?.text ?? null,
  };
}

function outcomeOf({ status, held }: CutoverState): string {
  if (held !== undefined) return `held while ${status}`;
  return status === 'new' ? 'not begun' : status;
}
