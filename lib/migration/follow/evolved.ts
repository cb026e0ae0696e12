import type { FollowNews } from './news.ts';
import type { FollowState, Trouble } from './state.ts';

export interface Evolved {
  readonly state: FollowState;
  readonly news: readonly FollowNews[];
}

export const quietly = (state: FollowState): Evolved => ({ state, news: [] });

/** Told once until it is over, however its reasons change. */
export function inTrouble(state: FollowState, who: Trouble, why: string): Evolved {
  if (state.troubles.has(who)) return quietly(state);
  const troubles = new Map(state.troubles).set(who, why);
  return { state: { ...state, troubles, news: true }, news: [{ news: 'trouble', with: who, why }] };
}

export function outOfTrouble(state: FollowState, who: Trouble): Evolved {
  if (!state.troubles.has(who)) return quietly(state);
  const troubles = new Map(state.troubles);
  troubles.delete(who);
  return { state: { ...state, troubles }, news: [{ news: 'recovered', with: who }] };
}
