import { readFile } from 'node:fs/promises';
import type { TokenPlace } from '../fleet/cutover-gates.ts';

/**
 * Reads it anew each time: whoever renews it writes it there.
 * @throws Error that says where it should be, never what was there
 */
export async function readToken(place: TokenPlace): Promise<string> {
  if ('env' in place) return told(process.env[place.env], `the variable ${place.env}`);
  const text = await readFile(place.file, 'utf8').catch((cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'an error';
    throw new Error(`the token's file ${place.file} cannot be read: ${code}`);
  });
  return told(text, `the file ${place.file}`);
}

/** A header takes no line breaks; what is in a token else is the server's business. */
function told(text: string | undefined, where: string): string {
  const token = text?.trim() ?? '';
  if (token === '') throw new Error(`there is no token in ${where}`);
  if (!/^[\x21-\x7e]+$/.test(token)) throw new Error(`what is in ${where} is no token`);
  return token;
}
