/**
 * What the control plane knows of Kubernetes' and Knative's objects in general: their names in the store, their labels,
 * who owns them, when two are the same. Nothing here reads or writes a store.
 */
export {
  controllerOf,
  isBeingDeleted,
  isControlledBy,
  keyOf,
  labelKey,
  ownerKey,
  splitKey,
} from './identity.ts';
export { canonicalJson, filterMap, hashOf, type StringMap, sameJson } from './json.ts';
export { annotations, autoscalingGroup, labels } from './labels.ts';
export { isReason } from './refusal.ts';
export { resources } from './resource-keys.ts';
export { timestamp } from './timestamp.ts';
