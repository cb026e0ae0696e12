/** Numbers revisions that are known in order, as far as the file does not say which generation each was. */

export interface Numbered {
  readonly generation: number;
  /** Whether the file says so. */
  readonly said: boolean;
}

/**
 * Generations that only rise, in the order given: those that are said, and for the others the lowest that fits.
 * A number that is not above the one before it cannot be true, and counts as not said.
 */
export function numbered(said: readonly (number | undefined)[]): Numbered[] {
  let before = 0;
  return said.map((one) => {
    const isTrue = one !== undefined && one > before;
    before = isTrue ? one : before + 1;
    return { generation: before, said: isTrue };
  });
}
