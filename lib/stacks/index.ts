/**
 * The CloudFormation stacks of a fleet: network, colour (cluster and entrance) and accelerator, each also as a
 * construct for a team's own CDK app. What runs inside a cluster belongs to the constructs; weights belong to
 * operations and are in no template.
 */
export {
  AcceleratorStack,
  type AcceleratorStackProps,
  FleetAccelerator,
  type FleetAcceleratorProps,
} from './accelerator-stack.ts';
export { Cluster, type ClusterProps } from './cluster.ts';
export { ColourStack, type ColourStackProps } from './colour-stack.ts';
export { Entrance, type EntranceProps, entranceHost } from './entrance.ts';
export { type EntranceTarget, entranceTarget, gatewayPort, targetHealth } from './entrance-targets.ts';
export { type FleetStacks, type SynthesizeFleetOptions, synthesizeFleet } from './fleet-app.ts';
export { FleetStack } from './fleet-stack.ts';
export { LocatorParameter, type LocatorParameterProps } from './locator-parameters.ts';
export { clusterName, entranceName, stackNames, targetGroupName } from './names.ts';
export { Network, type NetworkProps } from './network.ts';
export { NetworkStack, type NetworkStackProps } from './network-stack.ts';
export {
  type EndpointGroupTarget,
  EntranceRegistration,
  type EntranceRegistrationProps,
} from './registration/index.ts';
