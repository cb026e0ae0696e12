/**
 * Knative's config maps as the control plane of a rehearsal cluster reads them: what is in the store, else upstream's
 * defaults. Here belong reading and defaults; what a value does is decided where it is used.
 */
export { type ClusterConfig, readConfig, servingNamespace } from './cluster-config.ts';
export { createConfigSource } from './config-source.ts';
export { isClusterLocal, renderHost } from './host-names.ts';
