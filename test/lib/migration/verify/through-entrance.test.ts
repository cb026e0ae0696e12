import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTcp } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createEntrance } from '../../../../lib/metrics/index.ts';
import type { HostPair } from '../../../../lib/migration/verify/through-entrance.ts';
import { throughEntrance } from '../../../../lib/migration/verify/through-entrance.ts';
import { authority, selfSigned } from './certificates.ts';
import { closeAll, entrance, listening } from './entrance-servers.ts';

afterEach(closeAll);

const cart: HostPair = { source: 'cart.example.com', target: 'cart.example.com', split: false };
const port = createEntrance();
const fine = (_: IncomingMessage, response: ServerResponse): void => {
  response.setHeader('content-type', 'text/plain').setHeader('date', 'now').end('ok');
};
type Sides = { source: Awaited<ReturnType<typeof entrance>>; target: Awaited<ReturnType<typeof entrance>> };
const look = (sides: Sides, paths: readonly string[] = [], host = cart, now = Date.now()) =>
  throughEntrance(host, { ...sides, port }, paths, now);
const says = ({ differences }: Awaited<ReturnType<typeof look>>): string[] =>
  differences.map((one) => `${one.where}: ${one.says}`);

describe('TLS, host by host', () => {
  it('asks with the name of the host, and reports by whom and until when', async () => {
    const [blue, green] = await Promise.all([authority('Blue'), authority('Green')]);
    const fallback = await selfSigned(['gateway.local']);
    const source = await entrance(fine, {
      hosts: { [cart.source]: await blue.issue([cart.source]) },
      fallback,
    });
    const target = await entrance(fine, {
      hosts: { [cart.source]: await green.issue(['*.example.com']) },
      fallback,
    });
    const found = await look({ source, target });
    expect(found).toMatchObject({
      differences: [],
      notes: [],
      certificates: [{ host: cart.target, issuer: 'CN=Green R1' }],
    });
    const expires = Date.parse(found.certificates[0]?.expires ?? '') - Date.now();
    expect(Math.round(expires / 86_400_000)).toBe(60);
  });

  it.each<
    [string, (issue: Awaited<ReturnType<typeof authority>>['issue']) => Promise<object>, string | RegExp]
  >([
    [
      'of another host',
      (issue) => issue(['shop.example.com']),
      'the certificate of CN=shop.example.com does not cover it',
    ],
    ['of a domain above', (issue) => issue(['*.com', 'example.com']), /does not cover it$/],
    [
      'that has expired',
      (issue) => issue([cart.source], { from: -30, to: -2 }),
      /^its certificate expired on \d{4}-/,
    ],
    [
      'that is not valid yet',
      (issue) => issue([cart.source], { from: 5, to: 30 }),
      /^its certificate is valid from \d{4}-\d\d-\d\d only$/,
    ],
    [
      'of the gateway itself',
      () => selfSigned(['gateway.local']),
      'the certificate of CN=gateway default does not cover it, and is signed by itself: most likely the default of the gateway',
    ],
    [
      'that covers everything and is signed by itself',
      () => selfSigned([cart.source]),
      'its certificate is signed by itself instead of by CN=Blue R1',
    ],
  ])('finds a certificate %s', async (_, make, text) => {
    const { issue } = await authority('Blue');
    const source = await entrance(fine, { fallback: await issue([cart.source]) });
    const target = await entrance(fine, { fallback: (await make(issue)) as never });
    const { differences } = await look({ source, target });
    expect(differences).toEqual([
      {
        where: 'https://cart.example.com',
        says: typeof text === 'string' ? text : expect.stringMatching(text),
      },
    ]);
  });

  it('finds a chain without the certificate in between', async () => {
    const blue = await authority('Blue');
    const source = await entrance(fine, { fallback: await blue.issue([cart.source]) });
    const { cert, key } = await blue.issue([cart.source]);
    const only = cert.slice(0, cert.indexOf('-----END CERTIFICATE-----') + 25);
    const target = await entrance(fine, { fallback: { cert: only, key } });
    expect(says(await look({ source, target }))).toEqual([
      'https://cart.example.com: 1 certificates are presented instead of 2: the one of CN=Blue R1 is missing',
    ]);
  });

  it('finds an entrance that speaks no TLS where the source does, and is silent where the source does not', async () => {
    const { issue } = await authority('Blue');
    const secure = await entrance(fine, { fallback: await issue([cart.source]) });
    const plain = await entrance(fine);
    const address = plain.addresses['80'] ?? '';
    const without = { arn: 'arn', addresses: { '80': address, '443': address } };
    expect(says(await look({ source: secure, target: without }))).toEqual([
      expect.stringMatching(/^https:\/\/cart\.example\.com: TLS fails: /),
    ]);
    expect(await look({ source: without, target: secure })).toEqual({
      differences: [],
      notes: [],
      certificates: [],
    });
    const others = await entrance(fine, { fallback: await selfSigned(['gateway.local']) });
    expect(await look({ source: others, target: without })).toEqual({
      differences: [],
      notes: [],
      certificates: [],
    });
  });

  it('does not hold against the target what is as bad on the source', async () => {
    const { issue } = await authority('Blue');
    const expired = { fallback: await issue([cart.source], { from: -30, to: -2 }) };
    const [source, target] = [await entrance(fine, expired), await entrance(fine, expired)];
    const { differences, notes } = await look({ source, target });
    expect(differences).toEqual([]);
    expect(notes).toEqual([expect.stringMatching(/its certificate expired on .*; on the source as well: /)]);
  });
});

