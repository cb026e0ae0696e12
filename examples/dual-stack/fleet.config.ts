import { defineFleet } from 'zeroshift/fleet';

/** Knative services and plain workloads side by side: all of them stand in the folder `services`. */
export default defineFleet({
  name: 'dual',
  domain: 'example.com',
  regions: [
    {
      name: 'eu-west-1',
      account: '111122223333',
      availabilityZones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
    },
  ],
  // HTTP goes to the gateway and so to Knative; messages go past it to the broker's pods.
  entrance: { ports: [80, 443, { port: 1883, service: 'broker', namespace: 'orders' }] },
  colours: {
    blue: { kubernetes: '1.34', knative: '1.22.1' },
    green: { kubernetes: '1.35', knative: '1.23.0' },
  },
  services: './services',
});
