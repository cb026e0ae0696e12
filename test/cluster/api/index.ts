/** A client of a cluster's API server, for the lane and its tests: whatever the API answers is shown, nothing is hidden. */
export { type Api, ApiRefusal, connectApi } from './api.ts';
