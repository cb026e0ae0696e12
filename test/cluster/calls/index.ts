/** How a test calls a service of a lane's cluster: from the host, at the pods of its gateways. */
export { type Answer, type Call, callGateway, gatewaysOf } from './gateway.ts';
export { type Sent, type SteadyLoad, steadyLoad } from './steady-load.ts';
