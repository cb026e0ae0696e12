import { request } from 'node:http';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { readRevisions, revisionPath } from '../../../../../lib/metrics/revision-traffic.ts';
import {
  ask,
  entranceOf,
  host,
  keepAlive,
  podSpec,
  point,
  revision,
  route,
  standUp,
  startLoad,
  until,
} from './support.ts';

async function addressOf(server: Server): Promise<string> {
  await until('the port is known', () => server.address() !== null);
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a host is found in any case and with a port; another is a 404 at once', async () => {
  const { address, plane } = await standUp(1);
  expect((await ask(address, { host: `${host.toUpperCase()}:8080` })).status).toBe(200);
  expect(
    (await ask(address, { path: `http://${host}/path?query`, host: 'ignored.example.com' })).status,
  ).toBe(200);
  expect((await ask(plane.entrance.addresses['443'] ?? '')).status).toBe(200);
  expect((await ask(address, { host: 'unknown.example.com' })).status).toBe(404);
  plane.setRoutes(new Map());
  expect((await ask(address)).status).toBe(404);
});

test('a split of 90 and 10 arrives as 90 and 10', async () => {
  const { address, plane, pods } = await standUp(1);
  const other = 'default/hello-00002';
  const pod = plane.startPod(podSpec('other', {}, other));
  await pod.ready;
  point(plane, pods);
  point(plane, [pod], {}, other);
  const splits = [
    { revision, percent: 90 },
    { revision: other, percent: 10 },
  ];
  plane.setRoutes(new Map([[host, { splits }]]));
  const agent = keepAlive();
  let second = 0;
  for (let count = 0; count < 1000; count++) {
    const answer = await ask(address, { agent });
    expect(answer.status).toBe(200);
    if (answer.body.includes('hello-00002')) second += 1;
  }
  // Three standard deviations of 1000 throws; the seed makes it the same each time.
  expect(second).toBeGreaterThan(71);
  expect(second).toBeLessThan(129);
});

test('a pod that refuses connections costs nothing: the request goes to another, with its body', async () => {
  const { address, plane, pods } = await standUp(1);
  const closed = createServer().listen(0, '127.0.0.1');
  const dead = await addressOf(closed);
  await new Promise((resolve) => closed.close(resolve));
  const live = pods[0]?.address ?? '';
  for (const viaActivator of [false, true]) {
    plane.setRevision(revision, {
      pods: [dead, live],
      viaActivator,
      containerConcurrency: 1,
      timeoutMs: 30_000,
    });
    for (let count = 0; count < 10; count++)
      expect((await ask(address, { method: 'POST', body: 'once' })).status).toBe(200);
  }
  plane.setRevision(revision, {
    pods: [dead],
    viaActivator: false,
    containerConcurrency: 0,
    timeoutMs: 30_000,
  });
  expect((await ask(address)).status).toBe(503);
});

test('failures of an upstream have their own statuses: 503 lost, 502 not HTTP, and a cut answer is seen as cut', async () => {
  const { address, plane } = await standUp(0);
  const answers = ['', 'nonsense\r\n\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf'];
  let turn = 0;
  const broken = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(answers[turn] ?? ''));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void broken.close());
  const pods = [await addressOf(broken)];
  plane.setRevision(revision, { pods, viaActivator: false, containerConcurrency: 0, timeoutMs: 30_000 });
  expect((await ask(address)).status).toBe(503);
  turn = 1;
  expect((await ask(address)).status).toBe(502);
  turn = 2;
  await expect(ask(address, { agent: keepAlive() })).rejects.toMatchObject({ code: 'ECONNRESET' });
  const silent = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
  onTestFinished(() => void silent.close());
  plane.setRevision(revision, {
    pods: [await addressOf(silent)],
    viaActivator: false,
    containerConcurrency: 0,
    timeoutMs: 50,
  });
  expect((await ask(address)).status).toBe(504);
});

