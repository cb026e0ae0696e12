export { childName, revisionName } from '../../../validation/index.ts';

const suffixLetters = 'bcdfghjklmnpqrstvwxz2456789';

/** The five letters at the end of a pod's name. */
export const randomSuffix = (random: () => number): string =>
  Array.from({ length: 5 }, () => suffixLetters[Math.floor(random() * suffixLetters.length)]).join('');

/** Random numbers in [0, 1) that repeat with their seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
