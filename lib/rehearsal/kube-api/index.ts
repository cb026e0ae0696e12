/**
 * A Kubernetes API server for rehearsals: objects in memory with the API server's rules, and the HTTP API over them,
 * as far as kubectl and the Kubernetes client need it. What a cluster's controllers do with the objects belongs in
 * `../cluster`.
 */
export { type ApiServer, type ApiServerProps, startApiServer } from './api-server.ts';
export type { PodProxy, ProxyAnswer } from './http/index.ts';
export { createStore, type StoreOptions } from './memory-store.ts';
export { type PrinterColumn, type ResourceDefinition, resourceKey } from './resource-definition.ts';
export { rehearsalResources } from './resources.ts';
export { refuse, type Status, type StatusCause, StatusError } from './status-error.ts';
export type { Admission, AdmissionRequest, DeleteOptions, Store, StoreEvent, WriteOptions } from './store.ts';
