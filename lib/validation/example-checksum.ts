import { crc32 } from 'node:zlib';

/** What the annotation `knative.dev/example-checksum` must say of a config map's `_example`. */
export function exampleChecksum(example: string): string {
  // Go's trimming knows no byte order mark, which JavaScript's takes away too: no example begins with one.
  const text = example.trim().replace(/(?:\r?\n)+/g, String.raw`\n`);
  return crc32(Buffer.from(text)).toString(16).padStart(8, '0');
}
