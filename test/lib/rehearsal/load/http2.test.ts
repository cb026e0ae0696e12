import { expect, it } from 'vitest';
import { type LoadOptions, startLoad } from '../../../../lib/rehearsal/load/index.ts';
import { closedAddress, http2Server, httpServer, tcpServer } from './servers.ts';

const target = (path: string) => ({
  service: path,
  host: 'a.example.com',
  path,
  weight: 1,
  expectedStatus: 200,
  deadlineMs: 700,
});

const load = (address: string, paths: readonly string[], more: Partial<LoadOptions> = {}) =>
  startLoad({
    address,
    targets: paths.map(target),
    rate: 200,
    arrivals: 'uniform',
    maxRequests: 100,
    freshShare: 0,
    http2Share: 1,
    http2Sessions: 2,
    colourOf: ({ headers }) => (headers?.['x-colour'] === 'green' ? 'green' : undefined),
    ...more,
  });

it('spreads requests over few long sessions, and leaves one that the server asks to end without losing any', async () => {
  let count = 0;
  const { address, sessions } = await http2Server((request, response) => {
    response.writeHead(200, { 'x-colour': 'green' });
    setTimeout(() => response.end(`from ${request.authority}`), 20);
    // Node's server takes nothing more once it has said so: at a moment when nothing is on its way to it.
    if (++count === 5) request.stream.session?.goaway(0, 2 ** 31 - 1);
  });
  const run = load(address, ['/'], {
    targets: [{ ...target('/'), bodyStartsWith: 'from a.example.com' }],
    rate: 10,
    maxRequests: 16,
  });
  const { totals, lost, http2, phases } = await run.finished;
  expect(lost).toEqual([]);
  expect(sessions.length).toBe(3);
  expect(http2).toEqual({ ...totals, sessions: 3, goaways: 1 });
  expect(phases[0]?.flows).toEqual({ blue: 0, green: 3, unknown: 0 });
  expect(phases[0]?.requests.green).toBe(16);
});

it('counts what broke, was not answered in time, or was answered otherwise as lost, once each, and sends nothing again', async () => {
  const seen: Record<string, number> = {};
  const { address } = await http2Server((request, response) => {
    seen[request.url] = (seen[request.url] ?? 0) + 1;
    if (request.url === '/status') response.writeHead(503).end();
    else if (request.url === '/content') response.end('other');
    else if (request.url === '/reset') response.stream.close(8);
    else if (request.url === '/cut') {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half');
      setTimeout(() => response.stream.close(0), 20);
    } else if (request.url === '/session') {
      response.write('half');
      setTimeout(() => request.stream.session?.destroy(), 20);
    }
  });
  const one = async (path: string, more: object = {}) => {
    const run = load(address, [], { targets: [{ ...target(path), ...more }], maxRequests: 1 });
    const { lost } = await run.finished;
    return lost.map(({ reason }) => reason);
  };
  expect(await one('/status')).toEqual(['status']);
  expect(await one('/content', { bodyStartsWith: 'this' })).toEqual(['content']);
  expect(await one('/reset')).toEqual(['reset']);
  expect(await one('/cut')).toEqual(['incomplete']);
  expect(await one('/session')).toEqual(['incomplete']);
  expect(await one('/never')).toEqual(['timeout']);
  expect(Object.values(seen)).toEqual([1, 1, 1, 1, 1, 1]);
});

it('sends nothing more over a session that does not answer', async () => {
  let count = 0;
  const { address, sessions } = await http2Server((_, response) => {
    if (count++ > 0) response.end();
  });
  const run = load(address, ['/'], { rate: 4, maxRequests: 8, http2Sessions: 1 });
  const { totals } = await run.finished;
  expect(totals).toEqual({ scheduled: 8, answered: 7, lost: 1 });
  expect(sessions.length).toBe(2);
});

it('says how a server was not there, or speaks something else', async () => {
  const reasons = async (address: string) => (await load(address, ['/'], { maxRequests: 1 }).finished).lost;
  expect(await reasons(await closedAddress())).toMatchObject([{ reason: 'refused' }]);
  const { address: old } = await httpServer((_, response) => response.end());
  expect(await reasons(old)).toMatchObject([{ reason: expect.stringMatching(/reset|protocol/) }]);
  const { address: reset } = await tcpServer((socket) => socket.resetAndDestroy());
  expect(await reasons(reset)).toMatchObject([{ reason: 'reset' }]);
});
