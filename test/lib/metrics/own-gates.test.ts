import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OwnGate } from '../../../lib/fleet/cutover-gates.ts';
import { Duration } from '../../../lib/fleet/duration.ts';
import { createOwnGates } from '../../../lib/metrics/own-gates.ts';

let server: Server;
let url: string;
const asked: string[] = [];

beforeEach(async () => {
  asked.length = 0;
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      asked.push(`${request.method} ${request.url} ${body}`.trim());
      if (pathname === '/slow') return;
      const prometheus = (result: unknown): string =>
        JSON.stringify({ status: 'success', data: { resultType: 'vector', result } });
      const answers: Record<string, [number, string]> = {
        '/json': [200, JSON.stringify({ a: { 'b/c': [1, 7.5] }, text: 'x', none: null })],
        '/bad': [503, JSON.stringify({ a: 1 })],
        '/one/api/v1/query': [200, prometheus([{ metric: {}, value: [1, '0.25'] }])],
        '/two/api/v1/query': [200, prometheus([{ value: [1, '1'] }, { value: [1, '2'] }])],
        '/none/api/v1/query': [200, prometheus([])],
        '/nan/api/v1/query': [200, prometheus([{ value: [1, 'NaN'] }])],
        '/wrong/api/v1/query': [400, JSON.stringify({ status: 'error', error: 'parse error' })],
      };
      const [status, text] = answers[pathname] ?? [404, 'not here'];
      response.writeHead(status).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const ask = async (gate: Omit<OwnGate, 'name' | 'timeout'>, milliseconds = 5_000) => {
  const gates = createOwnGates([{ name: 'ours', timeout: Duration.milliseconds(milliseconds), ...gate }]);
  const [answer] = await gates.ask({ region: 'eu-west-1', from: 'blue', to: 'green' });
  return answer;
};

describe('gates of the team', () => {
  it('by HTTP: a status, or a number in the answer', async () => {
    expect(await ask({ url: `${url}/json?where={region}&colour={to}` })).toMatchObject({ ok: true });
    expect(asked).toEqual(['GET /json?where=eu-west-1&colour=green']);
    expect(await ask({ url: `${url}/bad` })).toMatchObject({ ok: false, text: 'status 503' });
    expect(await ask({ url: `${url}/json`, pointer: '/a/b~1c/1', most: 8 })).toMatchObject({ value: 7.5 });
    for (const pointer of ['/text', '/none', '/nothing', '/a/b~1c/9', '/__proto__'])
      expect(await ask({ url: `${url}/json`, pointer, most: 8 })).toEqual({
        name: 'ours',
        text: `no number at ${pointer}`,
      });
    expect(await ask({ url: `${url}/bad`, pointer: '/a', most: 8 })).toEqual({
      name: 'ours',
      text: 'status 503',
    });
  });

  it('by Prometheus: one number, and nothing else counts as an answer', async () => {
    const query = 'sum(rate(errors{region="{region}",colour="{to}"}[5m]))';
    const of = (path: string) => ask({ prometheus: { url: `${url}/${path}`, query }, most: 1 });
    expect(await of('one')).toMatchObject({ value: 0.25 });
    expect(new URLSearchParams(asked[0]?.split(' ')[2]).get('query')).toBe(
      'sum(rate(errors{region="eu-west-1",colour="green"}[5m]))',
    );
    for (const [path, text] of [
      ['two', 'the query gives 2 series, not one'],
      ['none', 'the query gives nothing'],
      ['nan', 'the query gives NaN'],
      ['wrong', 'status 400: parse error'],
      ['lost', 'status 404, and no JSON'],
    ] as const)
      expect(await of(path)).toEqual({ name: 'ours', text });
  });

  it('by a command: its exit code, without a shell, with its last line', async () => {
    const node = (code: string, milliseconds?: number) =>
      ask({ run: [process.execPath, '-e', code, '$(id)'] }, milliseconds);
    expect(await node("console.log('first\\n' + process.argv[1] + process.env.ZEROSHIFT_TO)")).toEqual({
      name: 'ours',
      ok: true,
      text: '$(id)green',
    });
    expect(await node("console.error('no'); process.exit(3)")).toMatchObject({ ok: false, text: 'no' });
    expect(await node('setInterval(() => {}, 1000)', 500)).toEqual({
      name: 'ours',
      text: 'no answer within 0.5 s',
    });
    expect(await node('process.kill(process.pid)')).toEqual({
      name: 'ours',
      text: 'it was ended by SIGTERM',
    });
    expect((await ask({ run: ['/nowhere/at/all'] }))?.ok).toBeUndefined();
  });

  it('who does not answer in time, or at all, has said nothing', async () => {
    expect(await ask({ url: `${url}/slow` }, 200)).toEqual({ name: 'ours', text: 'no answer within 0.2 s' });
    const { text } = (await ask({ url: 'http://127.0.0.1:1/secret' })) ?? {};
    // The address may hold what nobody else may know.
    expect(text).toMatch(/^no answer: /);
    expect(text).not.toContain('secret');
  });
});
