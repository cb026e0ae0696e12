/**
 * The watch over the lease of a fleet: whether a cutover is at work, and whether its heart has stopped. What reads the
 * lease, and the function that turns it into an alarm, belong here; who takes it belongs to `lib/cutover`.
 */
export { LeaseWatch, type LeaseWatchProps } from './lease-watch.ts';
export { stoppedMetric } from './watch.ts';
