/**
 * Real clusters on one machine, for whoever tests against them: bringing them up and down, talking to them, filling their
 * registry, calling their services. How it is done is in the rooms below.
 */
export { type Api, ApiRefusal, connectApi } from './api/index.ts';
export { app, appImage } from './app/index.ts';
export {
  type Answer,
  callGateway,
  gatewaysOf,
  type Sent,
  type SteadyLoad,
  steadyLoad,
} from './calls/index.ts';
export type { ImageContent, PushedImage, Registry } from './images/index.ts';
export { applyObjects, holds, laneFleet } from './knative/index.ts';
export { type Cluster, down, registryOf, running, sharedKubeconfig, status, up } from './lane/index.ts';
export { killPart, killPod, type Place, placeOf, run, silence, until } from './machine/index.ts';
export { compact } from './node/index.ts';
export { buildPrograms, type GoProgram, kubectl } from './programs/index.ts';
