// An API server of a colour with so many services, in a process of its own: what a cutover's plan reads. Pages are made once.
import { createServer } from 'node:https';
import { basename } from 'node:path';
import { makeCertificates } from '../../lib/rehearsal/kube-api/tls.ts';
import { cluster, type Generated } from '../migration-memory/generated.ts';

const services = Number(process.argv[2] ?? 0);
const served = new Set(['services', 'revisions']);
const generated = cluster(services, 'zeroshift');
const [revisions] = generated.filter(({ path }) => path === 'revisions');
if (revisions === undefined) throw new Error('the generated cluster has no revisions');
interface Named {
  readonly metadata: { readonly name: string; readonly namespace: string };
}
const kinds: Generated[] = [
  ...generated.filter(({ path }) => served.has(path)),
  {
    path: 'podautoscalers',
    apiVersion: 'autoscaling.internal.knative.dev/v1alpha1',
    kind: 'PodAutoscaler',
    count: 2 * services,
    object: (index) => {
      const { metadata } = revisions.object(index) as Named;
      const { name, namespace } = metadata;
      return {
        metadata: { name, namespace },
        spec: { containerConcurrency: 0, reachability: index % 2 === 0 ? 'Unreachable' : 'Reachable' },
        // Every other service runs pods, of its latest revision.
        status: { actualScale: index % 4 === 1 ? 3 : 0 },
      };
    },
  },
  ...[
    ['serving.knative.dev/v1beta1', 'DomainMapping'],
    ['v1', 'Service'],
    ['v1', 'ConfigMap'],
    ['v1', 'Pod'],
    ['apps/v1', 'Deployment'],
    ['apps/v1', 'StatefulSet'],
    ['batch/v1', 'CronJob'],
  ].map(([apiVersion = '', kind = '']) => ({
    path: `${kind.toLowerCase()}s`,
    apiVersion,
    kind,
    count: 0,
    object: () => ({}),
  })),
  {
    path: 'nodes',
    apiVersion: 'v1',
    kind: 'Node',
    count: 100,
    namespaced: false,
    object: (index) => ({
      metadata: { name: `node-${index}` },
      status: { allocatable: { cpu: '15890m', memory: '60Gi', pods: '110' } },
    }),
  },
];

const rootOf = (apiVersion: string): string => (apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`);

/** The kinds of a group version as an API server lists them; there is nothing of the workloads'. */
function resourcesOf(root: string): object | undefined {
  const resources = kinds
    .filter(({ apiVersion }) => rootOf(apiVersion) === root)
    .map(({ path, kind, namespaced = true }) => ({ name: path, kind, namespaced, verbs: ['get', 'list'] }));
  if (root !== '/api/v1' && resources.length === 0) return undefined;
  return { kind: 'APIResourceList', apiVersion: 'v1', resources };
}

const pages = new Map<string, string | undefined>();

function answerTo(url: string): string | undefined {
  if (!pages.has(url)) pages.set(url, pageOf(url));
  return pages.get(url);
}

function pageOf(url: string): string | undefined {
  const { pathname, searchParams } = new URL(url, 'http://server');
  const found = kinds.find(({ apiVersion, path }) => pathname === `${rootOf(apiVersion)}/${path}`);
  if (found === undefined) {
    const resources = resourcesOf(pathname);
    return resources && JSON.stringify(resources);
  }
  const { apiVersion, kind, count, object } = found;
  const from = Number(searchParams.get('continue') ?? 0);
  const to = Math.min(count, from + Number(searchParams.get('limit') ?? count));
  const items = Array.from({ length: to - from }, (_, index) => object(from + index));
  const metadata = { resourceVersion: '1000', ...(to < count ? { continue: String(to) } : {}) };
  return JSON.stringify({ apiVersion, kind: `${kind}List`, metadata, items });
}

const { certificate: cert, key } = await makeCertificates('bench');
const server = createServer({ cert, key }, (request, response) => {
  const body = answerTo(request.url ?? '/');
  response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
  response.end(
    body ??
      JSON.stringify({ kind: 'Status', reason: 'NotFound', details: { name: basename(request.url ?? '') } }),
  );
}).listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(typeof address === 'object' ? address?.port : '');
});
process.once('disconnect', () => process.exit());
