import type { Release } from '../releases/index.ts';
import { latestRevisionColumns, latestRevisions } from './configuration.ts';
import { type CustomResource, readiness } from './definition.ts';
import { revisionTemplate } from './revision-spec.ts';
import { urlColumn } from './route.ts';
import { object } from './schema.ts';
import { addressable, status } from './status.ts';
import { traffic } from './traffic.ts';

/** What a developer writes: a configuration and a route in one. */
export const service = (release: Release): CustomResource => ({
  area: 'serving',
  kind: 'Service',
  version: 'v1',
  shortNames: ['kservice', 'ksvc'],
  ducks: ['addressable', 'podspecable'],
  columns: [urlColumn, ...latestRevisionColumns, ...readiness()],
  spec: object({ template: revisionTemplate(release), traffic }),
  status: status({ ...addressable, ...latestRevisions, traffic }),
});
