import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import {
  DescribeEndpointGroupCommand,
  GlobalAcceleratorClient,
  UpdateEndpointGroupCommand,
} from '@aws-sdk/client-global-accelerator';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Duration } from '../../../../lib/fleet/duration.ts';
import {
  networkLoadBalancerArn,
  type RehearsalAccelerator,
  startAccelerator,
} from '../../../../lib/rehearsal/accelerator/index.ts';
import { handlerCode } from '../../../../lib/stacks/registration/handler-code.generated.ts';

/** The bundle as Lambda would run it, over the real protocol. */
const region = 'eu-west-1';
const account = '111122223333';
const [blue, green, foreign, newBlue] = ['shop-blue', 'shop-green', 'foreign', 'shop-blue-2'].map((name) =>
  networkLoadBalancerArn({ region, account, name }),
) as [string, string, string, string];

interface Answer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly LogicalResourceId: string;
}

let sent = 0;
const answers: { body: Answer; contentType: string | undefined }[] = [];
const cloudFormation = createServer(async (request, response) => {
  let text = '';
  for await (const chunk of request) text += chunk;
  answers.push({ body: JSON.parse(text), contentType: request.headers['content-type'] });
  response.writeHead(200).end();
});

type Handler = (event: object, context: { getRemainingTimeInMillis(): number }) => Promise<void>;
let handler: Handler;
let accelerator: RehearsalAccelerator;
let client: GlobalAcceleratorClient;

beforeAll(async () => {
  await new Promise<void>((resolve) => cloudFormation.listen(0, '127.0.0.1', resolve));
  const module = { exports: {} as { handler: Handler } };
  new Function('module', 'require', handlerCode)(module, createRequire(import.meta.url));
  handler = module.exports.handler;
});

beforeEach(() => void vi.spyOn(console, 'log').mockImplementation(() => {}));

afterAll(() => void cloudFormation.close());

afterEach(async () => {
  client?.destroy();
  await accelerator?.close();
  vi.unstubAllEnvs();
});

async function start(
  weights: Readonly<Record<string, number>> = {},
  propagation = Duration.milliseconds(50),
): Promise<void> {
  accelerator = await startAccelerator({
    region,
    ports: { 80: 0 },
    endpoints: [blue, green, foreign, newBlue].map((id) => ({
      id,
      addresses: {},
      ...(weights[id] === undefined ? {} : { weight: weights[id] }),
    })),
    propagation,
    seed: 1,
  });
  vi.stubEnv('AWS_ENDPOINT_URL_GLOBAL_ACCELERATOR', accelerator.controlPlane);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'rehearsal');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'rehearsal');
  client = new GlobalAcceleratorClient({ region: 'us-west-2', endpoint: accelerator.controlPlane });
}

const properties = (endpoint: string, more: object = {}) => ({
  AcceleratorArn: accelerator.acceleratorArn,
  EndpointArn: endpoint,
  EndpointGroupArn: accelerator.endpointGroupArn,
  First: String(endpoint === blue),
  Ours: 'true',
  ...more,
});

async function send(
  type: 'Create' | 'Update' | 'Delete',
  resource: object,
  id?: string,
  timeLeft = 900_000,
): Promise<Answer> {
  const { port } = cloudFormation.address() as AddressInfo;
  const LogicalResourceId = `Registration${++sent}`;
  const started = Date.now();
  await handler(
    {
      RequestType: type,
      ResponseURL: `http://127.0.0.1:${port}/answer`,
      StackId: 'stack',
      RequestId: 'request',
      LogicalResourceId,
      ResourceProperties: resource,
      ...(id === undefined ? {} : { PhysicalResourceId: id }),
    },
    { getRemainingTimeInMillis: () => timeLeft - (Date.now() - started) },
  );
  const [answer, ...others] = answers.filter(({ body }) => body.LogicalResourceId === LogicalResourceId);
  expect(others).toEqual([]);
  if (answer === undefined) throw new Error('no answer');
  expect(answer.contentType).toBe('');
  return answer.body;
}

async function weights(): Promise<Record<string, number>> {
  const { EndpointGroup } = await client.send(
    new DescribeEndpointGroupCommand({ EndpointGroupArn: accelerator.endpointGroupArn }),
  );
  return Object.fromEntries(
    (EndpointGroup?.EndpointDescriptions ?? []).map(({ EndpointId, Weight }) => [EndpointId, Weight]),
  ) as Record<string, number>;
}

