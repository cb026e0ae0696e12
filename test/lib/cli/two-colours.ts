import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duration } from '../../../lib/fleet/duration.ts';
import type { Locator } from '../../../lib/fleet/index.ts';
import { startAccelerator } from '../../../lib/rehearsal/accelerator/index.ts';
import { createGlobalAcceleratorTraffic } from '../../../lib/traffic/index.ts';
import { type Populated, populate } from '../migration/inventory/populated.ts';

/** Two API servers over HTTP behind an accelerator that says who has the traffic, and a folder with their locator. */
export interface TwoColours {
  readonly folder: string;
  /** Path of a file in the folder. */
  file(name: string): string;
  readonly blue: Populated;
  readonly green: Populated;
  /** Sets weights at the accelerator. */
  weights(blue: number, green: number): Promise<void>;
  close(): Promise<void>;
}

const region = 'eu-west-1';
const arn = (colour: string) =>
  `arn:aws:elasticloadbalancing:${region}:111122223333:loadbalancer/net/shop-${colour}/0`;

/** The text of a fleet that fits them. @param more lines of its definition */
export const fleetText = (more = ''): string => `import { defineFleet } from 'zeroshift/fleet';
export default defineFleet({
  name: 'shop', domain: 'shop.example.com',
  regions: [{ name: '${region}', account: '111122223333', availabilityZones: ['${region}a', '${region}b'] }],
  colours: { blue: { kubernetes: '1.34', knative: '1.22.1' }, green: { kubernetes: '1.35', knative: '1.23.0' } },
  services: [],
  ${more}
});`;

/** Blue has all of the traffic; `locator.json` is in the folder. The caller stubs AWS's credentials. */
export async function twoColours(): Promise<TwoColours> {
  const folder = mkdtempSync(join(tmpdir(), 'zeroshift-'));
  const file = (name: string): string => join(folder, name);
  const [blue, green] = await Promise.all([populate(), populate()]);
  const accelerator = await startAccelerator({
    region,
    ports: { 80: 0 },
    endpoints: [
      { id: arn('blue'), addresses: {}, weight: 100 },
      { id: arn('green'), addresses: {}, weight: 0 },
    ],
    propagation: Duration.milliseconds(10),
    seed: 1,
  });
  const { acceleratorArn, listenerArn, endpointGroupArns, controlPlane } = accelerator;
  const endpointGroupArn = endpointGroupArns[region] ?? '';
  const addresses = { 80: '127.0.0.1:1', 443: '127.0.0.1:1' };
  const at = (colour: string, { kubeconfig }: Populated) => ({
    cluster: { name: `shop-${colour}`, kubeconfig, context: 'blue' },
    entrance: { arn: arn(colour), addresses },
  });
  const locator: Locator = {
    apiVersion: 'zeroshift/v1',
    kind: 'Locator',
    fleet: 'shop',
    accelerator: { arn: acceleratorArn, listenerArn, addresses, controlPlane },
    regions: [{ region, endpointGroupArn, colours: { blue: at('blue', blue), green: at('green', green) } }],
  };
  writeFileSync(file('locator.json'), JSON.stringify(locator));
  return {
    folder,
    file,
    blue,
    green,
    weights: async (ofBlue, ofGreen) => {
      const traffic = createGlobalAcceleratorTraffic({ controlPlane });
      const { endpoints } = await traffic.readGroup(endpointGroupArn);
      const next = endpoints.map((one) => ({ ...one, weight: one.id === arn('blue') ? ofBlue : ofGreen }));
      await traffic.writeGroup(endpointGroupArn, next);
    },
    close: async () => {
      await Promise.all([blue.close(), green.close(), accelerator.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
