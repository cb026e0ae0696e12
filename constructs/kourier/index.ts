/**
 * Kourier, the ingress: its controller, the gateway with what Envoy starts from, and the way to it, which is a binding to
 * target groups that exist already; the gateway's times, which follow from the entrance's; the data of each release.
 * Nothing here knows a fleet.
 */
export { bootstrapData, envoyBootstrap } from './bootstrap.ts';
export { kourierConfigProblems } from './config.ts';
export { type GatewaySurroundings, kourierContradictions } from './config-contradictions.ts';
export { type KourierConfig, kourierConfigKeys } from './config-keys.ts';
export { KourierController, type KourierControllerProps } from './controller.ts';
export { drainScript } from './drain-script.ts';
export { Gateway, type GatewayProps } from './gateway.ts';
export { type EntranceBinding, GatewayServices, type GatewayServicesProps } from './gateway-services.ts';
export { type EntranceTimes, type GatewayTimes, gatewayTimes } from './gateway-times.ts';
export { Kourier, type KourierProps } from './kourier.ts';
export { gatewayName, kourierNamespace } from './names.ts';
export { type KourierRelease, kourierRelease, kourierVersions } from './releases/index.ts';
export {
  type BindingController,
  readinessGates,
  type TargetGroup,
  TargetGroupBinding,
  type TargetGroupBindingProps,
} from './target-group-binding.ts';
export { composeKourier, kourierTuningReasons } from './tuning.ts';
