/**
 * The room of a rehearsal cluster's sockets, all on 127.0.0.1: entrance (TCP), gateways, activator, queue-proxies and
 * user containers (HTTP/1.1). It carries requests and counts them; what should run, and where requests should go, it is
 * told through the contract in `../data-plane.ts` by the controllers.
 */
export { appSettings } from './app-settings.ts';
export { createDataPlane, type DataPlaneOptions } from './create-data-plane.ts';
export { type DataPlaneTimings, defaultTimings } from './timings.ts';
