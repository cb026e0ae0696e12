import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import type { ClusterPort, Kind, KubeObject, Reference } from '../../../../lib/clusters/cluster-port.ts';
import { errorText, type ZeroshiftError } from '../../../../lib/messages/error.ts';
import { findTargets } from '../../../../lib/rehearsal/contexts/find-targets.ts';
import { gatewayPods } from '../../../../lib/rehearsal/contexts/gateway-pods.ts';
import { listenOnLoopback } from '../../../../lib/rehearsal/listen.ts';

const ready = [{ type: 'Ready', status: 'True' }];

const pod = (name: string, status: object, ending = false): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, ...(ending && { deletionTimestamp: '2026-11-24T09:00:00Z' }) },
  status,
});

/** A cluster on paper. */
function clusterOf(objects: { pods?: KubeObject[]; nodes?: KubeObject[]; kourier?: object }): ClusterPort {
  return {
    get: async (_: Reference) => objects.kourier,
    async *list({ kind }: Kind) {
      yield* (kind === 'Pod' ? objects.pods : objects.nodes) ?? [];
    },
  } as unknown as ClusterPort;
}

async function listener(): Promise<number> {
  const server = createServer((socket) => socket.destroy());
  onTestFinished(() => void server.close());
  return listenOnLoopback(server, 0);
}

const node: KubeObject = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'here' },
  status: {
    addresses: [
      { type: 'Hostname', address: 'here' },
      { type: 'InternalIP', address: '127.0.0.1' },
    ],
  },
};

it('targets are the ready pods that do not end, at their own ports, and checked where they answer for themselves', async () => {
  const pods = [
    pod('one', { podIP: '10.244.10.7', conditions: ready }),
    pod('six', { podIP: 'fd00::7', conditions: ready }),
    pod('ending', { podIP: '10.244.10.8', conditions: ready }, true),
    pod('starting', { podIP: '10.244.10.9', conditions: [{ type: 'Ready', status: 'False' }] }),
    pod('new', {}),
  ];
  expect(await gatewayPods(clusterOf({ pods }), [80, 443, 5432])).toEqual([
    {
      name: 'one 10.244.10.7',
      addresses: { '80': '10.244.10.7:8080', '443': '10.244.10.7:8443' },
      health: { address: '10.244.10.7:9000', path: '/ready' },
    },
    {
      name: 'six fd00::7',
      addresses: { '80': '[fd00::7]:8080', '443': '[fd00::7]:8443' },
      health: { address: '[fd00::7]:9000', path: '/ready' },
    },
  ]);
});

it("without a way to the pods it goes through a load balancer of Kourier's Service, or a node's port", async () => {
  const port = await listener();
  const pods = [pod('far', { podIP: '127.0.0.1', conditions: ready })];
  const ports = [{ port: 80, nodePort: port }];
  const byNode = clusterOf({ pods, nodes: [node], kourier: { spec: { ports } } });
  // Nothing listens on this machine's port 8080, or the first way would be gone.
  const [target] = await (await findTargets(byNode, [80], 'blue'))();
  expect(target).toMatchObject({ name: 'node here 127.0.0.1', addresses: { '80': `127.0.0.1:${port}` } });
  const balanced = {
    spec: { ports: [{ port }] },
    status: { loadBalancer: { ingress: [{ hostname: 'localhost' }, { ip: '127.0.0.1' }] } },
  };
  const found = await (await findTargets(clusterOf({ pods, kourier: balanced }), [port], 'blue'))();
  expect(found.map(({ name }) => name)).toContain('load balancer 127.0.0.1');
});

it('says what it tried when there is no way in', async () => {
  const pods = [pod('far', { podIP: '127.0.0.1', conditions: ready })];
  const closed = createServer();
  const nodePort = await listenOnLoopback(closed, 0);
  await new Promise((resolve) => closed.close(resolve));
  const kourier = { spec: { ports: [{ port: 80, nodePort }] } };
  const error = await findTargets(
    clusterOf({ pods, nodes: [node], kourier }),
    [80],
    'green (context g)',
  ).then(
    () => expect.unreachable('there is no way'),
    (thrown: ZeroshiftError) => thrown,
  );
  expect(error.code).toBe('rehearsal.no-way-in');
  const text = errorText(error);
  expect(text).toContain('the gateways of green (context g) cannot be reached');
  expect(text).toContain('far 127.0.0.1: 127.0.0.1:8080');
  expect(text).toContain(`node here 127.0.0.1: 127.0.0.1:${nodePort}`);
});
