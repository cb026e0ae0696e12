/** Serving's config maps: their metadata, and the construct that checks and writes them. Known keys are validation's. */
export {
  addConfigMap,
  refuseMistakes,
  type ServingConfigMapName,
  servingConfigMapNames,
} from './config-map.ts';
export { ConfigMaps, type ConfigMapsProps } from './config-maps.ts';
