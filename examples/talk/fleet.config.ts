/**
 * What a talk of 2019 disliked about Knative, each shown solved in one file of `services/`. Nothing here says a feature
 * flag: the services need them, so the fleet turns them on. A fleet that forbids one refuses the service with the flag's
 * name, as with `serving: { features: { 'kubernetes.podspec-nodeselector': 'disabled' } }`.
 *
 *     zeroshift synth --fleet examples/talk/fleet.config.ts --out dist/talk
 */
import { defineFleet } from 'zeroshift/fleet';

export default defineFleet({
  name: 'talk',
  domain: 'example.com',
  regions: [
    {
      name: 'eu-west-1',
      account: '111122223333',
      availabilityZones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
    },
  ],
  colours: {
    blue: { kubernetes: '1.34', knative: '1.22.1' },
    green: { kubernetes: '1.35', knative: '1.23.0' },
  },
  services: './services',
});
