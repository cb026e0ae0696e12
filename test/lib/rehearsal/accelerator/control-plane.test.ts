import { GlobalAccelerator, type UpdateEndpointGroupCommandInput } from '@aws-sdk/client-global-accelerator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Duration } from '../../../../lib/fleet/duration.ts';
import { type RehearsalAccelerator, startAccelerator } from '../../../../lib/rehearsal/accelerator/index.ts';
import { account, arnOf, manualTimers, region } from './support.ts';

const [blue, green, spare] = [arnOf('blue'), arnOf('green'), arnOf('spare')];
const many = Array.from({ length: 12 }, (_, index) => arnOf(`many-${index}`));
const theirs = arnOf('theirs', '999988887777');
const far = blue.replace(region, 'us-east-1');
const attachmentArn = 'arn:aws:globalaccelerator::999988887777:attachment/1';
const timers = manualTimers();
let accelerator: RehearsalAccelerator;
let client: GlobalAccelerator;
let group: { EndpointGroupArn: string };

beforeAll(async () => {
  accelerator = await startAccelerator({
    region,
    ports: { '80': 0, '443': 0 },
    endpoints: [
      { id: blue, addresses: {}, weight: 100 },
      { id: green, addresses: {}, weight: 0 },
      ...[spare, far, ...many].map((id) => ({ id, addresses: {} })),
      { id: theirs, addresses: {}, attachmentArn },
    ],
    otherRegions: [{ region: 'us-west-1', endpoints: [] }],
    propagation: Duration.seconds(1),
    seed: 1,
    timers,
  });
  client = clientFor('us-west-2');
  group = { EndpointGroupArn: accelerator.endpointGroupArn };
});
afterAll(async () => {
  client.destroy();
  await accelerator.close();
});

const clientFor = (signingRegion: string): GlobalAccelerator =>
  new GlobalAccelerator({
    region: signingRegion,
    endpoint: accelerator.controlPlane,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });

const weights = async (): Promise<Record<string, number | undefined>> => {
  const { EndpointGroup } = await client.describeEndpointGroup(group);
  const descriptions = EndpointGroup?.EndpointDescriptions ?? [];
  return Object.fromEntries(descriptions.map((it) => [it.EndpointId ?? '', it.Weight]));
};
const update = (input: Omit<UpdateEndpointGroupCommandInput, 'EndpointGroupArn'>) =>
  client.updateEndpointGroup({ ...group, ...input });

describe('describing', () => {
  it('gives accelerator, listener and groups, alone and in lists', async () => {
    const AcceleratorArn = accelerator.acceleratorArn;
    const ListenerArn = accelerator.listenerArn;
    const { Accelerator } = await client.describeAccelerator({ AcceleratorArn });
    expect(Accelerator).toMatchObject({
      AcceleratorArn,
      Status: 'DEPLOYED',
      Enabled: true,
      Name: 'rehearsal',
    });
    expect(Accelerator?.CreatedTime?.getTime()).toBe(timers.now());
    const { Listener } = await client.describeListener({ ListenerArn });
    expect(Listener?.PortRanges).toEqual([
      { FromPort: 80, ToPort: 80 },
      { FromPort: 443, ToPort: 443 },
    ]);
    expect((await client.listAccelerators({})).Accelerators).toHaveLength(1);
    expect((await client.listListeners({ AcceleratorArn })).Listeners).toHaveLength(1);
    const first = await client.listEndpointGroups({ ListenerArn, MaxResults: 1 });
    const second = await client.listEndpointGroups({
      ListenerArn,
      MaxResults: 1,
      NextToken: first.NextToken,
    });
    expect(
      [...(first.EndpointGroups ?? []), ...(second.EndpointGroups ?? [])].map((it) => it.EndpointGroupRegion),
    ).toEqual([region, 'us-west-1']);
    expect(second.NextToken).toBeUndefined();
  });

  it.each([
    ['AcceleratorNotFoundException', () => client.describeAccelerator({ AcceleratorArn: 'arn:none' })],
    ['AcceleratorNotFoundException', () => client.listListeners({ AcceleratorArn: 'arn:none' })],
    ['ListenerNotFoundException', () => client.describeListener({ ListenerArn: 'arn:none' })],
    ['ListenerNotFoundException', () => client.listEndpointGroups({ ListenerArn: 'arn:none' })],
    ['EndpointGroupNotFoundException', () => client.describeEndpointGroup({ EndpointGroupArn: 'arn:none' })],
    ['EndpointGroupNotFoundException', () => client.updateEndpointGroup({ EndpointGroupArn: 'arn:none' })],
    ['InvalidArgumentException', () => client.describeAccelerator({ AcceleratorArn: '' })],
    ['InvalidNextTokenException', () => client.listAccelerators({ NextToken: 'mine' })],
    ['UnknownOperationException', () => client.listByoipCidrs({})],
  ])('%s', async (name, call) => {
    await expect(call()).rejects.toMatchObject({ name });
  });
});

