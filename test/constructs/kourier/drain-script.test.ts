import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'vitest';
import { drainScript } from '../../../constructs/kourier/index.ts';

/** What Envoy's admin interface would say: the open connections of two listeners, question by question. */
async function drain(
  open: readonly (number | 'refused')[],
  seconds: { notice: number; drain: number },
): Promise<{ calls: string[]; took: number; code: number | null; output: string }> {
  const calls: string[] = [];
  let asked = 0;
  const server = createServer((request, response) => {
    calls.push(`${request.method} ${decodeURIComponent(request.url ?? '')}`);
    if (request.method === 'POST') return void response.end('OK\n');
    const count = open[Math.min(asked++, open.length - 1)] ?? 0;
    if (count === 'refused') return void response.writeHead(503).end('no\n');
    response.end(
      `listener.0.0.0.0_8080.downstream_cx_active: ${count}\nlistener.0.0.0.0_8443.downstream_cx_active: 0\n`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const began = Date.now();
  const child = spawn('/bin/bash', ['-c', drainScript(port)], {
    // With an input bash takes itself for a login from afar.
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: '/nowhere:/bin:/usr/bin',
      NOTICE_SECONDS: `${seconds.notice}`,
      DRAIN_TIME_SECONDS: `${seconds.drain}`,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  await new Promise((resolve) => server.close(resolve));
  return { calls, took: Date.now() - began, code, output };
}

const filter = 'GET /stats?filter=_(8080|8443|8081|8444)\\.downstream_cx_active$';

describe.concurrent('what a gateway does before it ends', () => {
  it('fails its checks first, and ends when no connection is open', async ({ expect }) => {
    const { calls, took, code, output } = await drain([2, 1, 0], { notice: 0, drain: 60 });
    expect(calls).toEqual([
      'POST /healthcheck/fail',
      'POST /drain_listeners?graceful&skip_exit',
      filter,
      filter,
      filter,
    ]);
    expect(took).toBeGreaterThanOrEqual(2000);
    expect(took).toBeLessThan(20_000);
    expect({ code, output }).toEqual({ code: 0, output: '' });
  }, 30_000);

  it('waits until the entrance has noticed, even if nothing is open', async ({ expect }) => {
    const { took } = await drain([0], { notice: 2, drain: 60 });
    expect(took).toBeGreaterThanOrEqual(2000);
  }, 30_000);

  const endless: [string, readonly (number | 'refused')[]][] = [
    ['connections that stay', [1]],
    ['an answer that says nothing', ['refused']],
  ];
  for (const [what, open] of endless)
    it(`has an end in spite of ${what}`, async ({ expect }) => {
      const { took } = await drain(open, { notice: 0, drain: 3 });
      expect(took).toBeGreaterThanOrEqual(2000);
      expect(took).toBeLessThan(20_000);
    }, 30_000);
});
