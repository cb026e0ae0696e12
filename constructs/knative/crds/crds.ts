import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { Release } from '../releases/index.ts';
import { certificate } from './certificate.ts';
import { clusterDomainClaim } from './cluster-domain-claim.ts';
import { configuration } from './configuration.ts';
import { type CustomResource, definition } from './definition.ts';
import { domainMapping } from './domain-mapping.ts';
import { imageResource } from './image.ts';
import { ingress } from './ingress.ts';
import { metric } from './metric.ts';
import { podAutoscaler } from './pod-autoscaler.ts';
import { revision } from './revision.ts';
import { route } from './route.ts';
import { serverlessService } from './serverless-service.ts';
import { service } from './service.ts';

export interface CrdsProps {
  readonly release: Release;
}

const resources = (release: Release): readonly CustomResource[] => [
  service(release),
  configuration(release),
  revision(release),
  route,
  domainMapping,
  podAutoscaler,
  metric,
  serverlessService,
  ingress,
  certificate,
  clusterDomainClaim,
  imageResource,
];

/**
 * The kinds that Serving adds to a cluster. They come before everything else: Serving's own objects are partly of these
 * kinds, and its controllers do not start without them.
 */
export class Crds extends Construct {
  constructor(scope: Construct, id: string, props: CrdsProps) {
    super(scope, id);
    for (const resource of resources(props.release))
      new ApiObject(this, resource.kind.toLowerCase(), definition(props.release, resource));
  }
}
