import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError, checkAuthorization, readBody, targetGroupArn } from '../accelerator/index.ts';
import type { ManagedEntrance } from '../entrance/index.ts';
import { type HttpService, serveHttp } from '../serve-http.ts';
import { type Operation, operations } from './operations.ts';
import { toXml } from './xml.ts';

export interface LoadBalancerApiProps {
  /** The load balancer's ARN, as `networkLoadBalancerArn` makes it. */
  readonly arn: string;
  readonly entrance: Pick<ManagedEntrance, 'groups'>;
}

/** Its URL is what `aws elbv2` is given as `--endpoint-url`. */
export type LoadBalancerApi = HttpService;

const namespace = 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/';
const version = '2015-12-01';
/** As the stacks have it. */
const interval = 10;

/** Starts the API of one load balancer: AWS's Query protocol, a form in, XML out. */
export async function startLoadBalancerApi({
  arn,
  entrance,
}: LoadBalancerApiProps): Promise<LoadBalancerApi> {
  const [, , , region = '', account = ''] = arn.split(':');
  const name = arn.split('/')[2] ?? '';
  const groups = entrance.groups.map((targets) => {
    const group = `${name}-${targets.port}`;
    return { arn: targetGroupArn({ region, account, name: group }), name: group, targets };
  });
  const known = operations({ arn, groups, interval });
  return serveHttp((request, response) => handle(request, response, region, known), 0);
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  region: string,
  known: ReadonlyMap<string, Operation>,
): Promise<void> {
  const text = await readBody(request);
  if (text === undefined) return;
  const metadata = { RequestId: randomUUID() };
  try {
    if (request.method !== 'POST' || request.url !== '/')
      throw new ApiError('InvalidAction', `no operation at ${request.method} ${request.url}`, 404);
    checkAuthorization(request.headers, { region, service: 'elasticloadbalancing' });
    const form = new URLSearchParams(text);
    const action = form.get('Action') ?? '';
    const operation = known.get(action);
    if (operation === undefined || form.get('Version') !== version)
      throw new ApiError('InvalidAction', `no operation "${action}" of version ${version}`);
    const result = toXml({ [`${action}Result`]: operation(form), ResponseMetadata: metadata });
    send(response, 200, `<${action}Response xmlns="${namespace}">${result}</${action}Response>`);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { type, message, status } = error;
    const told = toXml({ Error: { Type: 'Sender', Code: type, Message: message }, ...metadata });
    send(response, status, `<ErrorResponse xmlns="${namespace}">${told}</ErrorResponse>`);
  }
}

function send(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/xml', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
