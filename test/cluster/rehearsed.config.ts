import { defineFleet } from 'zeroshift/fleet';

// The fleet that is rehearsed on the lane's clusters: warm services, one at zero, one with a limit, a split that pins
// its revisions, and a host of its own.

const namespace = 'shop';
const image = '10.98.0.1:5000/app:lane';
const resources = { requests: { cpu: '10m', memory: '16Mi' } };
const env = (target: string, answerMs: number) => ({
  TARGET: target,
  ANSWER_MS: String(answerMs),
  STARTUP_MS: '200',
});
const catalog = { name: 'catalog', namespace, image, resources, scaling: { min: 1, max: 5 } };

export default defineFleet({
  name: 'lane',
  domain: 'lane.example.com',
  regions: [{ name: 'eu-west-1', account: '111122223333', availabilityZones: ['eu-west-1a', 'eu-west-1b'] }],
  colours: {
    blue: { kubernetes: '1.35', knative: '1.22.1' },
    green: { kubernetes: '1.35', knative: '1.23.0' },
  },
  services: [
    { name: 'cart', namespace, image, resources, env: env('cart', 8), scaling: { min: 2, max: 6 } },
    { name: 'hello', namespace, image, resources, env: env('hello', 5), scaling: { window: '6s', max: 3 } },
    {
      name: 'ledger',
      namespace,
      image,
      resources,
      env: env('ledger', 6),
      containerConcurrency: 1,
      scaling: { min: 2, max: 10 },
    },
    {
      ...catalog,
      revisionName: 'catalog-v2',
      env: env('catalog v2', 12),
      traffic: [
        { revision: 'catalog-v1', percent: 90 },
        { revision: 'catalog-v2', percent: 10 },
      ],
    },
    { name: 'front', namespace, image, resources, env: env('front', 4), scaling: { min: 1, max: 5 } },
  ],
  domainMappings: [{ name: 'www.lane.example.com', namespace, service: 'front' }],
  // Short, as the tests have other things to wait for: pods that start and end.
  cutover: { steps: [10, 50, 100], bake: '3s', hold: '3s', gates: { minSamples: 25 } },
  rehearsal: { history: [{ ...catalog, revisionName: 'catalog-v1', env: env('catalog v1', 10) }] },
});
