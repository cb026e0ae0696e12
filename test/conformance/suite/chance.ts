/**
 * How far a count of independent draws may be from what is expected so that a right program fails once in 10 million
 * runs: 5.33 standard deviations, both sides, by the normal approximation; and one draw more, as counts are whole.
 */
const deviations = 5.33;

/** The least and the greatest count of hits in `draws` of probability `p` that is no sign of a mistake. */
export function bounds(draws: number, p: number): readonly [number, number] {
  const wide = deviations * Math.sqrt(draws * p * (1 - p)) + 1;
  return [Math.floor(draws * p - wide), Math.ceil(draws * p + wide)];
}
