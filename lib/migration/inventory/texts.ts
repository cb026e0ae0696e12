import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** The number of a text that is kept: the first one is 0. */
export type Kept = number;

/** Bytes of a block before it is compressed: much alike is together, and little is unpacked to read one text. */
const blockSize = 64 * 1024;
/** The fastest one: what repeats from object to object goes all the same. */
const level = 1;

/**
 * Very many texts in little memory, and none of it in the heap, which grows with several times what lives there. Those
 * that were kept one after the other are read fastest in that order.
 */
export class Texts {
  readonly #blocks: Buffer[] = [];
  #open: Buffer[] = [];
  #size = 0;
  /** Block, start and end of each text. */
  #places = new Uint32Array(3 * 1024);
  #count = 0;
  #last: { readonly block: number; readonly bytes: Buffer } | undefined;

  /** How many there are. */
  get size(): number {
    return this.#count;
  }

  keep(text: string): Kept {
    const bytes = Buffer.from(text);
    const start = this.#size;
    this.#size += bytes.length;
    if (3 * this.#count === this.#places.length) {
      const more = new Uint32Array(2 * this.#places.length);
      more.set(this.#places);
      this.#places = more;
    }
    this.#places.set([this.#blocks.length, start, this.#size], 3 * this.#count);
    this.#open.push(bytes);
    if (this.#size >= blockSize) {
      this.#blocks.push(deflateRawSync(Buffer.concat(this.#open), { level }));
      this.#open = [];
      this.#size = 0;
    }
    return this.#count++;
  }

  read(kept: Kept): string {
    const [block = 0, start = 0, end = 0] = this.#places.subarray(3 * kept, 3 * kept + 3);
    return this.#bytes(block).toString('utf8', start, end);
  }

  #bytes(block: number): Buffer {
    if (block === this.#blocks.length) {
      const bytes = this.#open.length === 1 ? this.#open[0] : Buffer.concat(this.#open);
      this.#open = bytes === undefined ? [] : [bytes];
      return bytes ?? Buffer.alloc(0);
    }
    if (this.#last?.block !== block) {
      const packed = this.#blocks[block] ?? Buffer.alloc(0);
      this.#last = { block, bytes: inflateRawSync(packed) };
    }
    return this.#last.bytes;
  }
}
