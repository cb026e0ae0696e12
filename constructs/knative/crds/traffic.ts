import { flag, int64, list, object, type Schema, text } from './schema.ts';

/** How a route shares its requests among revisions; the same in what is asked and in what holds. */
export const traffic: Schema = list(
  object({
    configurationName: text,
    latestRevision: flag,
    percent: int64,
    revisionName: text,
    tag: text,
    url: text,
  }),
);
