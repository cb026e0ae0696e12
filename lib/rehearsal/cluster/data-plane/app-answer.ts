import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AppSettings } from '../data-plane.ts';

/** What an answer is: its first line, its status, and the bytes that it has at least. */
export interface Answer extends Pick<AppSettings, 'answerStatus' | 'answerBytes'> {
  readonly line: string;
}

const chunkBytes = 65_536;
const padding = Buffer.alloc(chunkBytes, '.');

/** @param signature raw headers that say who answers */
export function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { line, answerStatus: status, answerBytes }: Answer,
  signature: readonly string[],
): void {
  if (response.destroyed) return;
  const head = Buffer.from(line);
  const bytes = Math.max(head.length, answerBytes);
  const headers = ['Content-Type', 'text/plain; charset=utf-8', ...signature];
  if (status !== 204) headers.push('Content-Length', String(bytes));
  response.writeHead(status, headers);
  if (request.method === 'HEAD' || status === 204 || status === 304) response.end();
  else if (bytes === head.length) response.end(head);
  else {
    response.write(head);
    pad(response, bytes - head.length);
  }
}

/** Writes `bytes` of padding and ends, no faster than they are read. */
function pad(response: ServerResponse, bytes: number): void {
  let left = bytes;
  const more = (): void => {
    while (left > 0 && !response.destroyed) {
      const size = Math.min(left, chunkBytes);
      left -= size;
      if (!response.write(size === chunkBytes ? padding : padding.subarray(0, size)) && left > 0) {
        response.once('drain', more);
        return;
      }
    }
    response.end();
  };
  more();
}
