import { describe, expect, it } from 'vitest';
import { startLoad } from '../../../../lib/rehearsal/load/index.ts';
import type { LoadOptions, LoadTarget } from '../../../../lib/rehearsal/load/options.ts';
import { resolveLoad } from '../../../../lib/rehearsal/load/options.ts';
import { schedule } from '../../../../lib/rehearsal/load/schedule.ts';
import { closedAddress, httpServer, tcpServer } from './servers.ts';

const target: LoadTarget = {
  service: 'hello',
  host: 'hello.example.com',
  path: '/',
  weight: 1,
  expectedStatus: 200,
  deadlineMs: 15_000,
};
const run = (options: Partial<LoadOptions> & { address: string }) =>
  startLoad({ targets: [target], rate: 500, maxRequests: 20, ...options }).finished;

describe('every way to lose a request has its reason', () => {
  const head = (rest: string) => `HTTP/1.1 200 OK\r\n${rest}`;
  // Complete answers say that they close: a request on a connection that ends just then would be a reset.
  it.each([
    [
      'another status',
      'status',
      (s: { end(t: string): void }) =>
        s.end('HTTP/1.1 500 No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'),
    ],
    ['an end before an answer', 'reset', (s: { end(t: string): void }) => s.end('')],
    [
      'an end in the length',
      'incomplete',
      (s: { end(t: string): void }) => s.end(head('Content-Length: 9\r\n\r\nhell')),
    ],
    [
      'an end in the chunks',
      'incomplete',
      (s: { end(t: string): void }) =>
        s.end(head('Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhell\r\n')),
    ],
    [
      'something else than HTTP',
      'protocol',
      (s: { end(t: string): void }) => s.end('SSH-2.0-OpenSSH_9.2\r\n'),
    ],
    [
      'another body',
      'content',
      (s: { end(t: string): void }) => s.end(head('Connection: close\r\nContent-Length: 3\r\n\r\nbye')),
    ],
  ] as const)('%s: %s', async (_, reason, answer) => {
    const { address } = await tcpServer(answer);
    for (const freshShare of [0, 1]) {
      const result = await run({ address, freshShare, targets: [{ ...target, bodyStartsWith: 'hello' }] });
      expect(result.totals).toEqual({ scheduled: 20, answered: 0, lost: 20 });
      expect(result.lostByReason).toEqual({ [reason]: 20 });
    }
  });

  it('a reset before and a reset within the answer', async () => {
    const before = await tcpServer((socket) => socket.resetAndDestroy());
    expect((await run(before)).lostByReason).toEqual({ reset: 20 });
    // Without a length only the reset tells that this body did not end.
    const within = await tcpServer((socket) =>
      socket.write(head('Connection: close\r\n\r\nhell'), () =>
        setTimeout(() => socket.resetAndDestroy(), 20),
      ),
    );
    expect((await run(within)).lostByReason).toEqual({ incomplete: 20 });
  });

  it('a connection that is refused', async () => {
    const result = await run({ address: await closedAddress() });
    expect(result.lostByReason).toEqual({ refused: 20 });
    expect(result.phases[0]?.flows).toEqual({ blue: 0, green: 0, unknown: 0 });
  });

  it('no answer, and an answer that does not end, by the deadline', async () => {
    const targets = [{ ...target, deadlineMs: 150 }];
    const silent = await tcpServer(() => {});
    expect((await run({ ...silent, targets })).lostByReason).toEqual({ timeout: 20 });
    const endless = await tcpServer((socket) => socket.write(head('Content-Length: 9\r\n\r\nhell')));
    expect((await run({ ...endless, targets })).lostByReason).toEqual({ timeout: 20 });
  });
});

