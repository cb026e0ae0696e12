import { Agent, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { send } from '../../../lib/clusters/api-request.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** Answers the first request on each connection, and breaks the connection on the second. */
async function startForgetful() {
  const seen = new WeakMap<object, number>();
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    const count = (seen.get(request.socket) ?? 0) + 1;
    seen.set(request.socket, count);
    if (count > 1) request.socket.destroy();
    else response.end('answer');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  closing.push(() => {
    agent.destroy();
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const signal = AbortSignal.timeout(5000);
  const ask = (method: 'GET' | 'POST') => send({ url, method, options: { agent }, signal });
  return { ask, requests: () => requests };
}

describe('a kept connection that the server has closed', () => {
  it('is replaced once for a read', async () => {
    const { ask, requests } = await startForgetful();
    expect(await ask('GET')).toEqual({ status: 200, body: 'answer' });
    expect(await ask('GET')).toEqual({ status: 200, body: 'answer' });
    expect(requests()).toBe(3);
  });

  it('is not for a create, which may have happened', async () => {
    const { ask, requests } = await startForgetful();
    await ask('GET');
    await expect(ask('POST')).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(requests()).toBe(2);
  });
});
