/** Milliseconds between two samples of a watch that lasts so long: ten looks, neither hectic nor sleepy. */
export const watchInterval = (length: number): number => Math.min(Math.max(length / 10, 500), 15_000);
