/**
 * Validation: what Knative's webhook would refuse, said at synthesis. Pure rules over plain objects, their data (the
 * known keys of the config maps), and readers of Go's and Kubernetes' text values belong here; nothing with effects.
 */
export {
  type ConfigData,
  type ConfigKey,
  type ConfigKind,
  type ConfigMapName,
  configKeys,
} from './config-keys.ts';
export { type ConfigMapOptions, checkConfigMap, checkDomains } from './config-map.ts';
export { validateDomainMapping } from './domain-mapping.ts';
export type { Finding } from './finding.ts';
export {
  goDuration,
  isQuantity,
  parseGoBool,
  parseGoDuration,
  parseGoFloat,
  parseGoInt,
} from './go-values.ts';
export { isDns1035Label, isDns1123Label, isDns1123Subdomain } from './names.ts';
export { neededFeatures } from './pod-spec.ts';
export { validateService } from './service.ts';
export type { FeatureFlag, ServingConfig } from './serving-config.ts';
