/** A file, a folder or a link of an archive. */
export interface TarEntry {
  /** Without a slash at its beginning; a folder's ends in one. */
  readonly path: string;
  /** @default 0o755 */
  readonly mode?: number;
  /** @default - nothing in it */
  readonly content?: Uint8Array;
  /** Makes it a symbolic link. @default - none */
  readonly target?: string;
}

const block = 512;

const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, '0')}\0`;

function header({ path, mode = 0o755, content, target }: TarEntry): Buffer {
  // The name field; longer ones would need the format's extensions.
  if (Buffer.byteLength(path) > 100) throw new Error(`the path ${path} is too long for this archive`);
  const at = Buffer.alloc(block);
  const put = (text: string, offset: number) => at.write(text, offset, 'latin1');
  at.write(path, 0, 'utf8');
  put(octal(mode, 8), 100);
  // Owner and group are root, the time is nobody's: the same files make the same archive.
  put(octal(0, 8), 108);
  put(octal(0, 8), 116);
  put(octal(content?.byteLength ?? 0, 12), 124);
  put(octal(0, 12), 136);
  put('        ', 148);
  put(target !== undefined ? '2' : path.endsWith('/') ? '5' : '0', 156);
  at.write(target ?? '', 157, 'utf8');
  put('ustar\0', 257);
  put('00', 263);
  const sum = at.reduce((total, byte) => total + byte, 0);
  put(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return at;
}

/** Folders that a path needs, from the root down. */
const parents = (path: string): string[] => {
  const parts = path.replace(/\/$/, '').split('/').slice(0, -1);
  return parts.map((_, index) => `${parts.slice(0, index + 1).join('/')}/`);
};

/** An archive in the ustar format, the same to the byte for the same entries. Folders are made as needed. */
export function tarOf(entries: readonly TarEntry[]): Buffer {
  const all = new Map<string, TarEntry>();
  for (const { path } of entries) for (const folder of parents(path)) all.set(folder, { path: folder });
  for (const entry of entries) all.set(entry.path, entry);
  const chunks: Uint8Array[] = [];
  for (const path of [...all.keys()].sort()) {
    const entry = all.get(path);
    if (entry === undefined) continue;
    chunks.push(header(entry));
    if (entry.content === undefined) continue;
    chunks.push(entry.content, Buffer.alloc((block - (entry.content.byteLength % block)) % block));
  }
  return Buffer.concat([...chunks, Buffer.alloc(2 * block)]);
}