describe('a request to the host', () => {
  const gateway404 = (_: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(404, { server: 'envoy' }).end();
  };
  const status = (code: number) => (_: IncomingMessage, response: ServerResponse) => {
    response.writeHead(code).end();
  };

  it('goes to the target with the host’s name there, and to the source only when that fails', async () => {
    const seen: string[] = [];
    const telling = (side: string) => (request: IncomingMessage, response: ServerResponse) => {
      seen.push(`${side} ${request.headers.host}${request.url}`);
      response.end();
    };
    const sides = { source: await entrance(telling('blue')), target: await entrance(telling('green')) };
    await look(sides, [], { source: 'cart.blue.com', target: 'cart.green.com', split: false });
    expect(seen).toEqual(['green cart.green.com/']);
  });

  it.each<[string, (request: IncomingMessage, response: ServerResponse) => void, string]>([
    [
      'that the gateway does not know',
      gateway404,
      'the gateway knows no service of this host, while the source answers',
    ],
    ['that fails', status(503), 'status 503, while the source answers'],
    ['that is cut', (_, response) => response.socket?.destroy(), 'socket hang up, while the source answers'],
  ])('finds a host %s', async (_, answer, text) => {
    const sides = { source: await entrance(fine), target: await entrance(answer) };
    expect(says(await look(sides))).toEqual([`http://cart.example.com/: ${text}`]);
  });

  it('is content with a service’s own 404, and with a failure that the source has too', async () => {
    expect(await look({ source: await entrance(fine), target: await entrance(status(404)) })).toMatchObject({
      differences: [],
      notes: [],
    });
    expect(
      await look({ source: await entrance(status(500)), target: await entrance(status(503)) }),
    ).toMatchObject({
      differences: [],
      notes: ['http://cart.example.com/: status 503; on the source as well: status 500'],
    });
  });

  it('does not wait for ever', async () => {
    const silent = await listening(createTcp(() => {}));
    const started = performance.now();
    const request = { address: silent, host: cart.source, timeoutMs: 150 };
    expect(await port.get({ ...request, path: '/', tls: false, maxBytes: 9 })).toEqual({
      error: 'no complete answer within 150 ms',
    });
    expect(await port.get({ ...request, path: '/', tls: true, maxBytes: 9 })).toEqual({
      error: 'no complete answer within 150 ms',
    });
    expect(await port.certificate(request)).toEqual({ error: 'no complete answer within 150 ms' });
    expect(performance.now() - started).toBeLessThan(3_000);
    expect(
      await port.get({ ...request, address: 'not an address', path: '/', tls: false, maxBytes: 9 }),
    ).toHaveProperty('error');
    expect(await port.get({ ...request, path: '/\n', tls: false, maxBytes: 9 })).toHaveProperty('error');
  });
});

