/**
 * The port to a cluster, and the adapter that speaks to a Kubernetes API server. What is done with the objects belongs
 * to whoever asks for them.
 */
export { ClusterError, type ClusterErrorDetails, type ClusterReason } from './cluster-error.ts';
export type { ClusterPort, Kind, KubeObject, ListOptions, ObjectMeta, Reference } from './cluster-port.ts';
export type {
  DefinitionPort,
  Discovered,
  DryRun,
  DryRunOptions,
  FieldConflict,
  Removal,
  ServedResource,
} from './definition-port.ts';
export { createKubernetesCluster, type KubernetesClusterOptions } from './kubernetes.ts';
export { usualTimes, type WatchEvent, type WatchOptions, type WatchTimes } from './watch.ts';
