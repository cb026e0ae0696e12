import { gatewayName, gatewayTimes } from '../../../constructs/kourier/index.ts';
import type { KubeObject } from '../../../lib/clusters/index.ts';

/** What stands in front of the lane's gateways is on the same machine and checks them twice a second; in seconds. */
const { notice, drain, terminationGracePeriod, minReady } = gatewayTimes({
  healthCheckInterval: 1,
  healthCheckTimeout: 0.5,
  propagation: 1,
});

const variables: Readonly<Record<string, string>> = {
  NOTICE_SECONDS: String(notice),
  DRAIN_TIME_SECONDS: String(drain),
};

interface Container {
  readonly env: readonly { readonly name: string; readonly value?: string }[];
}

/** The gateways with the times of the lane's entrance: a fleet always speaks of an NLB, which notices after a minute. */
export function withShortEnds(object: KubeObject): KubeObject {
  const { kind, metadata, spec } = object;
  if (kind !== 'Deployment' || metadata.name !== gatewayName) return object;
  const pod = spec?.template.spec;
  const containers = (pod.containers as Container[]).map((container) => ({
    ...container,
    env: container.env.map((one) => ({ ...one, value: variables[one.name] ?? one.value })),
  }));
  return {
    ...object,
    spec: {
      ...spec,
      minReadySeconds: minReady,
      template: {
        ...spec?.template,
        spec: { ...pod, containers, terminationGracePeriodSeconds: terminationGracePeriod },
      },
    },
  };
}