describe('named paths', () => {
  const page =
    (answers: Record<string, [number, string, string | Buffer]>) =>
    (request: IncomingMessage, response: ServerResponse) => {
      const [status, type, body] = answers[request.url ?? ''] ?? [200, 'text/plain', 'ok'];
      response
        .writeHead(status, {
          'content-type': type,
          date: new Date().toUTCString(),
          'x-request-id': String(Math.random()),
        })
        .end(body);
    };
  const compared = async (
    blue: [number, string, string | Buffer],
    green: [number, string, string | Buffer],
  ) =>
    look(
      {
        source: await entrance(page({ '/version': blue })),
        target: await entrance(page({ '/version': green })),
      },
      ['/healthz', '/version'],
    );

  it.each<[string, [number, string, string], [number, string, string], string]>([
    ['status', [200, 'text/plain', 'a'], [201, 'text/plain', 'a'], 'status 201 instead of 200'],
    [
      'content-type',
      [200, 'text/plain', 'a'],
      [200, 'text/html', 'a'],
      'content-type text/html instead of text/plain',
    ],
    [
      'body',
      [200, 'text/plain', 'version 1.2.3'],
      [200, 'text/plain', 'version 1.2.4'],
      'body differs from byte 12 on: "4" instead of "3"',
    ],
    [
      'body that ends',
      [200, 'text/plain', 'abc'],
      [200, 'text/plain', 'ab'],
      'body differs from byte 2 on: its end instead of "c"',
    ],
  ])('compares the %s', async (_, blue, green, text) => {
    expect(says(await compared(blue, green))).toEqual([`http://cart.example.com/version: ${text}`]);
  });

  it('is content with the same answer, whatever it is', async () => {
    expect(await compared([500, 'text/plain', 'x'], [500, 'text/plain', 'x'])).toMatchObject({
      differences: [],
      notes: [],
    });
  });

  it('reads a mebibyte of a body and no more', async () => {
    const big = Buffer.alloc(3 * 1024 * 1024, 'a');
    const other = Buffer.from(big);
    other[2 * 1024 * 1024] = 98;
    const found = await compared([200, 'text/plain', big], [200, 'text/plain', other]);
    expect(found).toMatchObject({
      differences: [],
      notes: ['http://cart.example.com/version: only the first 1048576 bytes were compared'],
    });
    other[1024] = 98;
    expect(says(await compared([200, 'text/plain', big], [200, 'text/plain', other]))).toEqual([
      expect.stringMatching(/body differs from byte 1024 on: "baaa/),
    ]);
    expect(
      says(await compared([200, 'text/plain', big], [200, 'text/plain', big.subarray(0, 1024 * 1024)])),
    ).toEqual(["http://cart.example.com/version: body shorter than the source's"]);
  });

  it('asks over TLS where the host has it', async () => {
    const { issue } = await authority('Blue');
    const fallback = await issue([cart.source]);
    const [source, target] = [
      await entrance(page({ '/version': [200, 'text/plain', '1'] }), { fallback }),
      await entrance(page({ '/version': [200, 'text/plain', '2'] }), { fallback }),
    ];
    expect(says(await look({ source, target }, ['/version']))).toEqual([
      'https://cart.example.com/version: body differs from byte 0 on: "2" instead of "1"',
    ]);
  });

  it('lets revisions that share the traffic take turns', async () => {
    const turns = (...bodies: string[]) => {
      let turn = 0;
      return entrance((_, response) => {
        response.end(bodies[turn++ % bodies.length]);
      });
    };
    const host = { ...cart, split: true };
    expect(
      await look(
        { source: await turns('1', '2', '1'), target: await turns('2', '2', '1', '2') },
        ['/'],
        host,
      ),
    ).toMatchObject({ differences: [] });
    expect(
      says(await look({ source: await turns('1', '2'), target: await turns('3') }, ['/'], host)),
    ).toHaveLength(1);
  });

  it('says when the source gives no answer to compare with', async () => {
    const sides = {
      source: await entrance((_, response) => response.socket?.destroy()),
      target: await entrance(fine),
    };
    expect(await look(sides, ['/version'])).toMatchObject({
      differences: [],
      notes: [
        'http://cart.example.com/version: not compared, for the source gave no complete answer: socket hang up',
      ],
    });
    const nowhere = { arn: 'arn', addresses: { '8443': await listening(createServer(fine)) } };
    expect((await look({ source: nowhere, target: nowhere }, ['/version'])).notes).toEqual([
      'cart.example.com: no answers compared, for both entrances have no port in common',
    ]);
  });
});
