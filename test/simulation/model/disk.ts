/** A file as a power cut would leave it: what was synced, and some of the rest. */
class StoredFile {
  /** One after the other: to make one text of them with every line would cost more than all else. */
  #parts: string[];
  length: number;
  /** Characters that are on the disk for certain. */
  synced: number;

  constructor(
    text: string,
    public modified: number,
  ) {
    this.#parts = [text];
    this.length = text.length;
    this.synced = text.length;
  }

  get text(): string {
    if (this.#parts.length > 1) this.#parts = [this.#parts.join('')];
    return this.#parts[0] ?? '';
  }

  set text(text: string) {
    this.#parts = [text];
    this.length = text.length;
  }

  append(text: string): void {
    this.#parts.push(text);
    this.length += text.length;
  }

  /** From one character to another. */
  slice(from: number, to: number): string {
    let [first, start] = [this.#parts.length, this.length];
    while (start > from && first > 0) start -= this.#parts[--first]?.length ?? 0;
    return this.#parts
      .slice(first)
      .join('')
      .slice(from - start, to - start);
  }
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

export const noSpace = (): Error =>
  Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
const missing = (path: string): Error =>
  Object.assign(new Error(`ENOENT: no such file, ${path}`), { code: 'ENOENT' });

const beyondAscii = /[^\0-\x7f]/;

/** What is on the disk is bytes, here a character each. */
export const asBytes = (text: string): string =>
  beyondAscii.test(text) ? Buffer.from(text).toString('latin1') : text;
export const asText = (bytes: string): string =>
  beyondAscii.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes;

/** The disk that all operators share. */
export class SimulatedDisk {
  /** Nothing more can be written. */
  full = false;
  /** How many changes were made. */
  writes = 0;
  readonly #files = new Map<string, StoredFile>();
  readonly #folders = new Map<string, Set<string>>();

  constructor(private readonly now: () => number) {}

  names(folder: string): string[] {
    return [...(this.#folders.get(folder) ?? [])];
  }

  bytes(path: string): Buffer {
    return Buffer.from(this.#files.get(path)?.text ?? '', 'latin1');
  }

  read(path: string): string | undefined {
    const bytes = this.#files.get(path)?.text;
    return bytes && asText(bytes);
  }

  /** What is on the disk for certain. */
  durable(path: string): string {
    const file = this.#files.get(path);
    return file === undefined ? '' : file.slice(0, file.synced);
  }

  /** Whole lines that are on the disk for certain, behind those that were read. */
  durableLines(path: string, read: number): { readonly lines: readonly string[]; readonly read: number } {
    const file = this.#files.get(path);
    if (file === undefined || file.synced <= read) return { lines: [], read };
    const lines = file.slice(read, file.synced).split('\n');
    const rest = lines.pop() ?? '';
    return { lines: lines.map(asText), read: file.synced - rest.length };
  }

  size(path: string): number {
    return this.#files.get(path)?.length ?? 0;
  }

  modified(path: string): number {
    const file = this.#files.get(path);
    if (file === undefined) throw missing(path);
    return file.modified;
  }

  touch(path: string): void {
    const file = this.#files.get(path);
    if (file === undefined) throw missing(path);
    file.modified = this.now();
  }

  write(path: string, text: string): void {
    if (this.full) throw noSpace();
    this.#put(path, new StoredFile(asBytes(text), this.now()));
  }

  link(from: string, to: string): void {
    const file = this.#files.get(from);
    if (file === undefined) throw missing(from);
    if (this.#files.has(to)) throw Object.assign(new Error(`EEXIST: ${to}`), { code: 'EEXIST' });
    this.#put(to, new StoredFile(file.text, file.modified));
  }

  rename(from: string, to: string): void {
    const file = this.#files.get(from);
    if (file === undefined) throw missing(from);
    this.remove(from);
    this.#put(to, file);
  }

  remove(path: string): void {
    this.writes++;
    this.#files.delete(path);
    this.#folders.get(folderOf(path))?.delete(nameOf(path));
  }

  /** Makes the file where there is none. */
  open(path: string): void {
    if (!this.#files.has(path)) this.#put(path, new StoredFile('', this.now()));
  }

  append(path: string, text: string): void {
    const file = this.#files.get(path);
    if (file === undefined) throw missing(path);
    this.writes++;
    // A disk that is full takes what still fits.
    file.append(this.full ? text.slice(0, text.length / 3) : text);
    if (this.full) throw noSpace();
  }

  truncate(path: string, length: number): void {
    const file = this.#files.get(path);
    if (file === undefined) return;
    this.writes++;
    file.text = file.text.slice(0, length);
    file.synced = Math.min(file.synced, length);
  }

  sync(path: string): void {
    const file = this.#files.get(path);
    if (file !== undefined) file.synced = file.length;
  }

  /** The power goes: of what was not synced only a part is left. @param part 0–1 */
  cutPower(part: number): void {
    for (const file of this.#files.values()) {
      file.text = file.text.slice(0, file.synced + Math.floor((file.length - file.synced) * part));
      file.synced = file.length;
    }
  }

  /** Somebody changes what is written. */
  edit(path: string, change: (text: string) => string): void {
    const file = this.#files.get(path);
    if (file === undefined) return;
    file.text = change(file.text);
    file.synced = file.length;
  }

  #put(path: string, file: StoredFile): void {
    this.writes++;
    this.#files.set(path, file);
    const folder = folderOf(path);
    const names = this.#folders.get(folder) ?? new Set();
    this.#folders.set(folder, names.add(nameOf(path)));
  }
}
