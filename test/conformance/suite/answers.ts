import { Agent } from 'node:http';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { KubeObject } from '../../../lib/clusters/cluster-port.ts';
import type { Echo } from '../app-contract.ts';
import { type ConformanceCluster, namespace, patience } from '../conformance-cluster.ts';
import { type Answer, ask } from './client.ts';
import { conditionOf, deploy, hostOf } from './services.ts';

/** What `/echo` answered, with the names of the headers in lower case and their values joined. */
export function echoOf({ body }: Answer): Omit<Echo, 'headers'> & { headers: Record<string, string> } {
  const echo = JSON.parse(body) as Echo;
  const headers = Object.fromEntries(
    Object.entries(echo.headers).map(([name, values]) => [name.toLowerCase(), values.join(', ')]),
  );
  return { ...echo, headers };
}

export function answers(cluster: () => ConformanceCluster): void {
  describe('a service that answers', () => {
    let service: KubeObject;
    let host: string;
    const get = (path: string, more: Partial<Parameters<typeof ask>[1]> = {}) =>
      ask(cluster().gateway, { host, path, ...more });

    beforeAll(async () => {
      service = await deploy(cluster(), 'hello', {
        env: { TARGET: 'hello' },
        scaling: { 'min-scale': '1' },
      });
      host = hostOf(service);
    }, patience.ready);

    it('says in its status where it is, and all of its conditions', () => {
      const { status } = service;
      expect(host).toMatch(new RegExp(`^hello\\.${namespace}\\.`));
      expect(status?.latestCreatedRevisionName).toBe('hello-00001');
      expect(status?.latestReadyRevisionName).toBe('hello-00001');
      expect(status?.traffic).toEqual([{ latestRevision: true, percent: 100, revisionName: 'hello-00001' }]);
      expect(status?.address?.url).toBe(`http://hello.${namespace}.svc.cluster.local`);
      for (const type of ['ConfigurationsReady', 'Ready', 'RoutesReady'])
        expect([type, conditionOf(service, type)?.status]).toEqual([type, 'True']);
    });

    it("answers with the container's own status, headers and body, and what the gateway adds", async () => {
      const answer = await get('/');
      expect(answer).toMatchObject({ status: 200, body: `hello hello-00001 ${host}\n`, complete: true });
      const { headers } = answer;
      expect(headers['content-type']).toBe('text/plain; charset=utf-8');
      expect(headers['content-length']).toBe(String(answer.body.length));
      expect(headers['x-served-by']).toMatch(
        new RegExp(`^${namespace}/hello-00001 hello-00001-deployment-[a-z0-9]+-[a-z0-9]{5}$`),
      );
      expect(headers.server).toBe('envoy');
      expect(headers['x-envoy-upstream-service-time']).toMatch(/^\d+$/);
      expect(Number.isNaN(Date.parse(headers.date ?? ''))).toBe(false);
    });

    it('tells the container who it is', async () => {
      const { env, namespace: inside, pod } = echoOf(await get('/echo'));
      expect(env).toEqual({
        PORT: '8080',
        K_SERVICE: 'hello',
        K_CONFIGURATION: 'hello',
        K_REVISION: 'hello-00001',
      });
      expect([inside, pod.startsWith('hello-00001-deployment-')]).toEqual([namespace, true]);
    });

    it('passes method, target, headers and body on as they are', async () => {
      const path = '/echo?a=1&b=%20two&c';
      const headers = { 'X-Own': 'kept', 'X-Secret': 'not', Connection: 'X-Secret' };
      const whole = echoOf(await get(path, { method: 'POST', body: 'x'.repeat(70_000), headers }));
      expect(whole).toMatchObject({ method: 'POST', url: path, host, bytes: 70_000 });
      expect(whole.headers).toMatchObject({ 'x-own': 'kept', 'user-agent': 'conformance' });
      expect(whole.headers['content-length']).toBe('70000');
      const chunked = echoOf(await get('/echo', { method: 'PUT', body: ['one', 'two', 'three'] }));
      expect(chunked).toMatchObject({ method: 'PUT', bytes: 11 });
      expect(chunked.headers['content-length']).toBeUndefined();
    });

    it.each([204, 301, 304, 400, 404, 418, 500, 503])(
      "passes the container's status %i on",
      async (status) => {
        const answer = await get(`/?ANSWER_STATUS=${status}`);
        expect([answer.status, answer.complete]).toEqual([status, true]);
        expect(answer.body === '').toBe(status === 204 || status === 304);
        // So a client can tell it from an answer of the gateway's own.
        expect(answer.headers['x-envoy-upstream-service-time']).toBeDefined();
      },
    );

    it('answers HEAD with the length and without the body', async () => {
      const answer = await get('/?ANSWER_BYTES=5000', { method: 'HEAD' });
      expect([answer.status, answer.headers['content-length'], answer.body]).toEqual([200, '5000', '']);
    });

    it('carries a large body whole', async () => {
      const bytes = 3 * 1024 * 1024;
      const answer = await get(`/?ANSWER_BYTES=${bytes}`);
      expect([answer.status, answer.body.length, answer.complete]).toEqual([200, bytes, true]);
    });

    it('carries an answer while it comes into being', async () => {
      const answer = await get('/stream?chunks=4&every=300');
      expect(answer).toMatchObject({ status: 200, body: '1\n2\n3\n4\n', complete: true });
      expect(answer.headers['content-length']).toBeUndefined();
      expect(answer.took - answer.began).toBeGreaterThan(600);
    });

    it('keeps a connection for as long as the client does', async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      onTestFinished(() => agent.destroy());
      const ports = new Set<number>();
      for (let count = 0; count < 20; count++) ports.add((await get('/', { agent })).port);
      expect(ports.size).toBe(1);
      expect((await get('/', { headers: { connection: 'close' } })).headers.connection).toBe('close');
    });

    it('answers 502 for a container that ends a connection without an answer', async () => {
      expect((await get('/abort', { method: 'POST', body: 'x' })).status).toBe(502);
      expect((await get('/')).status).toBe(200);
    });

    it('a host that nobody has is a 404 of the gateway itself', async () => {
      for (const stranger of [`nobody.${host}`, 'nobody.example.org', `hello-00001.${host}`]) {
        const answer = await ask(cluster().gateway, { host: stranger });
        expect([answer.status, answer.headers.server, answer.body]).toEqual([404, 'envoy', '']);
        expect(answer.headers['x-envoy-upstream-service-time']).toBeUndefined();
      }
    });

    it('finds its host whatever its case and with a port behind it', async () => {
      expect((await get('/', { host: host.toUpperCase() })).status).toBe(200);
      expect((await get('/', { host: `${host}:8080` })).status).toBe(200);
    });
  });
}
