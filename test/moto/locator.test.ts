import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { readLocatorFromSsm } from '../../lib/fleet/locator-ssm.ts';
import { deployedParameters } from '../helpers/cloud-formation.ts';
import { exampleFleet } from '../helpers/fleet.ts';
import { type Moto, startMoto } from '../helpers/moto.ts';
import { synthesize } from '../lib/stacks/synthesis.ts';

let moto: Moto;
beforeAll(async () => {
  moto = await startMoto();
  vi.stubEnv('AWS_ACCESS_KEY_ID', moto.credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', moto.credentials.secretAccessKey);
});
afterAll(() => moto.close());

const region = (name: string) => ({
  name,
  account: '123456789012',
  availabilityZones: [`${name}a`, `${name}b`],
});
const fleet = exampleFleet({ regions: ['eu-west-1', 'us-east-1', 'us-west-2'].map(region) });

async function store(parameters: ReturnType<typeof deployedParameters>): Promise<void> {
  for (const { name, value, region: place } of parameters) {
    const client = new SSMClient({ endpoint: moto.endpoint, region: place, credentials: moto.credentials });
    await client.send(new PutParameterCommand({ Name: name, Value: value, Type: 'String', Overwrite: true }));
    client.destroy();
  }
}

it('the locator of three regions is put together from what the stacks write, each in its region', async () => {
  const parameters = deployedParameters(synthesize(fleet).stacks);
  const isLate = ({ name }: { name: string }) => name.endsWith('us-east-1/green');
  await store(parameters.filter((one) => !isLate(one)));
  const read = () => readLocatorFromSsm(fleet, { endpoint: moto.endpoint });
  await expect(read()).rejects.toMatchObject({
    code: 'locator.incomplete',
    problems: [{ where: 'SSM parameter /zeroshift/shop/us-east-1/green in us-east-1' }],
  });
  // As many others beside them as make several pages.
  await store([
    ...parameters.filter(isLate),
    ...Array.from({ length: 25 }, (_, index) => ({
      name: `/zeroshift/shop/us-west-2/a-${index}`,
      value: '{}',
      region: 'us-west-2',
    })),
  ]);
  const locator = await read();
  expect(locator.regions.map((one) => one.region)).toEqual(['eu-west-1', 'us-east-1', 'us-west-2']);
  for (const one of locator.regions) {
    expect(one.colours.green.cluster.name).toBe('shop-green');
    expect(Object.keys(one.colours.blue.entrance.addresses)).toEqual(['80', '443']);
  }
  expect(locator.journal).toEqual({ table: 'zeroshift-shop', region: 'us-west-2' });
});
