import type { KubeObject } from '../../../lib/clusters/cluster-port.ts';
import type { GoProgram } from '../programs/index.ts';

/** The program that configures the gateways from Knative's Ingress objects. */
export const ingressController: GoProgram = {
  name: 'net-kourier-controller',
  module: 'gateway/controller',
  package: '.',
};

/** What the lane wants of its gateways beyond Kourier. */
export interface GatewaySettings {
  /** Said in the header `x-zeroshift-colour` of each answer of a Service. @default - not said */
  readonly colour?: string;
  /** `errors`: the gateways answer every request with 500. @default - none */
  readonly fault?: 'errors';
}

/** The config map from which the program takes the settings, at once and without a restart. It may be missing. */
export const gatewaySettings = ({ colour, fault }: GatewaySettings): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'zeroshift-lane', namespace: 'knative-serving' },
  data: { ...(colour === undefined ? {} : { colour }), ...(fault === undefined ? {} : { fault }) },
});
