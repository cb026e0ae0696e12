import type { Status } from '../status-error.ts';
import { type Call, flag } from './call.ts';

/** What the client wants an object or a list to look like. */
export type Representation = 'object' | 'table' | 'metadata' | 'metadata-list';

/**
 * Chosen from the `Accept` header, in its order; undefined where it names nothing that is served here.
 */
export function representation({ request }: Call): Representation | undefined {
  const accept = request.headers.accept ?? '*/*';
  for (const entry of accept.split(',')) {
    const [type = '', ...parameters] = entry.split(';').map((part) => part.trim());
    if (!['application/json', 'application/*', '*/*'].includes(type)) continue;
    const as = parameters.find((parameter) => parameter.startsWith('as='))?.slice(3);
    const version = parameters.find((parameter) => parameter.startsWith('v='))?.slice(2);
    if (as === undefined) return 'object';
    if (version !== 'v1') continue;
    if (as === 'Table') return 'table';
    if (as === 'PartialObjectMetadata') return 'metadata';
    if (as === 'PartialObjectMetadataList') return 'metadata-list';
  }
  return undefined;
}

export function answerJson(call: Call, code: number, body: unknown, type = 'application/json'): void {
  const text = `${JSON.stringify(body, undefined, flag(call, 'pretty') ? 2 : undefined)}\n`;
  const { response } = call;
  response.writeHead(code, {
    'content-type': type,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-cache, private',
  });
  response.end(call.method === 'HEAD' ? undefined : text);
}

export function answerText(call: Call, code: number, text: string): void {
  call.response.writeHead(code, { 'content-type': 'text/plain; charset=utf-8' });
  call.response.end(call.method === 'HEAD' ? undefined : text);
}

export function answerStatus(call: Call, status: Status): void {
  answerJson(call, status.code ?? 200, status);
}
