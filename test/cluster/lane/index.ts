/**
 * The lane: real clusters on one machine. Brings them up and down, and says how they are. The parts of it are the rooms
 * beside this one.
 */
export { check } from './check.ts';
export { down } from './down.ts';
export { sharedKubeconfig } from './kubeconfig.ts';
export { type Cluster, running } from './running.ts';
export { type ClusterStatus, status } from './status.ts';
export { buildAll, registryOf, type UpOptions, up } from './up.ts';
