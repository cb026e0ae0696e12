import { createHash } from 'node:crypto';

const longest = 63;
const headLength = longest - 32;

/** Name of a child: parent and suffix; where that is too long, the parent's end becomes its MD5. */
export function childName(parent: string, suffix: string): string {
  if (parent.length + suffix.length <= longest) return parent + suffix;
  const kept = headLength - suffix.length;
  if (kept > 0) return `${parent.slice(0, kept)}${md5(parent)}${suffix}`;
  return `${(parent + suffix).slice(0, headLength)}${md5(parent + suffix)}`;
}

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** Name of the revision that a configuration creates for one of its generations. */
export const revisionName = (configuration: string, generation: number): string =>
  childName(configuration, `-${String(generation).padStart(5, '0')}`);

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
