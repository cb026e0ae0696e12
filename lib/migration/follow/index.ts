/**
 * Keeping green equal to blue: what is watched, what of a change matters, what is planned again and when, and how far
 * green is behind. How a plan is made and carried out belongs to its neighbours.
 */
export { type Following, followMigration, startFollowing } from './follow-migration.ts';
export type { FollowPort, FollowProps } from './follower.ts';
export type { FollowNews, FollowStatus, FollowSummary } from './news.ts';
export type { FollowTimes, Open, Trouble } from './state.ts';
