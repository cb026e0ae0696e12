import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { locatedFleet } from '../../../lib/cli/live-fleet.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zeroshift-located-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const colour = (name: string) => ({
  entrance: {
    arn: `arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/${name}/1`,
    addresses: {},
  },
  cluster: { name, kubeconfig: 'kubeconfig', context: name },
});

async function located(journal: object | undefined, state?: string) {
  const file = join(folder, 'locator.json');
  const locator = {
    apiVersion: 'zeroshift/v1',
    kind: 'Locator',
    fleet: 'shop',
    accelerator: {
      arn: 'arn:aws:globalaccelerator::111122223333:accelerator/a',
      listenerArn: 'arn:aws:globalaccelerator::111122223333:accelerator/a/listener/l',
      addresses: {},
    },
    regions: [
      {
        region: 'eu-west-1',
        endpointGroupArn: 'arn:aws:globalaccelerator::111122223333:accelerator/a/listener/l/endpoint-group/g',
        colours: { blue: colour('blue'), green: colour('green') },
      },
    ],
    ...(journal === undefined ? {} : { journal }),
  };
  await writeFile(file, JSON.stringify(locator));
  const options = { fleet: 'examples/shop/fleet.config.ts', locator: file, color: false };
  return locatedFleet(state === undefined ? options : { ...options, state });
}

it('keeps journals in the table of the locator, so that everybody sees them, unless told otherwise', async () => {
  const table = { table: 'zeroshift-shop-journal', region: 'us-west-2' };
  expect((await located(table)).state).toBe('dynamodb:us-west-2/zeroshift-shop-journal');
  expect((await located(table, '.here')).state).toBe('.here');
  expect((await located(undefined)).state).toBe('.zeroshift');
  const local = { ...table, endpoint: 'http://127.0.0.1:8000' };
  expect((await located(local)).state).toBe(
    'dynamodb:us-west-2/zeroshift-shop-journal@http://127.0.0.1:8000',
  );
});
