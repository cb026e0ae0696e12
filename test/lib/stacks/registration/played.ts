import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import {
  DescribeEndpointGroupCommand,
  GlobalAcceleratorClient,
  UpdateEndpointGroupCommand,
} from '@aws-sdk/client-global-accelerator';
import { expect, vi } from 'vitest';
import { Duration } from '../../../../lib/fleet/duration.ts';
import {
  networkLoadBalancerArn,
  type RehearsalAccelerator,
  startAccelerator,
} from '../../../../lib/rehearsal/accelerator/index.ts';
import { handlerCode } from '../../../../lib/stacks/registration/handler-code.generated.ts';

/** The bundle as Lambda would run it, with a CloudFormation that takes its answers, over the real protocol. */
export const region = 'eu-west-1';
const account = '111122223333';
export const [blue, green, foreign, newBlue] = ['shop-blue', 'shop-green', 'foreign', 'shop-blue-2'].map(
  (name) => networkLoadBalancerArn({ region, account, name }),
) as [string, string, string, string];

export interface Answer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly LogicalResourceId: string;
}

type Handler = (event: object, context: { getRemainingTimeInMillis(): number }) => Promise<void>;

export interface Started {
  readonly accelerator: RehearsalAccelerator;
  readonly client: GlobalAcceleratorClient;
  properties(endpoint: string, more?: object): Record<string, string>;
  weights(): Promise<Record<string, number>>;
  /** As an operator, or a console, would. */
  setWeights(weights: Readonly<Record<string, number>>): Promise<void>;
}

/** Plays CloudFormation against one accelerator at a time. */
export class Played {
  #sent = 0;
  readonly #answers: { body: Answer; contentType: string | undefined }[] = [];
  readonly #cloudFormation = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    this.#answers.push({ body: JSON.parse(text), contentType: request.headers['content-type'] });
    response.writeHead(200).end();
  });
  readonly #handler: Handler;
  #started: Started | undefined;

  constructor() {
    const module = { exports: {} as { handler: Handler } };
    new Function('module', 'require', handlerCode)(module, createRequire(import.meta.url));
    this.#handler = module.exports.handler;
  }

  async open(): Promise<void> {
    this.#cloudFormation.listen(0, '127.0.0.1');
    await once(this.#cloudFormation, 'listening');
  }

  close(): void {
    this.#cloudFormation.close();
  }

  async start(
    weights: Readonly<Record<string, number>> = {},
    propagation = Duration.milliseconds(50),
  ): Promise<Started> {
    const accelerator = await startAccelerator({
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
    const client = new GlobalAcceleratorClient({
      region: 'us-west-2',
      endpoint: accelerator.controlPlane,
      credentials: { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' },
    });
    const { acceleratorArn: AcceleratorArn, endpointGroupArn: EndpointGroupArn } = accelerator;
    this.#started = {
      accelerator,
      client,
      properties: (EndpointArn, more = {}) => ({
        AcceleratorArn,
        EndpointArn,
        EndpointGroupArn,
        First: String(EndpointArn === blue),
        Ours: 'true',
        ClientAddress: 'hidden',
        ...more,
      }),
      weights: async () => {
        const { EndpointGroup } = await client.send(new DescribeEndpointGroupCommand({ EndpointGroupArn }));
        return Object.fromEntries(
          (EndpointGroup?.EndpointDescriptions ?? []).map(({ EndpointId, Weight }) => [EndpointId, Weight]),
        ) as Record<string, number>;
      },
      setWeights: async (wanted) => {
        const EndpointConfigurations = Object.entries(wanted).map(([EndpointId, Weight]) => ({
          EndpointId,
          Weight,
        }));
        await client.send(new UpdateEndpointGroupCommand({ EndpointGroupArn, EndpointConfigurations }));
      },
    };
    return this.#started;
  }

  async stop(): Promise<void> {
    this.#started?.client.destroy();
    await this.#started?.accelerator.close();
    this.#started = undefined;
    vi.unstubAllEnvs();
  }

  /** One event of the custom resource, and its one answer. */
  async send(
    type: 'Create' | 'Update' | 'Delete',
    properties: object,
    id?: string,
    timeLeft = 900_000,
  ): Promise<Answer> {
    const { port } = this.#cloudFormation.address() as AddressInfo;
    const LogicalResourceId = `Registration${++this.#sent}`;
    const started = Date.now();
    await this.#handler(
      {
        RequestType: type,
        ResponseURL: `http://127.0.0.1:${port}/answer`,
        StackId: 'stack',
        RequestId: 'request',
        LogicalResourceId,
        ResourceProperties: properties,
        ...(id === undefined ? {} : { PhysicalResourceId: id }),
      },
      { getRemainingTimeInMillis: () => timeLeft - (Date.now() - started) },
    );
    const [answer, ...others] = this.#answers.filter(
      ({ body }) => body.LogicalResourceId === LogicalResourceId,
    );
    expect(others).toEqual([]);
    if (answer === undefined) throw new Error('no answer');
    expect(answer.contentType).toBe('');
    return answer.body;
  }
}
