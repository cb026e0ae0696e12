/** Milliseconds between two samples of a watch that lasts so long: ten looks, neither hectic nor sleepy. */
export const watchInterval = (length: number): number => Math.min(Math.max(length / 10, 500), 15_000);

/** Milliseconds between two samples that tell revisions apart, which are fifty times as long as the others. */
export const revisionsInterval = (length: number): number =>
  Math.max(watchInterval(length), Math.min(length / 10, 300_000));
