import { resolve } from 'node:path';

/** A fleet definition of the example's shop with a cutover in the times of a test. `cutover`: more of its fields, as source text. */
export const shopFleet = (cutover = ''): string => `
import { defineFleet } from 'zeroshift/fleet';
import { domain, domainMappings, history, services } from ${JSON.stringify(resolve('examples/shop/services.ts'))};

const serving = { autoscaler: { 'allow-zero-initial-scale': true } };
export default defineFleet({
  name: 'shop',
  domain,
  regions: [{ name: 'eu-west-1', account: '111122223333', availabilityZones: ['eu-west-1a', 'eu-west-1b'] }],
  entrance: { ports: [80] },
  colours: {
    blue: { kubernetes: '1.34', knative: '1.22.1', serving },
    green: { kubernetes: '1.35', knative: '1.23.0', serving },
  },
  services,
  domainMappings,
  cutover: {
    steps: [25, 100],
    bake: '2s',
    patience: '20s',
    hold: '2s',
    deployTimeout: '30s',
    readyTimeout: '60s',
    drain: { quiet: '2s', timeout: '60s' },
    gates: { minSamples: 30, maxLatencyRatio: 5, latencyFloor: '1s', shareTolerance: 20 },
    ${cutover}
  },
  rehearsal: { history },
});
`;
