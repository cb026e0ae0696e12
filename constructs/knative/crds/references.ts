import { atomic, type Fields, flag, object, type Schema, text, textOr } from './schema.ts';

/** Name of an object in the same namespace, as Kubernetes' own types have it: empty rather than absent. */
const name = textOr('');

/** A reference to an object in the same namespace, by name. */
export const localReference: Schema = atomic(object({ name }));

/** A Secret or ConfigMap that may be missing. */
export const optionalSource: Fields = { name, optional: flag };

/** A key of a Secret or ConfigMap. */
export const keyReference: Schema = atomic(object({ ...optionalSource, key: text }, ['key']));

/** What an internal object belongs to or scales, in the fields that are given. */
export const objectReference = (...fields: readonly string[]): Schema =>
  atomic(object(Object.fromEntries(fields.map((field) => [field, text]))));