describe('accounts', () => {
  it('agree with what the server saw, by colour, service, phase and flow; nothing is sent twice', async () => {
    const hosts: Record<string, number> = {};
    const { address, seen } = await httpServer((request, response) => {
      const host = request.headers.host ?? '';
      hosts[host] = (hosts[host] ?? 0) + 1;
      response.setHeader('X-Colour', host.startsWith('a') ? 'blue' : 'green');
      response.end('hello');
    });
    const load = startLoad({
      address,
      rate: 400,
      maxRequests: 800,
      colourOf: ({ headers }) => (headers?.['x-colour'] === 'blue' ? 'blue' : 'green'),
      targets: [
        { ...target, service: 'a', host: 'a.example.com', weight: 3 },
        { ...target, service: 'b', host: 'b.example.com' },
      ],
    });
    await new Promise((resolve) => setTimeout(resolve, 700));
    load.setPhase('step 5 %');
    expect(load.snapshot().phase.name).toBe('step 5 %');
    const result = await load.finished;
    expect(result.totals).toEqual({ scheduled: 800, answered: 800, lost: 0 });
    const services = Object.fromEntries(result.services.map(({ service, answered }) => [service, answered]));
    expect(services).toEqual({ a: hosts['a.example.com'], b: hosts['b.example.com'] });
    expect(result.phases.map(({ name }) => name)).toEqual(['before', 'step 5 %']);
    const sum = (pick: (phase: (typeof result.phases)[number]) => number) =>
      result.phases.reduce((total, phase) => total + pick(phase), 0);
    expect(sum((phase) => phase.scheduled)).toBe(800);
    expect(sum(({ requests }) => requests.blue)).toBe(services.a);
    expect(sum(({ requests }) => requests.green)).toBe(services.b);
    expect(sum(({ flows }) => flows.blue + flows.green + flows.unknown)).toBe(seen.flows);
    expect(result.series.reduce((total, { sent }) => total + sent, 0)).toBe(800);
  });

  it('count by scheduled arrival while a server stalls: arrivals go on, latency includes the wait', async () => {
    let stalledUntil = 0;
    const arrivals: number[] = [];
    const { address } = await httpServer((_, response) => {
      const now = performance.now();
      if (arrivals.length === 50) stalledUntil = now + 1000;
      arrivals.push(now);
      setTimeout(() => response.end('hello'), Math.max(0, stalledUntil - now));
    });
    const result = await run({ address, rate: 200, arrivals: 'uniform', maxRequests: 300 });
    expect(result.totals).toEqual({ scheduled: 300, answered: 300, lost: 0 });
    const during = arrivals.filter((at) => at > stalledUntil - 1000 && at < stalledUntil).length;
    // About 200 came in that second although none was answered; a closed loop would have stopped after a few.
    expect(during).toBeGreaterThan(120);
    // 200 of 300 waited, evenly between 0 and 1 s: the median is about 0.25 s, not the time of one answer.
    expect(result.latency?.p50).toBeGreaterThan(200);
    expect(result.latency?.max).toBeGreaterThan(950);
  });

  it('count the generator’s own lateness as latency and say how late it was', async () => {
    const { address } = await httpServer((_, response) => response.end('hello'));
    const load = startLoad({ address, targets: [target], rate: 200, arrivals: 'uniform', maxRequests: 100 });
    const until = performance.now() + 300;
    while (performance.now() < until);
    const result = await load.finished;
    expect(result.totals.answered).toBe(100);
    expect(result.generator.worstDelayMs).toBeGreaterThan(250);
    expect(result.latency?.max).toBeGreaterThan(250);
  });

  it('end with stop: what was sent is accounted for, nothing more is sent', async () => {
    let served = 0;
    const { address } = await httpServer((_, response) => {
      served++;
      setTimeout(() => response.end('hello'), 200);
    });
    const load = startLoad({ address, targets: [target], rate: 500 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(load.snapshot().inFlight).toBeGreaterThan(0);
    load.stop();
    const result = await load.finished;
    expect(result.totals).toEqual({ scheduled: served, answered: served, lost: 0 });
  });
});

describe('connections', () => {
  // A burst after a stall of the machine needs many connections at once: such a run says nothing about pooling.
  const flowsOf = async (options: Partial<LoadOptions>): Promise<number> => {
    for (let attempt = 1; ; attempt++) {
      const { address, seen } = await httpServer((_, response) => response.end('hello'));
      const result = await run({ address, maxRequests: 400, rate: 400, ...options });
      expect(result.totals.lost).toBe(0);
      if (result.generator.worstDelayMs < 100 || attempt === 5) return seen.flows;
    }
  };

  it('are fresh for as many requests as asked, and pooled for the others', async () => {
    expect(await flowsOf({ freshShare: 1 })).toBe(400);
    const pooled = { requestsPerConnection: 1e6, connectionAgeMs: 60_000, keepAliveConnections: 4 };
    // More than 4 only when all of them are busy.
    expect(await flowsOf({ freshShare: 0, ...pooled })).toBeLessThan(150);
    const fresh = [
      ...schedule({ ...resolveLoad({ address: '127.0.0.1:1', targets: [target] }), freshShare: 0.5 }),
    ]
      .slice(0, 400)
      .filter((arrival) => arrival.fresh).length;
    const flows = await flowsOf({ freshShare: 0.5, ...pooled });
    expect(flows).toBeGreaterThan(fresh);
    expect(flows).toBeLessThan(fresh + 150);
  });

  it('are retired by count and by age', async () => {
    const base = { freshShare: 0, keepAliveConnections: 4 };
    expect(await flowsOf({ ...base, requestsPerConnection: 10 })).toBeGreaterThanOrEqual(40);
    // 1 s, and none lives longer than 0.1 s.
    expect(
      await flowsOf({ ...base, requestsPerConnection: 1e6, connectionAgeMs: 100 }),
    ).toBeGreaterThanOrEqual(10);
  });

  it('that the server announces to close are not used again', async () => {
    const { address, seen } = await httpServer((_, response) => {
      response.setHeader('connection', 'close');
      response.end('hello');
    });
    const result = await run({ address, freshShare: 0, maxRequests: 200 });
    expect(result.totals).toEqual({ scheduled: 200, answered: 200, lost: 0 });
    expect(seen.flows).toBe(200);
  });
});

it('reports every mistake in its options at once', () => {
  expect(() =>
    startLoad({ address: 'nowhere', targets: [{ ...target, weight: 0 }], rate: -1, freshShare: 2 }),
  ).toThrowError(
    expect.objectContaining({
      code: 'load.invalid',
      problems: ['address', 'rate', 'freshShare', 'targets[0].weight'].map((where) =>
        expect.objectContaining({ where }),
      ),
    }),
  );
});
