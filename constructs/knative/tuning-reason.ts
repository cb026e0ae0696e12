/** Why a field is not as upstream has it, unless the tuning is `upstream`. */
export interface TuningReason {
  /** Kind of the object. */
  readonly kind: string;
  /** Path of the field, or of what it is in, as a difference shows it; empty for an object that only one side has. */
  readonly path: string;
  /** A sentence for an operator. */
  readonly reason: string;
}
