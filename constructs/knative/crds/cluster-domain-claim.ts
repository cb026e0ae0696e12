import type { CustomResource } from './definition.ts';
import { object, text } from './schema.ts';

/** Which namespace may map a host. */
export const clusterDomainClaim: CustomResource = {
  area: 'networking',
  kind: 'ClusterDomainClaim',
  version: 'v1alpha1',
  scope: 'Cluster',
  shortNames: ['cdc'],
  spec: object({ namespace: text }, ['namespace']),
};
