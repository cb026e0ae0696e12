/** The HTTP side of the API: from a request to the store and back. Nothing here keeps objects. */
export type { PodProxy, ProxyAnswer } from './context.ts';
export { Router } from './router.ts';
