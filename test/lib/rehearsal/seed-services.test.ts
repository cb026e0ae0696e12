import { afterAll, expect, it } from 'vitest';
import { createKubernetesCluster, type KubeObject } from '../../../lib/clusters/index.ts';
import { type Colour, colours } from '../../../lib/fleet/index.ts';
import { readInventory } from '../../../lib/migration/index.ts';
import { type RunningCluster, startCluster } from '../../../lib/rehearsal/cluster/index.ts';
import { loadTargets } from '../../../lib/rehearsal/load-targets.ts';
import { seedReferred, seedServices, seedServing } from '../../../lib/rehearsal/seed-services.ts';
import { exampleFleet } from '../../helpers/fleet.ts';
import { temporaryDirectories } from '../../helpers/temporary-directory.ts';

const folder = temporaryDirectories();
const running: RunningCluster[] = [];
afterAll(() => Promise.all(running.map((cluster) => cluster.close())));

const shop = (apiVersion: string, kind: string, name: string, more: object = {}): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace: 'shop' },
  ...more,
});

it('runs services that are written as manifests, gives both colours what they refer to, and starts no plain workload', async () => {
  const fleet = exampleFleet({
    colours: {
      blue: { kubernetes: '1.34', knative: '1.22.1' },
      green: { kubernetes: '1.35', knative: '1.23.0' },
    },
    entrance: { ports: [80, { port: 1883, service: 'broker', namespace: 'shop' }] },
    services: [
      { name: 'typed', namespace: 'shop', image: 'app:1', scaling: { min: 1 } },
      shop('v1', 'ConfigMap', 'words', { data: { target: 'raw' } }),
      shop('v1', 'Service', 'broker', { spec: { ports: [{ port: 1883 }] } }),
      shop('apps/v1', 'Deployment', 'broker'),
      shop('example.com/v1', 'Unheard', 'of'),
      shop('serving.knative.dev/v1', 'Service', 'raw', {
        spec: {
          template: {
            metadata: { annotations: { 'autoscaling.knative.dev/min-scale': '1' } },
            spec: {
              containers: [{ image: 'app:1', envFrom: [{ configMapRef: { name: 'words' } }] }],
            },
          },
        },
      }),
      {
        apiVersion: 'serving.knative.dev/v1beta1',
        kind: 'DomainMapping',
        metadata: { name: 'www.example.org', namespace: 'shop' },
        spec: { ref: { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'raw' } },
      },
      {
        apiVersion: 'networking.internal.knative.dev/v1alpha1',
        kind: 'ClusterDomainClaim',
        metadata: { name: 'www.example.org' },
        spec: { namespace: 'shop' },
      },
    ],
  });
  const directory = await folder();
  const start = async (colour: Colour, seed: number) => {
    const { name, domain } = fleet;
    const cluster = await startCluster({
      fleet: name,
      colour,
      region: 'eu-west-1',
      ports: [80],
      directory,
      domain,
      seed,
    });
    running.push(cluster);
    const port = createKubernetesCluster(cluster);
    await seedServing(port, fleet, colour);
    await seedReferred(port, fleet, colour);
    return port;
  };
  const [blue, green] = await Promise.all(colours.map(start));
  if (blue === undefined || green === undefined) throw new Error('no clusters');
  await seedServices(blue, fleet, 'blue');
  const find = (apiVersion: string, kind: string, name: string) => ({
    apiVersion,
    kind,
    name,
    namespace: 'shop',
  });
  for (const cluster of [blue, green])
    expect((await cluster.get(find('v1', 'ConfigMap', 'words')))?.data).toEqual({ target: 'raw' });
  expect(await blue.get(find('apps/v1', 'Deployment', 'broker'))).toBeUndefined();
  expect(await blue.get(find('v1', 'Service', 'broker'))).toBeUndefined();
  expect(await green.get(find('serving.knative.dev/v1', 'Service', 'raw'))).toBeUndefined();
  const inventory = await readInventory(blue);
  expect(loadTargets(inventory, {}).map(({ service, host }) => [service, host])).toEqual([
    ['shop/raw', 'raw.shop.shop.example.com'],
    ['shop/raw', 'www.example.org'],
    ['shop/typed', 'typed.shop.shop.example.com'],
  ]);
}, 60_000);
