/** Labels and annotations by which Knative's controllers find each other's objects. */
export const labels = {
  service: 'serving.knative.dev/service',
  serviceUid: 'serving.knative.dev/serviceUID',
  configuration: 'serving.knative.dev/configuration',
  configurationUid: 'serving.knative.dev/configurationUID',
  configurationGeneration: 'serving.knative.dev/configurationGeneration',
  revision: 'serving.knative.dev/revision',
  revisionUid: 'serving.knative.dev/revisionUID',
  route: 'serving.knative.dev/route',
  routeNamespace: 'serving.knative.dev/routeNamespace',
  routingState: 'serving.knative.dev/routingState',
  domainMappingUid: 'serving.knative.dev/domainMappingUID',
  domainMappingNamespace: 'serving.knative.dev/domainMappingNamespace',
  visibility: 'networking.knative.dev/visibility',
} as const;

export const annotations = {
  creator: 'serving.knative.dev/creator',
  lastModifier: 'serving.knative.dev/lastModifier',
  routes: 'serving.knative.dev/routes',
  routingStateModified: 'serving.knative.dev/routingStateModified',
  lastPinned: 'serving.knative.dev/lastPinned',
  preserved: 'serving.knative.dev/preserved',
  rolloutDuration: 'serving.knative.dev/rollout-duration',
  progressDeadline: 'serving.knative.dev/progress-deadline',
  ingressClass: 'networking.knative.dev/ingress.class',
  autoscalerClass: 'autoscaling.knative.dev/class',
  metric: 'autoscaling.knative.dev/metric',
  lastApplied: 'kubectl.kubernetes.io/last-applied-configuration',
} as const;

/** Prefix of every autoscaling annotation. */
export const autoscalingGroup = 'autoscaling.knative.dev';
