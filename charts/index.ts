/**
 * Charts: a fleet's deliverables as manifests, one chart each, composed of constructs. What a fleet means for a
 * colour's objects is decided here; the objects themselves are the constructs'.
 */
export { AccessChart } from './access.ts';
export { type DifferenceOptions, unifiedDifference } from './compare.ts';
export { applicationSet, applicationSetFile } from './gitops.ts';
export { fleetHosts } from './host-problems.ts';
export { IngressChart } from './ingress.ts';
export { kustomizationFile } from './kustomization.ts';
export { MigrationChart, type MigrationChartProps, migrationManifests } from './migration.ts';
export {
  componentLabel,
  fleetLabel,
  identityOf,
  isMadeFor,
  objectAnnotation,
  withOwnership,
} from './ownership.ts';
export { PostInstallChart } from './post-install.ts';
export { ServicesChart } from './services.ts';
export { ServingChart } from './serving.ts';
export { checkServing, type ServingSettings, servingSettings } from './settings.ts';
export { withSingletonsWaiting } from './singletons.ts';
export {
  type SynthesizedFile,
  serviceManifests,
  servingConfigMaps,
  synthColour,
  synthObjects,
} from './synth.ts';
export { recordFile } from './synthesized-files.ts';
export {
  compareManifests,
  type ExplainedFile,
  explainDifference,
  type ManifestDifference,
  type WriteOptions,
  writeManifests,
} from './write-manifests.ts';
