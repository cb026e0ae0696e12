/**
 * Clusters that exist, for a rehearsal: those that contexts of a kubeconfig lead to. What belongs here: which ones they
 * are, whether they are fit, what marks the rehearsal's own objects in them, the entrances before their gateways, the
 * fault that is put in, and the end of all of it. What is not the rehearsal's own is never changed, but for the gateways'
 * restart, with which a cutover drains them.
 */
export { type ChosenContexts, chooseContexts } from './choose-contexts.ts';
export { type ContextClusters, openContexts } from './open-contexts.ts';
export { ownSelector } from './own-label.ts';
export { ownOnly } from './own-only.ts';
export { withPodTimes } from './pod-times.ts';
