/**
 * Validation: the verdict of Knative's webhook, offline, and what it says at synthesis. Pure rules over plain objects,
 * their data (the fields of the types, the known keys of the config maps), the names and hosts that Knative gives, and
 * readers of Go's and Kubernetes' text values belong here; nothing with effects.
 */
export { validateDomainMapping, validateService } from './at-synthesis.ts';
export { childName, revisionName } from './child-names.ts';
export { completeService } from './complete-service.ts';
export { type ConfigKey, configKind, type DurationText, type Written } from './config-keys/kinds.ts';
export {
  type AutoscalerConfig,
  type CertManagerConfig,
  type ConfigMapName,
  type ConfigPropName,
  configKeys,
  configMapOf,
  type DefaultsConfig,
  type DeploymentConfig,
  type DomainConfig,
  type FeaturesConfig,
  type GcConfig,
  type LeaderElectionConfig,
  type LoggingConfig,
  type NetworkConfig,
  type ObservabilityConfig,
  type ServingConfigProps,
} from './config-keys.ts';
export { checkKeys } from './config-map.ts';
export type { ServingSurroundings } from './config-maps/contradictions/index.ts';
export { type ConfigMapVerdictOptions, isJudged, validateConfigMap } from './config-maps/index.ts';
export type { ReadYaml } from './config-maps/read.ts';
export { configText } from './config-text.ts';
export { contextFrom } from './context-from.ts';
export { exampleChecksum } from './example-checksum.ts';
export { fieldsOf } from './fields.ts';
export { type Finding, finding } from './finding.ts';
export { renderTemplate, type TemplateValues, templateProblem } from './go-template/index.ts';
export {
  goDuration,
  isQuantity,
  parseGoBool,
  parseGoDuration,
  parseGoFloat,
  parseGoInt,
} from './go-values.ts';
export { domainOf, type HostDomain, type HostOptions, hostLabel, hostName } from './host-names.ts';
export {
  isDns1035Label,
  isDns1123Label,
  isDns1123Subdomain,
  isLabelValue,
  isQualifiedName,
} from './names.ts';
export { neededFeatures } from './needed-features.ts';
export { checkObjectNames } from './object-names.ts';
export { checkResources, mayOvercommit } from './resources.ts';
export {
  type FeatureFlag,
  type ServingConfig,
  servingContext,
  type ValidationContext,
} from './serving-config.ts';
export {
  configData,
  type ServingFinding,
  type ServingPropsOptions,
  servingConfigProblems,
} from './serving-props.ts';
export { type ObjectOptions, type Verdict, validateObject } from './validate-object.ts';
