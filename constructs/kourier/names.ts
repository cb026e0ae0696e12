import type { KourierRelease } from './releases/index.ts';

/** Where the gateway lives. */
export const kourierNamespace = 'kourier-system';

/** The gateway's Deployment, and the value of its pods' label `app`. */
export const gatewayName = '3scale-kourier-gateway';

/** The controller's Deployment and Service; the gateways find it by this name. */
export const controllerName = 'net-kourier-controller';

/** The account and the roles of the controller. */
export const accountName = 'net-kourier';

/** Ports of a gateway's pod. */
export const gatewayPorts = {
  external: 8080,
  externalTls: 8443,
  internal: 8081,
  internalTls: 8444,
  probe: 8090,
  probeTls: 9443,
  /** Answers `/ready` for any host, and metrics. */
  stats: 9000,
  /** Envoy's own, on the loopback address only. */
  admin: 9901,
} as const;

/** Where the controller hands out the gateways' configuration. */
export const controllerPort = 18000;

/** Labels of every object of Kourier. */
export const kourierLabels = (release: KourierRelease): Record<string, string> => ({
  'networking.knative.dev/ingress-provider': 'kourier',
  'app.kubernetes.io/name': 'knative-serving',
  'app.kubernetes.io/component': 'net-kourier',
  'app.kubernetes.io/version': release.version,
});