test('headers of a connection are not passed on, those of a revision cannot be forged, and idle hints are not given', async () => {
  const { address, plane } = await standUp(0);
  let seen = '';
  const mirror = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      seen = chunk.toString();
      socket.write(
        'HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5\r\nX-Mine: 1\r\nConnection: x-mine\r\nContent-Length: 0\r\n\r\n',
      );
    });
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void mirror.close());
  const pods = [await addressOf(mirror)];
  plane.setRevision(revision, { pods, viaActivator: false, containerConcurrency: 0, timeoutMs: 30_000 });
  const headers = {
    Connection: 'keep-alive, X-Secret',
    'X-Secret': '1',
    'X-Kept': '1',
    'K-Proxy-Request': 'activator',
    'Knative-Serving-Revision': 'forged',
    'X-Forwarded-For': '10.1.2.3',
  };
  const answer = await ask(address, { headers, agent: keepAlive() });
  expect(seen).toMatch(/^GET \/ HTTP\/1\.1\r\n/);
  expect(seen).toContain('\r\nX-Kept: 1\r\n');
  expect(seen).toContain(`\r\nhost: ${host}\r\n`);
  expect(seen).toContain(
    '\r\nKnative-Serving-Namespace: default\r\nKnative-Serving-Revision: hello-00001\r\n',
  );
  // Who the client is, a gateway that trusts nobody in particular leaves to those behind it.
  expect(seen).toContain('\r\nX-Forwarded-For: 10.1.2.3\r\n');
  expect(seen).not.toMatch(/X-Secret|forged/);
  expect(answer.headers['x-mine']).toBeUndefined();
  expect(answer.headers['keep-alive']).toBeUndefined();
  expect(answer.headers.connection).toBe('keep-alive');
  await plane.close();
});

test('a fault makes every answer an error, from the container and with the connection kept, until it ends', async () => {
  const { address, plane } = await standUp(2);
  const agent = keepAlive();
  plane.setFault('errors');
  for (let count = 0; count < 10; count++) {
    const answer = await ask(address, { agent });
    expect([answer.status, answer.headers['x-served-by']?.slice(0, 7)]).toEqual([500, 'default']);
  }
  plane.setFault(undefined);
  expect((await ask(address, { agent })).status).toBe(200);
  expect(plane.entrance.flows.total).toBe(1);
});

test('a drain under keep-alive load loses nothing and ends when the clients have moved', async () => {
  const { address, plane } = await standUp(2, { answerMs: 5 });
  const gateways = [await plane.startGateway('gateway-2'), await plane.startGateway('gateway-3')];
  // Rarely used connections beside busy ones: they must survive until their client lets them go.
  const busy = startLoad(address, 20);
  const rare = startLoad(address, 20, 120);
  for (const gateway of gateways) {
    const before = busy.answered;
    await until('the load goes on', () => busy.answered > before + 100);
    expect(gateway.stats()).not.toMatch(/downstream_cx_active\{[^}]*\} 0\n/);
    const started = performance.now();
    const gone = gateway.drain(8000);
    expect((await ask(gateway.adminAddress, { path: '/ready' })).status).toBe(503);
    const answer = await ask(gateway.address, { agent: keepAlive() });
    expect([answer.status, answer.headers.connection]).toEqual([200, 'close']);
    await gone;
    expect(performance.now() - started).toBeLessThan(7000);
    await expect(ask(gateway.address)).rejects.toThrow('ECONNREFUSED');
  }
  const outcomes = [await busy.stop(), await rare.stop()];
  expect(outcomes.flatMap((outcome) => outcome.wrong)).toEqual([]);
});

test('a drain ends idle connections when its time is over, and still finishes a request under way', async () => {
  const { plane } = await standUp(1, { answerMs: 600 });
  const gateway = await plane.startGateway('gateway-2');
  const [hostname, port] = gateway.address.split(':');
  const idle = connect({ host: hostname, port: Number(port) });
  const ended = new Promise((resolve) => idle.once('close', resolve));
  const slow = ask(gateway.address);
  await until('both are there', () => /cx_active\{[^}]*\} 2\n/.test(gateway.stats()));
  await gateway.drain(50);
  await ended;
  expect((await slow).status).toBe(200);
});

