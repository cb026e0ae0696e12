import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse as parseYaml } from 'yaml';
import { isFields } from '../json-value.ts';
import { refuse } from '../status-error.ts';

/** The API server's own limit of a request's body, in bytes. */
export const bodyLimit = 3 * 1024 * 1024;

/** One HTTP request to the API, read as far as its handler needs it. */
export interface Call {
  readonly method: string;
  /** As it was sent, without the query. */
  readonly path: string;
  /** Of the path: decoded, without empty ones. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** @throws StatusError `BadRequest` for a path that is not properly encoded */
export function readCall(request: IncomingMessage, response: ServerResponse): Call {
  let url: URL;
  let segments: string[];
  try {
    url = new URL(request.url ?? '/', 'https://localhost');
    segments = url.pathname
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent);
  } catch {
    throw refuse.badRequest('the path of the request is not properly encoded');
  }
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    segments,
    query: url.searchParams,
    request,
    response,
  };
}

/** Media type of the body, without parameters. */
export const contentType = ({ request }: Call): string =>
  (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

/** Whether a query parameter is set to something true. */
export const flag = ({ query }: Call, name: string): boolean => ['1', 'true'].includes(query.get(name) ?? '');

/** The client's name for owning fields: what it says, else the first word of its user agent. */
export const fieldManager = ({ query, request }: Call): string =>
  query.get('fieldManager') || (request.headers['user-agent'] ?? '').split('/')[0] || 'unknown';

/** @throws StatusError `BadRequest` for anything but `All` */
export function isDryRun({ query }: Call): boolean {
  const values = query.getAll('dryRun').filter((value) => value !== '');
  if (values.some((value) => value !== 'All')) {
    throw refuse.badRequest(`dryRun: Unsupported value: ${JSON.stringify(values)}: supported values: "All"`);
  }
  return values.length > 0;
}

/** @throws StatusError `RequestEntityTooLarge` */
export async function readBody({ request }: Call): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > bodyLimit) throw refuse.tooLarge(bodyLimit);
  const chunks: Buffer[] = [];
  let size = 0;
  // The rest of a body that is too large is read and forgotten, so that the client hears the answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyLimit) throw refuse.tooLarge(bodyLimit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * The body as a JSON value; YAML only where the media type says so.
 * @throws StatusError `BadRequest` where it cannot be parsed
 */
export async function readValue(call: Call, yaml: boolean): Promise<unknown> {
  const text = await readBody(call);
  try {
    return withoutPrototypes(yaml ? parseYaml(text, { maxAliasCount: 100 }) : JSON.parse(text));
  } catch (error) {
    throw refuse.badRequest(`the body of the request could not be parsed: ${(error as Error).message}`);
  }
}

/** A key `__proto__` is no field of any Kubernetes object, and a trap to code that copies fields. */
function withoutPrototypes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPrototypes);
  if (!isFields(value)) return value;
  const kept = Object.entries(value).filter(([key]) => key !== '__proto__');
  return Object.fromEntries(kept.map(([key, field]) => [key, withoutPrototypes(field)]));
}
