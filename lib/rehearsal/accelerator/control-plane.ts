import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type HttpService, serveHttp } from '../serve-http.ts';
import { ApiError } from './api-error.ts';
import { checkAuthorization } from './authorization.ts';
import type { Faults } from './faults.ts';
import { isObject } from './input.ts';
import type { Operation } from './operations.ts';

export type ControlPlane = HttpService;

/** Told of an operation with its input, such as `UpdateEndpointGroup`. */
export type OnOperation = (operation: string, input: Readonly<Record<string, unknown>>) => void;

const targetPrefix = 'GlobalAccelerator_V20180706.';
const greatestBody = 1024 * 1024;

/** The service's HTTP interface: AWS JSON 1.1, one POST an operation. */
export async function startControlPlane(props: {
  readonly operations: ReadonlyMap<string, Operation>;
  readonly faults: Faults;
  /** Told of each operation that was carried out, before its answer is sent. */
  readonly onOperation: OnOperation;
  /** 0: the system chooses. */
  readonly port: number;
}): Promise<ControlPlane> {
  return serveHttp((request, response) => handle(request, response, props), props.port);
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  {
    operations,
    faults,
    onOperation,
  }: {
    readonly operations: ReadonlyMap<string, Operation>;
    readonly faults: Faults;
    readonly onOperation: OnOperation;
  },
): Promise<void> {
  const text = await readBody(request);
  if (text === undefined) return;
  try {
    if (request.method !== 'POST' || request.url !== '/')
      throw new ApiError(
        'UnknownOperationException',
        `no operation at ${request.method} ${request.url}`,
        404,
      );
    checkAuthorization(request.headers, { region: 'us-west-2', service: 'globalaccelerator' });
    const target = String(request.headers['x-amz-target'] ?? '');
    const name = target.startsWith(targetPrefix) ? target.slice(targetPrefix.length) : '';
    const operation = operations.get(name);
    if (operation === undefined) throw new ApiError('UnknownOperationException', `no operation "${target}"`);
    const input = inputOf(request, text);
    const fault = faults.strike(name);
    if (fault === 'hang') return;
    if (typeof fault === 'object')
      throw new ApiError(fault.type, 'as the rehearsal was asked to', fault.status);
    const output = operation(input);
    onOperation(name, input);
    if (fault === 'lost-answer') response.destroy();
    else answer(response, 200, output);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    answer(response, error.status, { __type: error.type, Message: error.message });
  }
}

function inputOf(request: IncomingMessage, text: string): Readonly<Record<string, unknown>> {
  const serialization = (message: string) => new ApiError('SerializationException', message);
  if (!/^application\/x-amz-json-1\.1\b/.test(request.headers['content-type'] ?? ''))
    throw serialization('the content type is not application/x-amz-json-1.1');
  let input: unknown;
  try {
    input = JSON.parse(text === '' ? '{}' : text);
  } catch {
    throw serialization('the body is not JSON');
  }
  if (!isObject(input)) throw serialization('the body is not a JSON object');
  return input;
}

/** Undefined when the caller went away or sends more than any request of such an API holds. */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request) {
      const buffer = Buffer.from(chunk);
      size += buffer.length;
      if (size > greatestBody) {
        request.destroy();
        return undefined;
      }
      chunks.push(buffer);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).toString('utf8');
}

function answer(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.1',
    'content-length': Buffer.byteLength(text),
    'x-amzn-requestid': randomUUID(),
  });
  response.end(text);
}
