import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Duration } from '../../../lib/fleet/duration.ts';
import { networkLoadBalancerArn, startAccelerator } from '../../../lib/rehearsal/accelerator/index.ts';
import { createGlobalAcceleratorTraffic, replaceWeights } from '../../../lib/traffic/index.ts';

const region = 'eu-west-1';
const nlb = (name: string, account = '111122223333') => networkLoadBalancerArn({ region, account, name });
const [blue, green, foreign, elsewhere] = [
  nlb('blue'),
  nlb('green'),
  nlb('foreign'),
  nlb('shared', '999988887777'),
];
const attachmentArn =
  'arn:aws:globalaccelerator::999988887777:attachment/6c1d2a60-0000-4000-8000-000000000001';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function rehearsal(
  props: { readonly timeoutMs?: number; readonly endpoints?: readonly object[] } = {},
) {
  const accelerator = await startAccelerator({
    region,
    ports: { '80': 0 },
    endpoints: [
      { id: blue, addresses: {}, weight: 100 },
      { id: green, addresses: {}, weight: 0 },
      { id: foreign, addresses: {}, weight: 7, clientIpPreservation: true },
      { id: elsewhere, addresses: {}, weight: 3, attachmentArn },
    ],
    propagation: Duration.milliseconds(1),
    seed: 1,
  });
  const traffic = createGlobalAcceleratorTraffic({
    controlPlane: accelerator.controlPlane,
    ...(props.timeoutMs !== undefined && { timeoutMs: props.timeoutMs }),
  });
  open.push(accelerator.close, traffic.close);
  return { accelerator, traffic, group: accelerator.endpointGroupArn };
}

/** A server that is no accelerator: keeps what the adapter sends, and answers the same to everything. */
async function bareServer(answer: object | string, status = 200) {
  const requests: { headers: IncomingMessage['headers']; body: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    requests.push({ headers: request.headers, body });
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

describe('reading and writing', () => {
  it('reads the group with every setting, health and the attachment that a description leaves out', async () => {
    const { traffic, group } = await rehearsal();
    expect(await traffic.readGroup(group)).toEqual({
      arn: group,
      region,
      endpoints: [
        { id: blue, weight: 100, clientIpPreservation: false, health: 'HEALTHY' },
        { id: green, weight: 0, clientIpPreservation: false, health: 'HEALTHY' },
        { id: foreign, weight: 7, clientIpPreservation: true, health: 'HEALTHY' },
        { id: elsewhere, weight: 3, clientIpPreservation: false, health: 'HEALTHY', attachmentArn },
      ],
    });
  });

  it("changes our weights, 0 included, and leaves others' endpoints exactly as they are", async () => {
    const { traffic, group } = await rehearsal();
    const before = await traffic.readGroup(group);
    const written = replaceWeights(
      before.endpoints,
      new Map([
        [blue, 0],
        [green, 100],
      ]),
    );
    await traffic.writeGroup(group, written);
    const after = await traffic.readGroup(group);
    expect(JSON.stringify(after.endpoints)).toBe(JSON.stringify(written));
    expect(after.endpoints.map((it) => it.weight)).toEqual([0, 100, 7, 3]);
  });

  it('is IN_PROGRESS after a write and DEPLOYED in the end', async () => {
    const { accelerator, traffic, group } = await rehearsal();
    expect(await traffic.status(accelerator.acceleratorArn)).toBe('DEPLOYED');
    await traffic.writeGroup(group, [{ id: blue, weight: 1 }]);
    await vi.waitFor(async () => expect(await traffic.status(accelerator.acceleratorArn)).toBe('DEPLOYED'));
  });
});

describe('what is sent', () => {
  const secrets = { id: 'AKIAREALREALREALREAL', key: 'real-secret', token: 'real-session-token' };
  beforeEach(() => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', secrets.id);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', secrets.key);
    vi.stubEnv('AWS_SESSION_TOKEN', secrets.token);
    vi.stubEnv('AWS_REGION', 'eu-west-1');
    vi.stubEnv('AWS_USE_FIPS_ENDPOINT', 'true');
  });
  afterEach(() => vi.unstubAllEnvs());

  it('holds every weight, is signed for us-west-2, and never with real credentials', async () => {
    const { url, requests } = await bareServer({});
    const traffic = createGlobalAcceleratorTraffic({
      controlPlane: url,
      credentials: { accessKeyId: secrets.id, secretAccessKey: secrets.key, sessionToken: secrets.token },
    });
    open.push(traffic.close);
    await traffic.writeGroup('arn:group', [
      { id: 'a', weight: 0, clientIpPreservation: false, health: 'HEALTHY' },
      { id: 'b', weight: 255, attachmentArn },
    ]);
    expect(requests).toHaveLength(1);
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({
      EndpointGroupArn: 'arn:group',
      EndpointConfigurations: [
        { EndpointId: 'a', Weight: 0, ClientIPPreservationEnabled: false },
        { EndpointId: 'b', Weight: 255, AttachmentArn: attachmentArn },
      ],
    });
    expect(requests[0]?.headers['x-amz-target']).toBe('GlobalAccelerator_V20180706.UpdateEndpointGroup');
    expect(requests[0]?.headers.authorization).toContain('/us-west-2/globalaccelerator/aws4_request');
    const sent = JSON.stringify(requests);
    for (const secret of Object.values(secrets)) expect(sent).not.toContain(secret);
  });

  it.each([
    'https://globalaccelerator.us-west-2.amazonaws.com',
    'http://10.0.0.1:80',
    'http://127.0.0.1.example.com',
    'ftp://localhost',
    '4000',
  ])('goes to no control plane such as %s', (controlPlane) => {
    expect(() => createGlobalAcceleratorTraffic({ controlPlane })).toThrow(
      expect.objectContaining({ code: 'traffic.invalid-control-plane' }),
    );
  });
});