test('statistics are Prometheus text in Envoy’s names, and add up', async () => {
  const { address, plane } = await standUp(1, { answerMs: 30 });
  const gateway = await plane.startGateway('gateway-2');
  for (let count = 0; count < 5; count++) expect((await ask(gateway.address)).status).toBe(200);
  await ask(gateway.address, { host: 'unknown.example.com' });
  const abandoned = request({
    host: '127.0.0.1',
    port: gateway.address.split(':')[1],
    headers: { host },
  }).end();
  abandoned.on('error', () => undefined);
  await until('it is there', () => /rq_active\{[^}]*\} 1\n/.test(gateway.stats()));
  abandoned.destroy();
  await until('it is gone', () => /rq_active\{[^}]*\} 0\n/.test(gateway.stats()));
  const answer = await ask(gateway.adminAddress, { path: '/stats/prometheus' });
  const samples = new Map<string, number>();
  for (const line of answer.body.trimEnd().split('\n')) {
    if (line.startsWith('#') || line.startsWith('envoy_cluster_')) continue;
    const parts = /^([a-z_]+)\{((?:[a-z_]+="[^"]*",?)+)\} (\S+)$/.exec(line);
    expect(parts, line).not.toBeNull();
    expect(parts?.[2]).toContain('envoy_http_conn_manager_prefix="ingress_http"');
    const rest = (parts?.[2] ?? '').split(',').filter((label) => !label.includes('prefix'));
    samples.set([parts?.[1], ...rest].join(' '), Number(parts?.[3]));
  }
  const value = (name: string) => samples.get(`envoy_http_downstream_${name}`);
  expect(value('cx_total')).toBe(7);
  expect(value('cx_active')).toBe(0);
  expect(value('rq_total')).toBe(7);
  expect(value('rq_xx envoy_response_code_class="2"')).toBe(5);
  expect(value('rq_xx envoy_response_code_class="4"')).toBe(1);
  expect(value('rq_xx envoy_response_code_class="5"')).toBe(0);
  expect(value('rq_rx_reset')).toBe(1);
  expect(value('rq_time_count')).toBe(6);
  expect(value('rq_time_bucket le="+Inf"')).toBe(6);
  expect(value('rq_time_bucket le="25"')).toBe(1);
  expect(value('rq_time_sum')).toBeGreaterThan(5 * 29);
  const counts = [...samples].filter(([name]) => name.includes('bucket')).map(([, count]) => count);
  expect(counts).toEqual([...counts].sort((a, b) => a - b));
  // As they are read of a real Envoy: by revision, without the host that nobody knows.
  const ofRevisions = await ask(gateway.adminAddress, { path: revisionPath });
  expect(Object.values(readRevisions([ofRevisions.body]))).toEqual([{ active: 0, requests: 5, errors: 0 }]);
  expect(ofRevisions.body).not.toContain('downstream');
  expect((await ask(address)).status).toBe(200);
});

test('pipelined requests are answered in their order, and forgotten when their client leaves', async () => {
  const { plane } = await standUp(1, { answerMs: 50 });
  const gateway = await plane.startGateway('gateway-2');
  const [hostname, port] = gateway.address.split(':');
  const socket = connect({ host: hostname, port: Number(port) });
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  const get = (path: string, of = host) => `GET ${path} HTTP/1.1\r\nHost: ${of}\r\n\r\n`;
  socket.write(`HEAD / HTTP/1.1\r\nHost: ${host}\r\n\r\n${get('/')}${get('/', 'unknown.example.com')}`);
  await until('three are answered', () => text.includes('HTTP/1.1 404') && text.endsWith('\r\n\r\n'));
  expect(text.match(/HTTP\/1\.1 \d+|hello hello-00001/g)).toEqual([
    'HTTP/1.1 200',
    'HTTP/1.1 200',
    'hello hello-00001',
    'HTTP/1.1 404',
  ]);
  socket.write(get('/').repeat(5));
  await until('all have begun', () => /rq_active\{[^}]*\} 5\n/.test(gateway.stats()));
  socket.destroy();
  await until('none is left', () => /rq_active\{[^}]*\} 0\n/.test(gateway.stats()));
});

test('a route without its revision, or without any gateway behind the entrance, is refused', async () => {
  const { address, plane } = await standUp(1);
  route(plane, 'default/absent');
  expect((await ask(address)).status).toBe(503);
  expect(entranceOf(plane)).toBe(address);
});
