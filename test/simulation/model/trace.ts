/** A digest of everything that happened, in its order: two runs with the same one were the same. */
export class Trace {
  /** Kept where somebody wants to read it. */
  readonly lines: string[] = [];
  #a = 0x811c9dc5;
  #b = 0x01000193;

  constructor(private readonly keeps: boolean) {}

  /** @param more for who reads it only */
  add(text: string, more?: () => string): void {
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      this.#a = Math.imul(this.#a ^ code, 0x01000193);
      this.#b = Math.imul(this.#b + code, 0x85ebca6b) ^ (this.#b >>> 13);
    }
    if (this.keeps) this.lines.push(more === undefined ? text : `${text} ${more()}`);
  }

  get digest(): string {
    return [this.#a, this.#b].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
  }
}
