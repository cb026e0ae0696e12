import { gunzipSync, gzipSync } from 'node:zlib';
import type { Item, Table } from './dynamodb-client.ts';

/** An item may have 400 KB, its names and keys included. */
const mostText = 200_000;
const partLength = 350_000;

/**
 * A text as attributes of an item: as it is, or where it is too long for one item as a number of parts that are written
 * beside it first. Parts are named after what they hold, so that they are never changed.
 */
export async function bodyOf(table: Table, pk: string, id: string, text: string): Promise<Item> {
  if (Buffer.byteLength(text) <= mostText) return { text };
  const bytes = gzipSync(text);
  const parts = Math.ceil(bytes.length / partLength);
  for (let part = 0; part < parts; part++)
    await table.put(`${pk}/parts`, partKey(id, part), {
      bytes: bytes.subarray(part * partLength, (part + 1) * partLength),
    });
  return { text: '', parts, id };
}

/** The text of such an item. */
export async function textOf(table: Table, pk: string, { text, parts, id }: Item): Promise<string> {
  if (typeof parts !== 'number' || parts === 0) return String(text ?? '');
  const all: Uint8Array[] = [];
  for (let part = 0; part < parts; part++) {
    const bytes = (await table.get(`${pk}/parts`, partKey(String(id), part)))?.bytes;
    if (!(bytes instanceof Uint8Array)) return '';
    all.push(bytes);
  }
  return gunzipSync(Buffer.concat(all)).toString('utf8');
}

const partKey = (id: string, part: number): string => `${id}/${String(part).padStart(4, '0')}`;
