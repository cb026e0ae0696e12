import {
  type CutoverPlan,
  type CutoverState,
  cutoverStatus,
  findCutovers,
  type JournalRecord,
} from '../cutover/index.ts';
import { ZeroshiftError } from '../messages/error.ts';

/** A cutover as its plan and journal tell it. */
export interface ReadCutover {
  readonly id: string;
  readonly plan: CutoverPlan;
  readonly state: CutoverState;
  readonly records: readonly JournalRecord[];
}

/** One whose plan or journal cannot be read. */
export interface DamagedCutover {
  readonly id: string;
  readonly damage: ZeroshiftError;
}

/** The cutovers of a fleet, the newest first, each read when its turn comes. One that is damaged hides no other. */
export async function* readCutovers(
  place: string,
  fleet: string,
): AsyncGenerator<ReadCutover | DamagedCutover> {
  for (const kept of await findCutovers(place, fleet)) {
    if ('damage' in kept) yield kept;
    else
      try {
        const { id, plan, files } = kept;
        const { state, records } = await cutoverStatus(place, plan, files);
        yield { id, plan, state, records };
      } catch (error) {
        if (!ZeroshiftError.is(error)) throw error;
        yield { id: kept.id, damage: error };
      }
  }
}
