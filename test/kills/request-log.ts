/** A write of weights that the accelerator has carried out. */
export interface Written {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Endpoint id → weight, all of the group. */
  readonly weights: Readonly<Record<string, number>>;
  /** It found the group as it asked it to be: it had been carried out before. */
  readonly again: boolean;
}

/** The accelerator's own log of what it was asked and has carried out. */
export class RequestLog {
  readonly written: Written[] = [];
  private last = '';

  constructor(private readonly onWritten: (written: Written) => void) {}

  /** What the group was before anybody wrote. */
  begin(endpoints: readonly { readonly id: string; readonly weight: number }[]): void {
    this.last = textOf(Object.fromEntries(endpoints.map(({ id, weight }) => [id, weight])));
  }

  readonly hear = (operation: string, input: Readonly<Record<string, unknown>>): void => {
    if (operation !== 'UpdateEndpointGroup') return;
    const given = (input.EndpointConfigurations ?? []) as readonly { EndpointId: string; Weight: number }[];
    const weights = Object.fromEntries(
      given.map(({ EndpointId, Weight }): [string, number] => [EndpointId, Weight]),
    );
    const text = textOf(weights);
    const written = { at: Date.now(), weights, again: text === this.last };
    this.last = text;
    this.written.push(written);
    this.onWritten(written);
  };
}

const textOf = (weights: Readonly<Record<string, number>>): string =>
  JSON.stringify(Object.entries(weights).sort(([a], [b]) => (a < b ? -1 : 1)));
