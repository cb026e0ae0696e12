/** The port to a team's own gates: whatever it asks about a cutover besides what is measured here. */

/** What a gate of the team's own said. Without `value` and `ok` it said nothing that could be judged. */
export interface OwnAnswer {
  readonly name: string;
  /** The number that is held against the gate's limit. @default - the gate has no limit, or there was no answer */
  readonly value?: number;
  /** Of a gate without a limit: whether it passes. @default - there was no answer */
  readonly ok?: boolean;
  /** Its last words, or what there was instead of an answer. */
  readonly text: string;
}

/** What a gate is asked about. */
export interface OwnQuestion {
  readonly region: string;
  readonly from: string;
  readonly to: string;
}

export interface OwnGatePort {
  /** Asks all gates at once. Never throws: what does not answer is an answer without a value. */
  ask(question: OwnQuestion): Promise<readonly OwnAnswer[]>;
}
