import type { Release } from '../releases/index.ts';
import { type CustomResource, column, readiness } from './definition.ts';
import { revisionTemplate } from './revision-spec.ts';
import { type Fields, object, text } from './schema.ts';
import { status } from './status.ts';

/** What tells which revisions a template made last. */
export const latestRevisions: Fields = { latestCreatedRevisionName: text, latestReadyRevisionName: text };

export const latestRevisionColumns = [
  column('LatestCreated', '.status.latestCreatedRevisionName'),
  column('LatestReady', '.status.latestReadyRevisionName'),
];

/** A template and the revisions that came of it. */
export const configuration = (release: Release): CustomResource => ({
  area: 'serving',
  kind: 'Configuration',
  version: 'v1',
  shortNames: ['config', 'cfg'],
  ducks: ['podspecable'],
  columns: [...latestRevisionColumns, ...readiness()],
  spec: object({ template: revisionTemplate(release) }),
  status: status(latestRevisions),
});
