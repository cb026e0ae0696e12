import { type Fields, int64, list, mapOf, object, type Schema, text } from './schema.ts';

const condition = object(
  { lastTransitionTime: text, message: text, reason: text, severity: text, status: text, type: text },
  ['status', 'type'],
);

/** The status that every kind has, with what is a kind's own. */
export const status = (own: Fields = {}, required: readonly string[] = []): Schema =>
  object(
    { annotations: mapOf(text), conditions: list(condition), observedGeneration: int64, ...own },
    required,
  );

/** Where something with an address can be reached. */
export const addressable: Fields = {
  address: object({ CACerts: text, audience: text, name: text, url: text }),
  url: text,
};
