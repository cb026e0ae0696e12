/** What goes wrong at the control plane, for a time. */
export interface OperationFault {
  /** Name of an operation, such as `UpdateEndpointGroup`. @default - every operation */
  readonly operation?: string;
  /** `hang`: no answer ever. `lost-answer`: it is carried out, then the connection breaks. Else: this refusal. */
  readonly answer: 'hang' | 'lost-answer' | { readonly type: string; readonly status?: number };
  /** How many requests it hits. @default - all, until the faults are set anew */
  readonly times?: number;
}

/** Faults with the count of how often each may still strike. */
export class Faults {
  #armed: { readonly fault: OperationFault; left: number }[] = [];

  set(faults: readonly OperationFault[]): void {
    this.#armed = faults.map((fault) => ({ fault, left: fault.times ?? Number.POSITIVE_INFINITY }));
  }

  /** The fault that strikes this request, counted. */
  strike(operation: string): OperationFault['answer'] | undefined {
    const armed = this.#armed.find(
      ({ fault, left }) => left > 0 && (fault.operation ?? operation) === operation,
    );
    if (armed === undefined) return undefined;
    armed.left -= 1;
    return armed.fault.answer;
  }
}
