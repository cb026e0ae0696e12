import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Where a text is kept. */
export interface Kept {
  readonly block: number;
  readonly start: number;
  readonly end: number;
}

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
  #last: { readonly block: number; readonly bytes: Buffer } | undefined;

  keep(text: string): Kept {
    const bytes = Buffer.from(text);
    const start = this.#size;
    const kept = { block: this.#blocks.length, start, end: start + bytes.length };
    this.#open.push(bytes);
    this.#size = kept.end;
    if (this.#size >= blockSize) {
      this.#blocks.push(deflateRawSync(Buffer.concat(this.#open), { level }));
      this.#open = [];
      this.#size = 0;
    }
    return kept;
  }

  read({ block, start, end }: Kept): string {
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
