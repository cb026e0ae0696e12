import { type CutoverState, cutoverStatus, findCutovers, type JournalRecord } from '../../cutover/index.ts';
import { exitCodes } from '../../messages/error.ts';
import { locatedFleet } from '../live-fleet.ts';
import type { LiveOptions } from '../options.ts';
import type { Output } from '../output.ts';

/** `zeroshift history`: the cutovers of a fleet, the newest first, and what each came to. */
export async function historyVerb(output: Output, options: LiveOptions): Promise<number> {
  const { fleet, state: place } = await locatedFleet(options);
  const cutovers = [];
  for (const { plan, files } of await findCutovers(place, fleet.name)) {
    const { state, records } = await cutoverStatus(place, plan, files);
    cutovers.push({ plan: plan.id, from: plan.from, to: plan.to, ...cameTo(state, records) });
  }
  output.say('history.cutovers', { fleet: fleet.name, cutovers });
  return exitCodes.done;
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
