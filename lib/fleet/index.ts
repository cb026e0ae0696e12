/**
 * The fleet: its definition (what should be) and its locator (where it is). Schemas, defaults and loading belong
 * here; nothing that derives from a fleet does.
 */
export type {
  Alarms,
  Clusters,
  ClustersInput,
  EntranceTls,
  FlowLogs,
  FlowLogsInput,
  HostAlias,
  ManagedNodes,
  ManagedNodesInput,
  Operators,
  OperatorsInput,
  PodIdentity,
} from './aws-definition.ts';
export { type Colour, colours, sibling } from './colour.ts';
export type {
  Gates,
  GatesInput,
  GatewaySource,
  OwnGate,
  OwnGateInput,
  QuietProbes,
} from './cutover-gates.ts';
export type { CutoverHook, CutoverHookInput, HandsOn, HandsOnInput, HookTime } from './cutover-hands.ts';
export { defineFleet, isFleet } from './define-fleet.ts';
export { Duration, type DurationText } from './duration.ts';
export type {
  Accelerator,
  AnnotationRewrite,
  ColourDefinition,
  CutoverPolicy,
  DrainPolicy,
  Entrance,
  ExistingColour,
  ExistingNetwork,
  Fleet,
  FleetManifest,
  FleetSources,
  GitOpsDefinition,
  IngressDefinition,
  MigrationDefinition,
  NewNetwork,
  PlainHealthCheck,
  PlainPort,
  Region,
  RehearsalOptions,
  Rewrite,
  RewriteContext,
  Runs,
  ServingOptions,
  WorkloadRule,
} from './fleet.ts';
export type {
  AcceleratorInput,
  ColourInput,
  CutoverInput,
  EntranceInput,
  FleetInput,
  GitOpsInput,
  IngressInput,
  KubernetesObject,
  PlainPortInput,
  RegionInput,
  ServiceInput,
  ServingInput,
  TypedService,
} from './fleet-input.ts';
export { isKnative, isKnativeService, isWorkload, knativeServices } from './kube-objects.ts';
export { defaultFleetFile, type LoadOptions, loadFleet } from './load-fleet.ts';
export type {
  AcceleratorLocation,
  ClusterLocation,
  ColourLocation,
  EntranceLocation,
  JournalLocation,
  Locator,
  RegionLocation,
} from './locator.ts';
export { readLocatorFromSsm } from './locator-ssm.ts';
export { gatewayPortsOf, podPortOf } from './plain-ports.ts';
export { parseLocator, readLocatorFile } from './read-locator.ts';
