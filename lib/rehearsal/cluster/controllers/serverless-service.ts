import type { KubeObject } from '../../../clusters/cluster-port.ts';
import type { DataPlane } from '../data-plane.ts';
import {
  controllerOf,
  isBeingDeleted,
  keyOf,
  labelKey,
  labels,
  resources,
  splitKey,
} from '../objects/index.ts';
import type { ControllerContext } from './context.ts';
import { ensure } from './ensure.ts';
import type { Controller } from './manager.ts';
import { childName } from './names.ts';
import { reconcileStatus } from './reconcile-status.ts';
import { type RunningPods, runningReadyPods } from './revision-pods.ts';

const set = { dependents: ['EndpointsPopulated'] };
const ports = [
  { name: 'http', port: 80, protocol: 'TCP' },
  { name: 'http-autometric', port: 9090, protocol: 'TCP' },
  { name: 'http-usermetric', port: 9091, protocol: 'TCP' },
];

/** A ServerlessService: whether a revision's requests go to its pods or to the activator, told to the data plane. */
export function serverlessServiceController(
  context: ControllerContext,
  dataPlane: Pick<DataPlane, 'setRevision' | 'deleteRevision'>,
  running: RunningPods,
): Controller {
  const { store } = context;
  return {
    name: 'serverless-service',
    watches: [
      { resource: resources.serverlessServices, keys: (object) => [keyOf(object)] },
      { resource: resources.pods, keys: labelKey(labels.revision) },
    ],
    reconcile(key) {
      const { namespace, name } = splitKey(key);
      const service = store.get(resources.serverlessServices, namespace, name);
      if (service === undefined || isBeingDeleted(service)) {
        dataPlane.deleteRevision(key);
        return undefined;
      }
      const revision = store.get(resources.revisions, namespace, name)?.spec;
      const addresses = runningReadyPods(store, running, namespace, name).map((pod) => pod.address);
      const proxied = addresses.length === 0 || service.spec.mode === 'Proxy';
      dataPlane.setRevision(key, {
        pods: addresses,
        viaActivator: proxied,
        containerConcurrency: revision?.containerConcurrency ?? 0,
        timeoutMs: (revision?.timeoutSeconds ?? context.config().defaults.revisionTimeoutSeconds) * 1000,
      });
      for (const child of makeServices(service)) ensure(store, resources.kubeServices, child);
      const props = {
        store,
        resource: resources.serverlessServices,
        object: service,
        set,
        now: context.now(),
      };
      return reconcileStatus(props, (status, conditions) => {
        status.serviceName = name;
        status.privateServiceName = privateName(service);
        if (addresses.length > 0) conditions.markTrue('EndpointsPopulated');
        else conditions.markUnknown('EndpointsPopulated', 'NoHealthyBackends', 'NoHealthyBackends');
        if (proxied) conditions.markTrue('ActivatorEndpointsPopulated');
        else
          conditions.markFalse(
            'ActivatorEndpointsPopulated',
            'ActivatorEndpointsRemoved',
            'Revision is not backed by Activator',
          );
        return undefined;
      });
    },
  };
}

const privateName = (service: KubeObject): string => childName(service.metadata.name, '-private');

function makeServices(service: KubeObject): KubeObject[] {
  const { name, namespace = '', labels: own = {} } = service.metadata;
  const make = (serviceName: string, type: 'Public' | 'Private', spec: object): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: serviceName,
      namespace,
      labels: {
        ...own,
        'networking.internal.knative.dev/serverlessservice': name,
        'networking.internal.knative.dev/serviceType': type,
      },
      annotations: {},
      ownerReferences: [controllerOf(service)],
    },
    spec: { type: 'ClusterIP', ports, ...spec },
  });
  const selector = { [labels.revisionUid]: own[labels.revisionUid] ?? '' };
  return [make(name, 'Public', {}), make(privateName(service), 'Private', { selector })];
}
