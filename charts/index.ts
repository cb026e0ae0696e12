/**
 * Charts: a fleet's deliverables as manifests, one chart each, composed of constructs. What a fleet means for a
 * colour's objects is decided here; the objects themselves are the constructs'.
 */
export { type DifferenceOptions, unifiedDifference } from './compare.ts';
export { applicationSet, type GitOpsOptions } from './gitops.ts';
export { IngressChart, type IngressOptions } from './ingress.ts';
export { kustomizationFile } from './kustomization.ts';
export { PostInstallChart } from './post-install.ts';
export { ServicesChart } from './services.ts';
export { ServingChart } from './serving.ts';
export { checkServing, type ServingSettings, servingSettings } from './settings.ts';
export { type SynthOptions, serviceManifests, servingConfigMaps, synthColour } from './synth.ts';
export {
  compareManifests,
  type ExplainedFile,
  explainDifference,
  type ManifestDifference,
  writeManifests,
} from './write-manifests.ts';