describe('UpdateEndpointGroup', () => {
  it('replaces the complete set, takes 128 for a weight left out, and describes it at once', async () => {
    await update({ EndpointConfigurations: [{ EndpointId: spare }, { EndpointId: green, Weight: 0 }] });
    expect(await weights()).toEqual({ [spare]: 128, [green]: 0 });
    timers.advance(1000);
  });

  it('leaves the endpoints alone when it does not name them, and every setting that it does not name', async () => {
    const before = await weights();
    await update({ TrafficDialPercentage: 42.5 });
    await update({
      HealthCheckIntervalSeconds: 10,
      ThresholdCount: 10,
      HealthCheckProtocol: 'HTTP',
      HealthCheckPath: '/up',
    });
    const { EndpointGroup } = await client.describeEndpointGroup(group);
    expect(await weights()).toEqual(before);
    expect(EndpointGroup).toMatchObject({
      TrafficDialPercentage: 42.5,
      HealthCheckIntervalSeconds: 10,
      ThresholdCount: 10,
      HealthCheckProtocol: 'HTTP',
      HealthCheckPath: '/up',
      HealthCheckPort: 80,
    });
    timers.advance(1000);
  });

  it("takes another account's endpoint with its attachment only, and does not describe the attachment", async () => {
    const without = update({ EndpointConfigurations: [{ EndpointId: theirs, Weight: 1 }] });
    await expect(without).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await update({
      EndpointConfigurations: [{ EndpointId: theirs, Weight: 1, AttachmentArn: attachmentArn }],
    });
    const { EndpointGroup } = await client.describeEndpointGroup(group);
    expect(JSON.stringify(EndpointGroup)).not.toContain('attachment');
    const listed = await client.listCrossAccountResources({ ResourceOwnerAwsAccountId: '999988887777' });
    expect(listed.CrossAccountResources).toEqual([{ EndpointId: theirs, AttachmentArn: attachmentArn }]);
    timers.advance(1000);
  });

  it.each([
    ['a weight of 256', { EndpointConfigurations: [{ EndpointId: blue, Weight: 256 }] }],
    ['a weight below 0', { EndpointConfigurations: [{ EndpointId: blue, Weight: -1 }] }],
    ['eleven endpoints', { EndpointConfigurations: many.slice(0, 11).map((EndpointId) => ({ EndpointId })) }],
    ['an endpoint twice', { EndpointConfigurations: [{ EndpointId: blue }, { EndpointId: blue }] }],
    ['an endpoint that does not exist', { EndpointConfigurations: [{ EndpointId: arnOf('none') }] }],
    ['an endpoint without an id', { EndpointConfigurations: [{ Weight: 1 }] }],
    ["another region's endpoint", { EndpointConfigurations: [{ EndpointId: far }] }],
    ['a health check interval of 20', { HealthCheckIntervalSeconds: 20 }],
    ['a threshold of 11', { ThresholdCount: 11 }],
    ['a threshold of 0', { ThresholdCount: 0 }],
    ['a dial of 101', { TrafficDialPercentage: 101 }],
    [
      "a port override of a port that is not the listener's",
      { PortOverrides: [{ ListenerPort: 81, EndpointPort: 80 }] },
    ],
  ])('refuses %s and changes nothing', async (_, input) => {
    const before = await weights();
    await expect(update(input)).rejects.toMatchObject({ name: 'InvalidArgumentException' });
    expect(await weights()).toEqual(before);
    const { Accelerator } = await client.describeAccelerator({ AcceleratorArn: accelerator.acceleratorArn });
    expect(Accelerator?.Status).toBe('DEPLOYED');
  });

  it('lets a load balancer stand twice, with and without client-address preservation', async () => {
    await update({
      EndpointConfigurations: [
        { EndpointId: blue, Weight: 1, ClientIPPreservationEnabled: true },
        { EndpointId: blue, Weight: 2, ClientIPPreservationEnabled: false },
      ],
    });
    timers.advance(1000);
  });
});

