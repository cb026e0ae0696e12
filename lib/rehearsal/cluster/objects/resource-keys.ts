/** The store's names of the resources that the control plane reads and writes. */
export const resources = {
  configMaps: 'configmaps',
  secrets: 'secrets',
  pods: 'pods',
  kubeServices: 'services',
  namespaces: 'namespaces',
  nodes: 'nodes',
  deployments: 'deployments.apps',
  services: 'services.serving.knative.dev',
  configurations: 'configurations.serving.knative.dev',
  revisions: 'revisions.serving.knative.dev',
  routes: 'routes.serving.knative.dev',
  domainMappings: 'domainmappings.serving.knative.dev',
  podAutoscalers: 'podautoscalers.autoscaling.internal.knative.dev',
  serverlessServices: 'serverlessservices.networking.internal.knative.dev',
  ingresses: 'ingresses.networking.internal.knative.dev',
  domainClaims: 'clusterdomainclaims.networking.internal.knative.dev',
} as const;