describe('errors', () => {
  const unknown = 'arn:aws:globalaccelerator::111122223333:accelerator/none';

  it('not-found, for groups and accelerators', async () => {
    const { traffic } = await rehearsal();
    await expect(traffic.status(unknown)).rejects.toMatchObject({ code: 'traffic.not-found' });
    for (const call of [traffic.readGroup(unknown), traffic.writeGroup(unknown, [])])
      await expect(call).rejects.toMatchObject({ code: 'traffic.not-found', source: 'outside' });
  });

  it('refused, with the reason that the service gives', async () => {
    const { traffic, group } = await rehearsal();
    await expect(traffic.writeGroup(group, [{ id: blue, weight: 256 }])).rejects.toMatchObject({
      code: 'traffic.refused',
      message: expect.stringContaining('256'),
    });
  });

  it.each([
    ['AccessDeniedException', 400, 'traffic.denied', 1],
    ['ExpiredTokenException', 400, 'traffic.denied', 1],
    ['InvalidSignatureException', 403, 'traffic.denied', 1],
    ['LimitExceededException', 400, 'traffic.refused', 3],
    ['SomethingNewException', 400, 'traffic.refused', 1],
    ['InternalServiceErrorException', 400, 'traffic.unavailable', 1],
    ['TransactionInProgressException', 400, 'traffic.unavailable', 3],
    ['ThrottlingException', 400, 'traffic.unavailable', 3],
    ['InternalFailure', 500, 'traffic.unavailable', 3],
  ])('%s (%d) is %s after %d attempts', async (type, status, code, attempts) => {
    const { accelerator, traffic, group } = await rehearsal();
    accelerator.setFaults([{ answer: { type, status }, times: attempts }]);
    await expect(traffic.readGroup(group)).rejects.toMatchObject({ code });
    // Exactly so many requests were made: the fault is used up, and none was left over.
    await expect(traffic.readGroup(group)).resolves.toMatchObject({ region });
  });

  it('a refused attempt that would pass is retried', async () => {
    const { accelerator, traffic, group } = await rehearsal();
    accelerator.setFaults([{ answer: { type: 'InternalFailure', status: 503 }, times: 2 }]);
    await expect(traffic.readGroup(group)).resolves.toMatchObject({ region });
  });

  it('a server that hangs is given up in time, and a single lost answer is not even noticed', async () => {
    const { accelerator, traffic, group } = await rehearsal({ timeoutMs: 600 });
    await traffic.readGroup(group);
    accelerator.setFaults([{ answer: 'hang' }]);
    const start = performance.now();
    await expect(traffic.writeGroup(group, [])).rejects.toMatchObject({
      code: 'traffic.unavailable',
      action: expect.stringContaining('may have been accepted'),
    });
    expect(performance.now() - start).toBeLessThan(2000);
    accelerator.setFaults([{ operation: 'UpdateEndpointGroup', answer: 'lost-answer', times: 1 }]);
    await traffic.writeGroup(group, [{ id: green, weight: 5 }]);
    expect((await traffic.readGroup(group)).endpoints).toMatchObject([{ id: green, weight: 5 }]);
  });

  it('credentials that never come are given up in time', async () => {
    const traffic = createGlobalAcceleratorTraffic({
      credentials: () => new Promise(() => {}),
      timeoutMs: 200,
    });
    open.push(traffic.close);
    await expect(traffic.status(unknown)).rejects.toMatchObject({ code: 'traffic.unavailable' });
  });

  it('nobody listens, or what answers is no accelerator', async () => {
    const deaf = createGlobalAcceleratorTraffic({ controlPlane: 'http://127.0.0.1:9' });
    open.push(deaf.close);
    await expect(deaf.status(unknown)).rejects.toMatchObject({ code: 'traffic.unavailable' });
    for (const answer of [
      '<html>',
      '{}',
      '{"EndpointGroup":{"EndpointGroupRegion":"x","EndpointDescriptions":[{"EndpointId":"a"}]}}',
    ]) {
      const { url } = await bareServer(answer);
      const traffic = createGlobalAcceleratorTraffic({ controlPlane: url });
      open.push(traffic.close);
      await expect(traffic.readGroup(unknown)).rejects.toMatchObject({ code: 'traffic.unavailable' });
    }
  });

  it('what AWS repeats of a request, tokens included, is not in the message', async () => {
    const message = 'no match.\n\nx-amz-security-token:TOKEN';
    const { url } = await bareServer({ __type: 'InvalidSignatureException', message }, 400);
    const traffic = createGlobalAcceleratorTraffic({ controlPlane: url });
    open.push(traffic.close);
    const error = await traffic.status(unknown).catch((it: unknown) => it);
    expect(error).toMatchObject({ code: 'traffic.denied', message: expect.stringContaining('no match.') });
    expect(String(error)).not.toContain('TOKEN');
  });
});
