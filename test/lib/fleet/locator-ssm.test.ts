import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Duration } from '../../../lib/fleet/duration.ts';
import {
  type AcceleratorPart,
  acceleratorParameter,
  colourParameter,
  readLocatorFromSsm,
} from '../../../lib/fleet/locator-ssm.ts';
import { type RehearsalAccelerator, startAccelerator } from '../../../lib/rehearsal/accelerator/index.ts';
import { deployedParameters } from '../../helpers/cloud-formation.ts';
import { exampleFleet } from '../../helpers/fleet.ts';
import { synthesize } from '../stacks/synthesis.ts';

interface StoredParameter {
  readonly Name: string;
  readonly Value: string;
  readonly region: string;
}

const fleet = exampleFleet();
const nlb = (name: string) =>
  `arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/${name}/50dc6c495c0c9188`;
const acceleratorArn = 'arn:aws:globalaccelerator::111122223333:accelerator/1234abcd';

const parameter = (Name: string, value: unknown, region: string): StoredParameter => ({
  Name,
  Value: JSON.stringify(value),
  region,
});
const accelerator = (part: AcceleratorPart) => parameter(acceleratorParameter(fleet), part, 'us-west-2');
const colour = (name: 'blue' | 'green') =>
  parameter(
    colourParameter(fleet, 'eu-west-1', name),
    {
      cluster: {
        name: `shop-${name}`,
        endpoint: `https://${name}.eks.example.com`,
        certificateAuthority: 'YQ==',
      },
      entrance: { arn: nlb(`shop-${name}`), addresses: { 80: `${name}.example.com:80` } },
    },
    'eu-west-1',
  );
const complete = accelerator({
  arn: acceleratorArn,
  listenerArn: `${acceleratorArn}/listener/01`,
  addresses: { 80: 'a1.awsglobalaccelerator.com:80' },
  endpointGroups: { 'eu-west-1': `${acceleratorArn}/listener/01/endpoint-group/02` },
});

/** SSM's JSON 1.1 on loopback, two parameters a page; what is Global Accelerator's goes on to the rehearsal's. */
let stored: readonly StoredParameter[] = [];
let refusal: string | undefined;
let controlPlane: string | undefined;
const server = createServer(async (request, response) => {
  const body = await text(request);
  const target = String(request.headers['x-amz-target']);
  const answer = (status: number, value: object) =>
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(value));
  if (target.startsWith('GlobalAccelerator')) {
    const headers = new Headers({ 'content-type': 'application/x-amz-json-1.1' });
    for (const [name, value] of Object.entries(request.headers))
      if (name === 'authorization' || name.startsWith('x-amz-')) headers.set(name, String(value));
    const passed = await fetch(String(controlPlane), { method: 'POST', body, headers });
    return void response
      .writeHead(passed.status, { 'content-type': 'application/x-amz-json-1.1' })
      .end(await passed.text());
  }
  if (target !== 'AmazonSSM.GetParametersByPath') return void answer(400, { __type: 'UnknownOperation' });
  if (refusal !== undefined) return void answer(400, { __type: refusal, message: 'not with this role' });
  const { Path, NextToken } = JSON.parse(body) as { Path: string; NextToken?: string };
  const region = /\/(\w+-\w+-\d)\/ssm\//.exec(String(request.headers.authorization))?.[1];
  const found = stored.filter((it) => it.region === region && it.Name.startsWith(`${Path}/`));
  const from = Number(NextToken ?? 0);
  answer(200, {
    Parameters: found.slice(from, from + 2).map(({ Name, Value }) => ({ Name, Value, Type: 'String' })),
    ...(from + 2 < found.length ? { NextToken: String(from + 2) } : {}),
  });
});

async function text(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

let endpoint = '';
beforeEach(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  stored = [];
  refusal = undefined;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe('the locator in SSM', () => {
  it('is put together from the parameters of all regions, page by page', async () => {
    const more = ['one', 'two'].map((name) =>
      parameter(`/zeroshift/shop/eu-west-1/a-${name}`, {}, 'eu-west-1'),
    );
    stored = [...more, complete, colour('blue'), colour('green')];
    const locator = await readLocatorFromSsm(fleet, { endpoint });
    expect(locator).toMatchObject({
      fleet: 'shop',
      accelerator: { arn: acceleratorArn, addresses: { 80: 'a1.awsglobalaccelerator.com:80' } },
      regions: [
        {
          region: 'eu-west-1',
          endpointGroupArn: `${acceleratorArn}/listener/01/endpoint-group/02`,
          colours: {
            blue: { cluster: { name: 'shop-blue', certificateAuthority: 'YQ==' } },
            green: { entrance: { arn: nlb('shop-green') } },
          },
        },
      ],
    });
  });

  it('names every parameter that is missing, where, and the stacks to deploy', async () => {
    stored = [colour('blue')];
    await expect(readLocatorFromSsm(fleet, { endpoint })).rejects.toMatchObject({
      code: 'locator.incomplete',
      problems: [
        { where: 'SSM parameter /zeroshift/shop/accelerator in us-west-2' },
        { where: 'SSM parameter /zeroshift/shop/eu-west-1/green in eu-west-1' },
      ],
      action: 'deploy: npx cdk deploy shop-accelerator shop-eu-west-1-green',
    });
  });

  it('does not take the parameters of a fleet whose name starts the same', async () => {
    stored = [complete, colour('blue'), colour('green')].map((it) => ({
      ...it,
      Name: it.Name.replace('/shop/', '/shop-eu/'),
    }));
    await expect(readLocatorFromSsm(fleet, { endpoint })).rejects.toMatchObject({
      code: 'locator.incomplete',
    });
  });

  it('says who refused, and what no longer is JSON', async () => {
    refusal = 'AccessDeniedException';
    await expect(readLocatorFromSsm(fleet, { endpoint })).rejects.toMatchObject({ code: 'locator.refused' });
    refusal = undefined;
    stored = [{ ...complete, Value: 'by hand' }, colour('blue'), colour('green')];
    await expect(readLocatorFromSsm(fleet, { endpoint })).rejects.toMatchObject({ code: 'locator.invalid' });
  });

  it('asks the accelerator that a team already has for what the stacks could not know', async () => {
    const existing: RehearsalAccelerator = await startAccelerator({
      region: 'eu-west-1',
      ports: { 80: 0 },
      endpoints: [],
      propagation: Duration.milliseconds(1),
      seed: 1,
    });
    try {
      controlPlane = existing.controlPlane;
      const part = { arn: existing.acceleratorArn, listenerArn: existing.listenerArn };
      stored = [accelerator(part), colour('blue'), colour('green')];
      const locator = await readLocatorFromSsm(fleet, { endpoint });
      expect(locator.regions[0]?.endpointGroupArn).toBe(existing.endpointGroupArn);
      expect(locator.accelerator.addresses[443]).toMatch(/^[\w.-]+:443$/);
    } finally {
      await existing.close();
    }
  });

  it('reads what the stacks write', async () => {
    stored = deployedParameters(synthesize(fleet).stacks).map(({ name, value, region }) => ({
      Name: name,
      Value: value,
      region,
    }));
    const locator = await readLocatorFromSsm(fleet, { endpoint });
    expect(Object.keys(locator.accelerator.addresses)).toEqual(['80', '443']);
    expect(locator.regions[0]?.colours.green.cluster.name).toBe('shop-green');
    expect(locator.journal).toEqual({ table: 'zeroshift-shop', region: 'us-west-2' });
  });
});
