import { type Floor, floorText, type Raised } from './commands.ts';

/** What is raised at once where the plan does not say. */
export const defaultPodsAtOnce = 20;

/** What a floor has now: how far it was raised, and how many of its pods are ready. */
export type Seen = Pick<Raised, 'asked' | 'there'>;

export const isRaised = (floor: Floor, seen: Seen | undefined): boolean =>
  seen !== undefined && seen.asked >= floor.pods && seen.there >= floor.pods;

/**
 * How far each floor may be raised now, so that no more pods are starting than may: the first floors first. Pods that
 * are there already cost nothing. Pure.
 */
export function nextFloors(
  floors: readonly Floor[],
  seen: (floor: Floor) => Seen,
  podsAtOnce: number,
): number[] {
  const starting = ({ asked, there }: Seen): number => Math.max(0, asked - there);
  let room = floors.reduce((left, floor) => left - starting(seen(floor)), podsAtOnce);
  return floors.map((floor) => {
    const { asked, there } = seen(floor);
    const next = Math.max(asked, Math.min(floor.pods, Math.max(asked, there) + Math.max(0, room)));
    room -= starting({ asked: next, there }) - starting({ asked, there });
    return next;
  });
}

/** The first floors that are not raised yet, those whose pods are starting among them. */
export const openFloors = (
  floors: readonly Floor[],
  raised: Readonly<Record<string, Raised>>,
  most: number,
): Floor[] => floors.filter((floor) => !isRaised(floor, raised[floorText(floor)])).slice(0, most);
