/**
 * The CloudFormation stacks of a fleet: network, colour (cluster and entrance), accelerator, operations (journal,
 * operator's role, watch) and observability, each also as a construct for a team's own CDK app. What runs inside a cluster belongs to the constructs; weights belong to
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
export { EntranceAlarms, type EntranceAlarmsProps } from './entrance-alarms.ts';
export { type EntranceTarget, entranceTarget, gatewayPort, targetHealth } from './entrance-targets.ts';
export { type FleetStacks, synthesizeFleet } from './fleet-app.ts';
export { type DashboardRegion, FleetDashboard, type FleetDashboardProps } from './fleet-dashboard.ts';
export { FleetStack } from './fleet-stack.ts';
export { JournalTable, type JournalTableProps } from './journal-table.ts';
export { LeaseWatch, type LeaseWatchProps } from './lease-watch/index.ts';
export { LocatorParameter, type LocatorParameterProps } from './locator-parameters.ts';
export {
  clusterName,
  entranceName,
  operatorGroup,
  operatorRoleName,
  stackNames,
  targetGroupName,
} from './names.ts';
export { Network, type NetworkProps } from './network.ts';
export { NetworkStack, type NetworkStackProps } from './network-stack.ts';
export { ObservabilityStack, type ObservabilityStackProps } from './observability-stack.ts';
export { OperationsStack, type OperationsStackProps } from './operations-stack.ts';
export { OperatorRole, type OperatorRoleProps } from './operator-role.ts';
export {
  type EndpointGroupTarget,
  EntranceRegistration,
  type EntranceRegistrationProps,
  type LeaseLocation,
} from './registration/index.ts';
