import type { Release } from '../releases/index.ts';
import { type CustomResource, column, readiness } from './definition.ts';
import { revisionSpec } from './revision-spec.ts';
import { int32, list, object, text } from './schema.ts';
import { status } from './status.ts';

const label = (name: string): string => `.metadata.labels['serving\\.knative\\.dev/${name}']`;

const images = list(object({ imageDigest: text, name: text }));

/** One state of a service, which never changes. */
export const revision = (release: Release): CustomResource => ({
  area: 'serving',
  kind: 'Revision',
  version: 'v1',
  shortNames: ['rev'],
  columns: [
    column('Config Name', label('configuration')),
    column('Generation', label('configurationGeneration')),
    ...readiness(),
    column('Actual Replicas', '.status.actualReplicas', 'integer'),
    column('Desired Replicas', '.status.desiredReplicas', 'integer'),
  ],
  spec: revisionSpec(release),
  status: status({
    actualReplicas: int32,
    containerStatuses: images,
    desiredReplicas: int32,
    initContainerStatuses: images,
    logUrl: text,
  }),
});
