import { type CustomResource, readiness } from './definition.ts';
import { int64, object, text } from './schema.ts';
import { status } from './status.ts';

/** What the autoscaler measures of a revision, and over which windows. */
export const metric: CustomResource = {
  area: 'autoscaling',
  kind: 'Metric',
  version: 'v1alpha1',
  columns: readiness(),
  spec: object({ panicWindow: int64, scrapeTarget: text, stableWindow: int64 }, [
    'panicWindow',
    'scrapeTarget',
    'stableWindow',
  ]),
  status: status(),
};
