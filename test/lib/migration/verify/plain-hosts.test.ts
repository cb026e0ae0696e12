import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import type { KubeObject } from '../../../../lib/clusters/cluster-port.ts';
import { createEntrance } from '../../../../lib/metrics/index.ts';
import { sumVerdicts, verdictLines, verifyMigration } from '../../../../lib/migration/verify/index.ts';
import { make } from '../inventory/populated.ts';
import { closeAll, entrance } from './entrance-servers.ts';
import { ReadCluster } from './two-clusters.ts';

/** What is not Knative's: its hosts through both entrances, where these lead to it. */
afterEach(closeAll);

const ready = {
  status: { observedGeneration: 1, conditions: [{ type: 'Ready', status: 'True' }] },
};
const mapping = (host: string): KubeObject =>
  make(
    'serving.knative.dev/v1beta1 DomainMapping',
    host,
    { spec: { ref: { apiVersion: 'v1', kind: 'Service', name: 'web', namespace: 'shop' } }, ...ready },
    { generation: 1 },
  );
const ingress = (name: string, ...hosts: string[]): KubeObject =>
  make('networking.k8s.io/v1 Ingress', name, { spec: { rules: hosts.map((host) => ({ host })) } });
const balanced = (name: string, annotations = {}): KubeObject =>
  make('Service', name, { spec: { type: 'LoadBalancer' } }, { annotations });
const named = { 'external-dns.alpha.kubernetes.io/hostname': 'api.example.com' };

const everything = [
  make('Namespace', '/shop'),
  mapping('old.example.com'),
  ingress('front', 'front.example.com', 'elsewhere.example.com'),
  ingress('alb', 'alb.example.com'),
  ingress('every', '*.example.com'),
  balanced('tcp'),
  balanced('api', named),
  make('Service', 'inner', { spec: { type: 'ClusterIP' } }),
];

/** A gateway that knows these hosts. */
const gateway =
  (...hosts: readonly string[]) =>
  ({ headers }: IncomingMessage, response: ServerResponse): void => {
    const known = hosts.includes(headers.host ?? '');
    response.statusCode = known ? 200 : 404;
    response.setHeader('content-type', 'text/plain');
    if (!known) response.setHeader('server', 'envoy');
    response.end(known ? 'ok' : undefined);
  };
const blueHosts = ['old.example.com', 'front.example.com', 'api.example.com'];

async function verdicts(greenHosts = blueHosts, there = everything, paths: readonly string[] = []) {
  const [source, target] = await Promise.all([
    entrance(gateway(...blueHosts)),
    entrance(gateway(...greenHosts)),
  ]);
  const found = [];
  for await (const verdict of verifyMigration({
    source: new ReadCluster(everything),
    target: new ReadCluster(there),
    entrances: { source, target, port: createEntrance() },
    paths,
  }))
    found.push(verdict);
  return found;
}

it('asks for those that the entrance leads to, and says of the others that they are not verified, and why', async () => {
  const found = await verdicts(blueHosts, everything, ['/']);
  const said = found.map(({ kind, name, state, notes }) => [kind, name, state, ...notes]);
  const unled = "the source's entrance does not lead to it: the gateway knows no service of this host";
  expect(said).toEqual([
    ['DomainMapping', 'old.example.com', 'same'],
    ['Ingress', 'front', 'same', `not verified: elsewhere.example.com: ${unled}`],
    ['Ingress', 'alb', 'not-verified', `alb.example.com: ${unled}`],
    ['Ingress', 'every', 'not-verified', '*.example.com is no host to ask for'],
    [
      'PlainService',
      'tcp',
      'not-verified',
      'it has a load balancer of its own, which the entrance does not lead to',
    ],
    ['PlainService', 'api', 'same'],
  ]);
  expect(sumVerdicts(found)).toMatchObject({ same: 3, different: 0, notVerified: 3 });
  expect(found.flatMap(verdictLines).map(({ text }) => text)).toContain(
    'not verified  Service of Kubernetes shop/tcp',
  );
});

it('finds what does not answer at the other colour, and what is not there', async () => {
  const there = everything.filter(({ metadata }) => metadata.name !== 'api');
  const found = (await verdicts(['old.example.com'], there)).filter(({ state }) => state === 'different');
  expect(found.map(({ name, differences }) => [name, ...differences])).toEqual([
    [
      'front',
      {
        where: 'http://front.example.com/',
        says: 'the gateway knows no service of this host, while the source answers',
      },
    ],
    ['api', { where: '', says: 'not there' }],
  ]);
});
