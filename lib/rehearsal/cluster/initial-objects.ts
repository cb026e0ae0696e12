import type { KubeObject } from '../../clusters/cluster-port.ts';
import { servingNamespace } from './config/index.ts';
import { gatewayName, gatewayNamespace, kourierClass, nodeName } from './controllers/index.ts';
import { gatewayDeployment } from './gateway-deployment.ts';
import { resources } from './objects/index.ts';

export interface InitialProps {
  readonly domain: string;
  readonly region: string;
  /** Data of Knative's config maps by name. */
  readonly configMaps: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly gatewayDrainSeconds: number;
  /** Listener port of the fleet → port of this machine that leads to the gateways. */
  readonly nodePorts: Readonly<Record<string, number>>;
}

export interface InitialObject {
  readonly resource: string;
  readonly object: KubeObject;
  readonly status?: object;
}

/** What is in a cluster from the start: its namespaces and node, Knative's configuration, the gateways. */
export function initialObjects(props: InitialProps): InitialObject[] {
  const configMaps: InitialProps['configMaps'] = {
    ...props.configMaps,
    'config-domain': { [props.domain]: '', ...props.configMaps['config-domain'] },
    'config-network': {
      'ingress-class': kourierClass,
      'autocreate-cluster-domain-claims': 'true',
      ...props.configMaps['config-network'],
    },
  };
  return [
    ...[servingNamespace, gatewayNamespace].map((name) => ({
      resource: resources.namespaces,
      object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
    })),
    node(props.region),
    ...Object.entries(configMaps).map(([name, data]) => ({
      resource: resources.configMaps,
      object: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: {
          name,
          namespace: servingNamespace,
          labels: {
            'app.kubernetes.io/name': 'knative-serving',
            'app.kubernetes.io/component': 'controller',
          },
        },
        data,
      },
    })),
    { resource: resources.deployments, object: gatewayDeployment(props.gatewayDrainSeconds) },
    { resource: resources.kubeServices, object: gatewayService(props.nodePorts) },
  ];
}

/** The way to the gateways from outside: the only node is this machine. */
const gatewayService = (nodePorts: InitialProps['nodePorts']): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name: 'kourier',
    namespace: gatewayNamespace,
    labels: {
      'app.kubernetes.io/component': 'net-kourier',
      'app.kubernetes.io/name': 'knative-serving',
      'networking.knative.dev/ingress-provider': 'kourier',
    },
  },
  spec: {
    type: 'NodePort',
    selector: { app: gatewayName },
    ports: Object.entries(nodePorts).map(([port, nodePort]) => ({
      name: `port-${port}`,
      port: Number(port),
      protocol: 'TCP',
      targetPort: 8080,
      nodePort,
    })),
  },
});

const node = (region: string): InitialObject => ({
  resource: resources.nodes,
  object: {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: nodeName,
      labels: { 'kubernetes.io/hostname': nodeName, 'topology.kubernetes.io/region': region },
    },
  },
  status: {
    conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }],
    addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
    nodeInfo: { kubeletVersion: 'v1.35.0' },
  },
});
