import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { servingNamespace } from '../knative/index.ts';
import { accountName, controllerName, controllerPort, kourierLabels, kourierNamespace } from './names.ts';
import { containerSecurity, type PlacementProps, placement, quantities } from './pod.ts';
import { controllerImage, type KourierRelease } from './releases/index.ts';

export interface KourierControllerProps extends PlacementProps {
  readonly release: KourierRelease;
}

/** Room for a colour full of ingresses: with less, a restarted controller takes minutes to fill the gateways. */
const requestsPerSecond = '200';

/** The controller: turns Knative's ingresses into Envoy's configuration and hands it to the gateways. */
export class KourierController extends Construct {
  constructor(scope: Construct, id: string, props: KourierControllerProps) {
    super(scope, id);
    const { release, resources } = props;
    const labels = kourierLabels(release);
    const selector = { app: controllerName };
    const metadata = { name: controllerName, namespace: servingNamespace, labels };
    const probe = { grpc: { port: controllerPort }, periodSeconds: 10 };
    new k8s.KubeDeployment(this, 'deployment', {
      metadata,
      spec: {
        strategy: {
          type: 'RollingUpdate',
          rollingUpdate: {
            maxUnavailable: k8s.IntOrString.fromNumber(0),
            maxSurge: k8s.IntOrString.fromString('100%'),
          },
        },
        replicas: 1,
        selector: { matchLabels: selector },
        template: {
          metadata: {
            annotations: {
              'prometheus.io/scrape': 'true',
              'prometheus.io/port': '9090',
              'prometheus.io/path': '/metrics',
            },
            labels: selector,
          },
          spec: {
            containers: [
              {
                name: 'controller',
                image: controllerImage(release),
                env: [
                  { name: 'CERTS_SECRET_NAMESPACE', value: '' },
                  { name: 'CERTS_SECRET_NAME', value: '' },
                  {
                    name: 'SYSTEM_NAMESPACE',
                    valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } },
                  },
                  { name: 'METRICS_DOMAIN', value: 'knative.dev/samples' },
                  { name: 'KOURIER_GATEWAY_NAMESPACE', value: kourierNamespace },
                  { name: 'ENABLE_SECRET_INFORMER_FILTERING_BY_CERT_UID', value: 'false' },
                  { name: 'KUBE_API_BURST', value: requestsPerSecond },
                  { name: 'KUBE_API_QPS', value: requestsPerSecond },
                ],
                ports: [
                  { name: 'http2-xds', containerPort: controllerPort, protocol: 'TCP' },
                  { name: 'metrics', containerPort: 9090, protocol: 'TCP' },
                ],
                readinessProbe: { ...probe, failureThreshold: 3 },
                livenessProbe: { ...probe, failureThreshold: 6 },
                securityContext: { ...containerSecurity, readOnlyRootFilesystem: true },
                resources: quantities(resources, {
                  requests: { cpu: '200m', memory: '200Mi' },
                  limits: { cpu: '1', memory: '500Mi' },
                }),
              },
            ],
            restartPolicy: 'Always',
            serviceAccountName: accountName,
            ...placement(props),
          },
        },
      },
    });
    const port = (name: string, number: number): k8s.ServicePort => ({
      name,
      port: number,
      protocol: 'TCP',
      targetPort: k8s.IntOrString.fromNumber(number),
    });
    new k8s.KubeService(this, 'service', {
      metadata,
      spec: {
        ports: [port('grpc-xds', controllerPort), port('http-metrics', 9090)],
        selector,
        type: 'ClusterIP',
      },
    });
  }
}
