import type { KnativeServiceProps } from 'zeroshift/constructs/service';

/**
 * "One container a pod": now a sidecar stands beside the one that takes the requests, and a container before both
 * prepares what they need. Each is probed by itself.
 */
export const site: KnativeServiceProps = {
  name: 'site',
  namespace: 'talk',
  initContainers: [
    {
      name: 'fill',
      image: 'ghcr.io/zeroshift-examples/talk-pages:1.0',
      command: ['cp', '-r', '/pages', '/work'],
      mounts: { '/work': 'pages' },
    },
  ],
  containers: [
    {
      name: 'web',
      image: 'ghcr.io/zeroshift-examples/talk-web:1.0',
      // The one with the port takes the requests.
      port: 8080,
      mounts: { '/srv': { volume: 'pages', readOnly: true } },
      readinessProbe: { http: { path: '/ready' }, period: '5s' },
    },
    {
      name: 'refresh',
      image: 'ghcr.io/zeroshift-examples/talk-refresh:1.0',
      mounts: { '/work': 'pages' },
      livenessProbe: { exec: ['test', '-f', '/work/fresh'], period: '30s' },
      resources: { requests: { cpu: '10m', memory: '32Mi' } },
    },
  ],
  volumes: { pages: { emptyDir: { sizeLimit: '256Mi' } } },
};
