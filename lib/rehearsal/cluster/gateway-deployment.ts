import type { KubeObject } from '../../clusters/cluster-port.ts';
import { gatewayName, gatewayNamespace } from './controllers/index.ts';

/** Port of a gateway's pod that answers `/stats/prometheus` through the API server's proxy. */
export const statsPort = 9000;

/** The ingress' Deployment: two gateways, rolled one by one, each drained before it ends. */
export const gatewayDeployment = (drainSeconds: number): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name: gatewayName,
    namespace: gatewayNamespace,
    labels: {
      'app.kubernetes.io/component': 'net-kourier',
      'app.kubernetes.io/name': 'knative-serving',
      'networking.knative.dev/ingress-provider': 'kourier',
    },
  },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: gatewayName } },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    template: {
      metadata: {
        labels: { app: gatewayName },
        annotations: {
          'prometheus.io/scrape': 'true',
          'prometheus.io/port': String(statsPort),
          'prometheus.io/path': '/stats/prometheus',
        },
      },
      spec: {
        terminationGracePeriodSeconds: drainSeconds,
        containers: [
          {
            name: 'kourier-gateway',
            image: 'docker.io/envoyproxy/envoy:v1.37-latest',
            ports: [
              { name: 'http2-external', containerPort: 8080, protocol: 'TCP' },
              { name: 'stats', containerPort: statsPort, protocol: 'TCP' },
            ],
          },
        ],
      },
    },
  },
});
