import { type Colour, colours } from '../fleet/colour.ts';

/**
 * Which colour the accelerator sent each flow to, by the client's port on loopback. The answer of a gateway does not say
 * it; and in memory that threads share, whoever sent a request can look it up as soon as anything came back.
 */
export class FlowColours {
  readonly #byPort: Uint8Array;

  /** @param memory of `flowMemory` */
  constructor(memory: SharedArrayBuffer) {
    this.#byPort = new Uint8Array(memory);
  }

  set(clientPort: number, colour: Colour): void {
    Atomics.store(this.#byPort, clientPort, colours.indexOf(colour) + 1);
  }

  /** The colour of the last flow from that port. */
  get(clientPort: number): Colour | undefined {
    return colours[Atomics.load(this.#byPort, clientPort) - 1];
  }
}

/** A byte for each port. */
export const flowMemory = (): SharedArrayBuffer => new SharedArrayBuffer(65_536);
