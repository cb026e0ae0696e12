import { type CustomResource, column, readiness } from './definition.ts';
import { object } from './schema.ts';
import { addressable, status } from './status.ts';
import { traffic } from './traffic.ts';

export const urlColumn = column('URL', '.status.url');

/** A host, and the revisions that answer for it. */
export const route: CustomResource = {
  area: 'serving',
  kind: 'Route',
  version: 'v1',
  shortNames: ['rt'],
  ducks: ['addressable'],
  columns: [urlColumn, ...readiness()],
  spec: object({ traffic }),
  status: status({ ...addressable, traffic }),
};
