// An API server of a generated cluster, in a process of its own, that answers discovery, pages and single objects. It speaks
// TLS, as they all do: that takes memory of whoever asks, too.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { makeCertificates } from '../../lib/rehearsal/kube-api/tls.ts';
import { cluster } from './generated.ts';

const [services = '0', content = 'full'] = process.argv.slice(2);
const kinds = cluster(Number(services), 'zeroshift').map((kind) => {
  // An empty target serves the kinds all the same.
  return content === 'full' ? kind : { ...kind, count: 0 };
});

const rootOf = (apiVersion: string): string => (apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`);
const scope = { true: 'Namespaced', false: 'Cluster' } as const;
const verbs = ['get', 'list', 'watch', 'patch', 'create', 'delete'];

function discovery(root: '/api' | '/apis'): object {
  const group = root === '/api' ? '' : 'serving.knative.dev';
  const served = kinds.filter(({ apiVersion }) => apiVersion.includes('/') === (group !== ''));
  return {
    apiVersion: 'apidiscovery.k8s.io/v2',
    kind: 'APIGroupDiscoveryList',
    items: [
      {
        metadata: group === '' ? {} : { name: group },
        versions: [
          {
            version: 'v1',
            freshness: 'Current',
            resources: served.map(({ path, kind, namespaced = true }) => ({
              resource: path,
              responseKind: { group, version: 'v1', kind },
              scope: scope[`${namespaced}`],
              verbs,
            })),
          },
        ],
      },
    ],
  };
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

function answerTo(request: IncomingMessage): Answer {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://server');
  if (pathname === '/api' || pathname === '/apis') return { status: 200, body: discovery(pathname) };
  const found = kinds.find(({ apiVersion, path }) =>
    new RegExp(`^${rootOf(apiVersion)}(/namespaces/[^/]+)?/${path}(/|$)`).test(pathname),
  );
  if (found === undefined) return { status: 404, body: { kind: 'Status', reason: 'NotFound' } };
  const { apiVersion, kind, count, object } = found;
  const [, place, , name] = /(?:\/namespaces\/([^/]+))?\/([a-z]+)(?:\/([^/]+))?$/.exec(pathname) ?? [];
  if (name !== undefined) {
    const index = Number(/\d+/.exec(name)?.[0]);
    if (index >= count)
      return { status: 404, body: { kind: 'Status', reason: 'NotFound', details: { name } } };
    return { status: 200, body: { apiVersion, kind, ...object(index) } };
  }
  // Nobody lists one namespace here but the settings', of which there are none.
  const from = Number(searchParams.get('continue') ?? 0);
  const to = place === undefined ? Math.min(count, from + Number(searchParams.get('limit') ?? count)) : from;
  const items = Array.from({ length: to - from }, (_, index) => object(from + index));
  const metadata = {
    resourceVersion: '1000',
    ...(place === undefined && to < count ? { continue: String(to) } : {}),
  };
  return { status: 200, body: { apiVersion, kind: `${kind}List`, metadata, items } };
}

const { certificate: cert, key } = await makeCertificates('bench');
const server = createServer({ cert, key }, (request: IncomingMessage, response: ServerResponse) => {
  const { status, body } = answerTo(request);
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}).listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(typeof address === 'object' ? address?.port : '');
});
process.once('disconnect', () => process.exit());
