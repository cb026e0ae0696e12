/**
 * A Global Accelerator on one machine. What belongs here: its control plane, which speaks the service's own protocol
 * to the real SDK; its data plane, which carries TCP flows by weight and health; and the deployment between the two,
 * which takes time as it does at AWS. Nothing here knows zeroshift's ports: the adapter that AWS gets is used on it.
 */
export { ApiError } from './api-error.ts';
export { networkLoadBalancerArn, targetGroupArn } from './arns.ts';
export { checkAuthorization } from './authorization.ts';
export { readBody } from './control-plane.ts';
export type { FlowCounts } from './data-plane.ts';
export type { OperationFault } from './faults.ts';
export type { HealthCheckSettings } from './health-checks.ts';
export type { RehearsalEndpoint } from './model.ts';
export type { RehearsalAccelerator, StartAcceleratorProps } from './start-accelerator.ts';
export { startAccelerator } from './start-accelerator.ts';
export type { Timers } from './timers.ts';
