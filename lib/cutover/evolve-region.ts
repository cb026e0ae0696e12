import type { Endpoint } from '../traffic/traffic-port.ts';
import type { FollowReading } from './commands.ts';
import type { CutoverState, Following, RegionState, WayBack } from './state.ts';

/** Changes of a state that records lead to, region by region. Pure. */

export const withoutFailure = ({ pending, trouble, ...rest }: CutoverState): CutoverState => rest;

export function inRegion(state: CutoverState, region: string, change: Partial<RegionState>): CutoverState {
  const before = state.regions[region];
  if (before === undefined) return state;
  return { ...state, regions: { ...state.regions, [region]: { ...before, ...change } } };
}

export function back(state: CutoverState, region: string, change: Partial<WayBack>): CutoverState {
  const before = state.progress.back[region] ?? { confirmed: false, waitingFor: [] };
  return {
    ...state,
    progress: { ...state.progress, back: { ...state.progress.back, [region]: { ...before, ...change } } },
  };
}

export function withoutTrouble(state: CutoverState, region: string): CutoverState {
  const next = withoutFailure(state);
  const way = state.progress.back[region];
  if (way === undefined) return next;
  const { trouble, ...rest } = way;
  return { ...next, progress: { ...next.progress, back: { ...next.progress.back, [region]: rest } } };
}

export function followed(
  state: CutoverState,
  region: string,
  is: Following['is'],
  seen: FollowReading | undefined,
  at: number,
): CutoverState {
  const before = state.regions[region]?.following;
  const written = (seen?.written ?? 0) > (before?.seen?.written ?? 0);
  return inRegion(state, region, {
    following: { since: at, ...before, is, ...(seen === undefined ? {} : { seen, seenAt: at }) },
    // What was written since then was not verified.
    ...(written ? { verified: false } : {}),
  });
}

export function withoutFollowing(state: CutoverState, region: string): CutoverState {
  const before = state.regions[region];
  if (before === undefined) return state;
  const { following, ...rest } = before;
  return { ...state, regions: { ...state.regions, [region]: rest } };
}

export function withoutRaised(state: CutoverState, region: string): CutoverState {
  const before = state.regions[region];
  if (before === undefined) return state;
  const { raised, ...rest } = before;
  return { ...state, regions: { ...state.regions, [region]: rest } };
}

export function readBack(state: CutoverState, region: string, endpoints: readonly Endpoint[]): CutoverState {
  const before = state.regions[region];
  if (before === undefined) return state;
  const { announced, ...rest } = before;
  return { ...state, regions: { ...state.regions, [region]: { ...rest, endpoints } } };
}
