import type { KubernetesObject } from 'zeroshift/fleet';

/**
 * What acts by itself: it books what was paid, and would book it twice if it ran on both colours. The fleet says so in
 * `migration.workloads`, and the cutover hands it over.
 */
const settlement: KubernetesObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'settlement', namespace: 'shop' },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'settlement' } },
    template: {
      metadata: { labels: { app: 'settlement' } },
      spec: {
        containers: [
          {
            name: 'settlement',
            image: 'ghcr.io/zeroshift-examples/shop-settlement:1.0',
            env: [
              { name: 'TARGET', value: 'settlement' },
              { name: 'STARTUP_MS', value: '300' },
              { name: 'SHUTDOWN_MS', value: '500' },
            ],
          },
        ],
      },
    },
  },
};

export const workers: readonly KubernetesObject[] = [settlement];
