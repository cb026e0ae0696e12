import { type OutgoingHttpHeaders, request } from 'node:http';
import { gatewayName, kourierNamespace } from '../../../constructs/kourier/index.ts';
import type { Api } from '../api/index.ts';

export interface Call {
  /** `http://host:port` of a gateway. */
  readonly gateway: string;
  /** The service's host. */
  readonly host: string;
  /** @default '/' */
  readonly path?: string;
  /** @default - none */
  readonly headers?: OutgoingHttpHeaders;
  /** Milliseconds until the whole answer has to be there. @default 30 s */
  readonly timeout?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Gateways that take requests, as a load balancer in front of the cluster reaches them. */
export async function gatewaysOf(api: Api): Promise<string[]> {
  const pods = await api.list({ apiVersion: 'v1', kind: 'Pod' }, kourierNamespace, `app=${gatewayName}`);
  const ready = pods.filter(({ status }) =>
    (status?.conditions as { type: string; status: string }[] | undefined)?.some(
      (condition) => condition.type === 'Ready' && condition.status === 'True',
    ),
  );
  return ready.map(({ status }) => `http://${status.podIP}:8080`);
}

/** One GET on a connection of its own. Fails where there is no whole answer in time. */
export function callGateway({
  gateway,
  host,
  path = '/',
  headers = {},
  timeout = 30_000,
}: Call): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeout);
    const outgoing = request(
      `${gateway}${path}`,
      { agent: false, signal, headers: { ...headers, host } },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.once('error', reject);
        answer.once('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      },
    );
    outgoing.once('error', reject);
    outgoing.end();
  });
}
