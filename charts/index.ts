/**
 * Charts: a fleet's deliverables as manifests, one chart each, composed of constructs. What a fleet means for a
 * colour's objects is decided here; the objects themselves are the constructs'.
 */
export { ServicesChart } from './services.ts';
export { ServingChart } from './serving.ts';
export { checkServing, type ServingSettings, servingSettings } from './settings.ts';
export { serviceManifests, servingConfigMaps, synthColour } from './synth.ts';
export { compareManifests, type ManifestDifference, writeManifests } from './write-manifests.ts';
