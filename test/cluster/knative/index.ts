/**
 * Knative on a cluster of the lane: the project's own synthesized manifests, with the lane's images in place of upstream's,
 * applied in order. What makes the images belongs in `../images` and `../programs`.
 */
export { applyObjects, holds } from './apply.ts';
export { bindingDefinitions } from './binding-definitions.ts';
export { imagePrograms, pushImages } from './images.ts';
export { installKnative, knativeNamespaces } from './install.ts';
export { colourOf, laneFleet } from './lane-fleet.ts';
export { type ImageFor, localized, localizedFiles } from './localize.ts';
export { parseManifests } from './parse.ts';