describe('AddEndpoints and RemoveEndpoints', () => {
  it('change only what they name, and not while another change is under way', async () => {
    await update({ EndpointConfigurations: [{ EndpointId: blue, Weight: 9 }] });
    const add = () =>
      client.addEndpoints({ ...group, EndpointConfigurations: [{ EndpointId: green, Weight: 0 }] });
    const remove = (EndpointId: string) =>
      client.removeEndpoints({ ...group, EndpointIdentifiers: [{ EndpointId }] });
    await expect(add()).rejects.toMatchObject({ name: 'TransactionInProgressException' });
    await expect(remove(blue)).rejects.toMatchObject({ name: 'TransactionInProgressException' });
    timers.advance(1000);
    await add();
    expect(await weights()).toEqual({ [blue]: 9, [green]: 0 });
    timers.advance(1000);
    await expect(add()).rejects.toMatchObject({ name: 'InvalidArgumentException' });
    await expect(remove(spare)).rejects.toMatchObject({ name: 'InvalidArgumentException' });
    await remove(blue);
    expect(await weights()).toEqual({ [green]: 0 });
    timers.advance(1000);
    const tooMany = many.slice(0, 10).map((EndpointId) => ({ EndpointId, Weight: 1 }));
    await expect(client.addEndpoints({ ...group, EndpointConfigurations: tooMany })).rejects.toMatchObject({
      name: 'LimitExceededException',
    });
  });
});

describe('what comes in otherwise', () => {
  const send = async (headers: Record<string, string>, body = '{}') => {
    const response = await fetch(accelerator.controlPlane, {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.timeout(5000),
    });
    const answer = (await response.json()) as { readonly __type: string };
    return { type: answer.__type, headers: response.headers };
  };
  const scope = (date: string, name: string) => `AKID/${date}/${name}/aws4_request`;
  const signed = (credential: string, signedHeaders = 'host;x-amz-date') => ({
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'GlobalAccelerator_V20180706.ListAccelerators',
    'x-amz-date': '20261101T120000Z',
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signedHeaders}, Signature=${'0'.repeat(64)}`,
  });
  const right = signed(scope('20261101', 'us-west-2/globalaccelerator'));

  it('is refused with a type and a request id', async () => {
    const { authorization: _, ...unsigned } = right;
    const answer = await send(unsigned);
    expect(answer.type).toBe('MissingAuthenticationTokenException');
    expect(answer.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers.get('content-type')).toBe('application/x-amz-json-1.1');
  });

  it.each([
    ['IncompleteSignatureException', { ...right, authorization: 'Bearer token' }, '{}'],
    ['InvalidSignatureException', signed(scope('20261101', 'eu-west-1/globalaccelerator')), '{}'],
    ['InvalidSignatureException', signed(scope('20261101', 'us-west-2/elasticloadbalancing')), '{}'],
    ['InvalidSignatureException', signed(scope('20261031', 'us-west-2/globalaccelerator')), '{}'],
    ['InvalidSignatureException', signed(scope('20261101', 'us-west-2/globalaccelerator'), 'host'), '{}'],
    ['UnknownOperationException', { ...right, 'x-amz-target': 'DynamoDB_20120810.ListTables' }, '{}'],
    ['SerializationException', { ...right, 'content-type': 'application/json' }, '{}'],
    ['SerializationException', right, '{"MaxResults":'],
    ['SerializationException', right, '[]'],
    ['SerializationException', right, '{"MaxResults":"10"}'],
    ['InvalidArgumentException', right, '{"MaxResults":1.5}'],
  ])('%s', async (type, headers, body) => {
    expect((await send(headers, body)).type).toBe(type);
  });

  it('is right for the service and wrong for a client of another region', async () => {
    expect((await send(right)).type).toBeUndefined();
    const elsewhere = clientFor(region);
    await expect(elsewhere.listAccelerators({})).rejects.toMatchObject({ name: 'InvalidSignatureException' });
    elsewhere.destroy();
  });
});

it('has ARNs as AWS writes them, the same at each start', () => {
  expect(blue).toMatch(
    new RegExp(`^arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/net/blue/[0-9a-f]{16}$`),
  );
  expect(arnOf('blue')).toBe(blue);
  expect(accelerator.endpointGroupArn).toMatch(
    /^arn:aws:globalaccelerator::111122223333:accelerator\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\/listener\/[0-9a-f]{8}\/endpoint-group\/[0-9a-f]{12}$/,
  );
});
