import { defineFleet } from 'zeroshift/fleet';
import { domain, domainMappings, history, services } from './services.ts';
import { workers } from './workers.ts';

/** A shop in one region, replaced from Knative 1.22 on Kubernetes 1.34 to Knative 1.23 on Kubernetes 1.35. */
export default defineFleet({
  name: 'shop',
  domain,
  regions: [
    {
      name: 'eu-west-1',
      account: '111122223333',
      availabilityZones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
    },
  ],
  colours: {
    blue: {
      kubernetes: '1.34',
      knative: '1.22.1',
      serving: { autoscaler: { 'allow-zero-initial-scale': true } },
    },
    green: {
      kubernetes: '1.35',
      knative: '1.23.0',
      serving: { autoscaler: { 'allow-zero-initial-scale': true } },
    },
  },
  services: [...services, ...workers],
  domainMappings,
  cutover: { steps: [5, 25, 50, 100], bake: '10m', hold: '24h' },
  // It acts by itself: it runs on one colour, and is handed over.
  migration: {
    workloads: [{ kind: 'Deployment', namespace: 'shop', name: 'settlement', runs: 'singleton' }],
  },
  // Slow reports are rare; everything else is asked for alike.
  rehearsal: { history, load: { 'shop/reports': 0.2 } },
});