describe('the registration, over the real protocol', () => {
  it('is bundled from the sources that are here', async () => {
    const { bundle, moduleOf } = await import('../../../../scripts/generate-registration-handler.ts');
    const file = new URL('../../../../lib/stacks/registration/handler-code.generated.ts', import.meta.url);
    expect(await readFile(file, 'utf8')).toBe(moduleOf(await bundle()));
  });

  it('adds both colours at the same moment, the first with all the weight', async () => {
    await start();
    await Promise.all([send('Create', properties(green)), send('Create', properties(blue))]);
    expect(await weights()).toEqual({ [blue]: 100, [green]: 0 });
  });

  it('enters without weight where something carries it, and leaves foreign endpoints alone', async () => {
    await start({ [foreign]: 77 });
    expect((await send('Create', properties(blue))).Status).toBe('SUCCESS');
    expect(await weights()).toEqual({ [foreign]: 77, [blue]: 0 });
  });

  it('keeps weights on update, when a creation is played twice, and after a cutover', async () => {
    await start();
    const { PhysicalResourceId } = await send('Create', properties(blue));
    await send('Create', properties(green));
    await client.send(
      new UpdateEndpointGroupCommand({
        EndpointGroupArn: accelerator.endpointGroupArn,
        EndpointConfigurations: [
          { EndpointId: blue, Weight: 40 },
          { EndpointId: green, Weight: 60 },
        ],
      }),
    );
    const update = await send('Update', properties(blue, { First: 'false' }), PhysicalResourceId);
    expect(update).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId });
    expect((await send('Create', properties(blue))).PhysicalResourceId).toBe(PhysicalResourceId);
    expect(await weights()).toEqual({ [blue]: 40, [green]: 60 });
  });

  it('refuses to go while it has weight beside a sibling, and says what to do', async () => {
    await start();
    const { PhysicalResourceId } = await send('Create', properties(blue));
    await send('Create', properties(green));
    const refused = await send('Delete', properties(blue), PhysicalResourceId);
    expect(refused).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('zeroshift cutover') });
    expect(await weights()).toEqual({ [blue]: 100, [green]: 0 });
  });

  it('goes without weight, and alone; a second deletion finds nothing to do', async () => {
    await start();
    const first = await send('Create', properties(blue));
    const second = await send('Create', properties(green));
    expect((await send('Delete', properties(green), second.PhysicalResourceId)).Status).toBe('SUCCESS');
    expect(await weights()).toEqual({ [blue]: 100 });
    expect((await send('Delete', properties(blue), first.PhysicalResourceId)).Status).toBe('SUCCESS');
    expect((await send('Delete', properties(blue), first.PhysicalResourceId)).Status).toBe('SUCCESS');
    expect(await weights()).toEqual({});
  });

  it('does not replace an entrance that has weight; one without it is added anew', async () => {
    await start();
    const { PhysicalResourceId } = await send('Create', properties(blue));
    const refused = await send('Update', properties(newBlue), PhysicalResourceId);
    expect(refused).toMatchObject({ Status: 'FAILED', PhysicalResourceId });
    expect(await weights()).toEqual({ [blue]: 100 });

    const idle = await send('Create', properties(green));
    const replaced = await send('Update', properties(newBlue), idle.PhysicalResourceId);
    expect(replaced.Status).toBe('SUCCESS');
    expect(replaced.PhysicalResourceId).not.toBe(idle.PhysicalResourceId);
    await send('Delete', properties(green), idle.PhysicalResourceId);
    expect(await weights()).toEqual({ [blue]: 100, [newBlue]: 0 });
  });

  it('never removes an endpoint that was there before it', async () => {
    await start({ [foreign]: 77 });
    const found = await send('Create', properties(foreign, { Ours: 'false' }));
    expect(
      (await send('Delete', properties(foreign, { Ours: 'false' }), found.PhysicalResourceId)).Status,
    ).toBe('SUCCESS');
    expect(await weights()).toEqual({ [foreign]: 77 });
  });

  it("finds the endpoint group of somebody else's listener", async () => {
    await start();
    const { EndpointGroupArn: _, ...byListener } = properties(blue, {
      ListenerArn: accelerator.listenerArn,
      Region: region,
    });
    expect((await send('Create', byListener)).Status).toBe('SUCCESS');
    expect(await weights()).toEqual({ [blue]: 100 });
    const nowhere = await send('Create', { ...byListener, Region: 'us-east-1' });
    expect(nowhere).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'unregistered' });
  });

  it('goes on when another change is under way, and when an answer was lost', async () => {
    await start();
    const trouble = (operation: string) => [
      { operation, answer: { type: 'TransactionInProgressException' }, times: 2 },
      { operation, answer: 'lost-answer' as const, times: 1 },
    ];
    accelerator.setFaults(trouble('AddEndpoints'));
    const created = await send('Create', properties(blue));
    expect(created.Status).toBe('SUCCESS');
    expect(await weights()).toEqual({ [blue]: 100 });
    accelerator.setFaults(trouble('RemoveEndpoints'));
    expect((await send('Delete', properties(blue), created.PhysicalResourceId)).Status).toBe('SUCCESS');
    expect(await weights()).toEqual({});
  });

  it('answers before its time is over when the accelerator stays IN_PROGRESS', async () => {
    await start({}, Duration.seconds(60));
    const late = await send('Create', properties(blue), undefined, 30_500);
    expect(late).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('not DEPLOYED') });
  });

  it('fails with the reason when a call is refused, with an id that a rollback removes', async () => {
    await start();
    accelerator.setFaults([{ operation: 'DescribeAccelerator', answer: { type: 'AccessDeniedException' } }]);
    const failed = await send('Create', properties(blue));
    expect(failed).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('AccessDenied') });
    accelerator.setFaults([]);
    expect((await send('Delete', properties(blue), failed.PhysicalResourceId)).Status).toBe('SUCCESS');
    expect(await weights()).toEqual({});
  });
});
