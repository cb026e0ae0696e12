/** Ownership of fields, as pure functions: who wrote what, what an apply may change, what it takes away. */
export { type ApplyRequest, apply, trackUpdate, type UpdateRequest } from './apply.ts';
export { type FieldPath, FieldSet, pathText } from './field-set.ts';
export type { Manager } from './managed-fields.ts';
