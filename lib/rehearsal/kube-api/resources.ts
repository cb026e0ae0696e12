import type { KubeObject } from '../../clusters/cluster-port.ts';
import { ageColumn, computed, integer, label, readyColumns, text, wide } from './columns.ts';
import type { PrinterColumn, ResourceDefinition } from './resource-definition.ts';

interface Options {
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly cluster?: boolean;
  readonly status?: boolean;
  readonly scale?: boolean;
  readonly columns?: readonly PrinterColumn[];
}

const resource = (
  apiVersion: string,
  kind: string,
  plural: string,
  options: Options = {},
): ResourceDefinition => {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  return {
    group,
    version,
    kind,
    plural,
    singular: kind.toLowerCase(),
    shortNames: options.shortNames ?? [],
    categories: options.categories ?? [],
    namespaced: options.cluster !== true,
    status: options.status === true,
    ...(options.scale ? { scale: true } : {}),
    columns: options.columns ?? [ageColumn],
  };
};

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const size = (value: unknown): number =>
  typeof value === 'object' && value !== null ? Object.keys(value).length : 0;

/** How many containers of a pod are ready, of how many. */
const podReady = (pod: KubeObject): string => {
  const ready = list(pod.status?.containerStatuses).filter((status) => (status as { ready?: boolean }).ready);
  return `${ready.length}/${list(pod.spec?.containers).length}`;
};
const podStatus = (pod: KubeObject): string =>
  pod.metadata.deletionTimestamp === undefined
    ? (pod.status?.reason ?? pod.status?.phase ?? 'Unknown')
    : 'Terminating';
const podRestarts = (pod: KubeObject): number =>
  list(pod.status?.containerStatuses).reduce<number>(
    (sum, status) => sum + ((status as { restartCount?: number }).restartCount ?? 0),
    0,
  );

const ports = (service: KubeObject): string =>
  list(service.spec?.ports)
    .map((port) => {
      const {
        port: number,
        nodePort,
        protocol,
      } = port as { port: number; nodePort?: number; protocol?: string };
      return `${number}${nodePort ? `:${nodePort}` : ''}/${protocol ?? 'TCP'}`;
    })
    .join(',') || '<none>';
const externalIp = (service: KubeObject): string => {
  if (service.spec?.type === 'ExternalName') return service.spec.externalName ?? '<none>';
  const ingress = list(service.status?.loadBalancer?.ingress) as { ip?: string; hostname?: string }[];
  const shown = ingress.map((entry) => entry.ip ?? entry.hostname).join(',');
  return shown || (service.spec?.type === 'LoadBalancer' ? '<pending>' : '<none>');
};
const selector = (service: KubeObject): string => {
  const labels = service.spec?.selector?.matchLabels ?? service.spec?.selector;
  const shown = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return shown.join(',') || '<none>';
};
const addresses = (endpoints: KubeObject): string =>
  list(endpoints.subsets)
    .flatMap((subset) => {
      const { addresses: ips, ports: numbers } = subset as {
        addresses?: { ip: string }[];
        ports?: { port: number }[];
      };
      return (ips ?? []).flatMap(({ ip }) => (numbers ?? []).map(({ port }) => `${ip}:${port}`));
    })
    .join(',') || '<none>';
const containers =
  (field: 'name' | 'image') =>
  (object: KubeObject): string =>
    list(object.spec?.template?.spec?.containers)
      .map((container) => (container as Record<string, string>)[field])
      .join(',');
const workloadWide = [
  wide(computed('Containers', containers('name'))),
  wide(computed('Images', containers('image'))),
  wide(computed('Selector', selector)),
];

/** What every cluster serves. */
const kubernetes: readonly ResourceDefinition[] = [
  resource('v1', 'Namespace', 'namespaces', {
    shortNames: ['ns'],
    cluster: true,
    status: true,
    columns: [text('Status', 'status.phase'), ageColumn],
  }),
  resource('v1', 'Pod', 'pods', {
    shortNames: ['po'],
    categories: ['all'],
    status: true,
    columns: [
      computed('Ready', podReady),
      computed('Status', podStatus),
      computed('Restarts', podRestarts),
      ageColumn,
      wide(text('IP', 'status.podIP')),
      wide(text('Node', 'spec.nodeName')),
    ],
  }),
  resource('v1', 'Service', 'services', {
    shortNames: ['svc'],
    categories: ['all'],
    status: true,
    columns: [
      computed('Type', (service) => service.spec?.type ?? 'ClusterIP'),
      computed('Cluster-IP', (service) => service.spec?.clusterIP ?? '<none>'),
      computed('External-IP', externalIp),
      computed('Port(s)', ports),
      ageColumn,
      wide(computed('Selector', selector)),
    ],
  }),
  resource('v1', 'Endpoints', 'endpoints', {
    shortNames: ['ep'],
    columns: [computed('Endpoints', addresses), ageColumn],
  }),
  resource('v1', 'ConfigMap', 'configmaps', {
    shortNames: ['cm'],
    columns: [computed('Data', (map) => size(map.data) + size(map.binaryData)), ageColumn],
  }),
  resource('v1', 'Secret', 'secrets', {
    columns: [
      computed('Type', (secret) => secret.type ?? 'Opaque'),
      computed('Data', (secret) => size(secret.data)),
      ageColumn,
    ],
  }),
  resource('v1', 'ServiceAccount', 'serviceaccounts', {
    shortNames: ['sa'],
    columns: [computed('Secrets', (account) => list(account.secrets).length), ageColumn],
  }),
  resource('v1', 'Event', 'events', {
    shortNames: ['ev'],
    columns: [
      text('Last Seen', 'lastTimestamp'),
      text('Type', 'type'),
      text('Reason', 'reason'),
      computed('Object', (event) =>
        `${event.involvedObject?.kind}/${event.involvedObject?.name}`.toLowerCase(),
      ),
      text('Message', 'message'),
    ],
  }),
  resource('v1', 'Node', 'nodes', {
    shortNames: ['no'],
    cluster: true,
    status: true,
    columns: [...readyColumns.slice(0, 1), ageColumn, text('Version', 'status.nodeInfo.kubeletVersion')],
  }),
  resource('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims', {
    shortNames: ['pvc'],
    status: true,
    columns: [
      text('Status', 'status.phase'),
      text('Volume', 'spec.volumeName'),
      text('StorageClass', 'spec.storageClassName'),
      ageColumn,
    ],
  }),
  resource('apps/v1', 'Deployment', 'deployments', {
    shortNames: ['deploy'],
    categories: ['all'],
    status: true,
    scale: true,
    columns: [
      computed(
        'Ready',
        (deployment) => `${deployment.status?.readyReplicas ?? 0}/${deployment.spec?.replicas ?? 1}`,
      ),
      integer('Up-to-date', 'status.updatedReplicas', 0),
      integer('Available', 'status.availableReplicas', 0),
      ageColumn,
      ...workloadWide,
    ],
  }),
  resource('apps/v1', 'ReplicaSet', 'replicasets', {
    shortNames: ['rs'],
    categories: ['all'],
    status: true,
    scale: true,
    columns: [
      integer('Desired', 'spec.replicas', 1),
      integer('Current', 'status.replicas', 0),
      integer('Ready', 'status.readyReplicas', 0),
      ageColumn,
      ...workloadWide,
    ],
  }),
  resource('apps/v1', 'StatefulSet', 'statefulsets', {
    shortNames: ['sts'],
    categories: ['all'],
    status: true,
    scale: true,
    columns: [
      computed('Ready', (set) => `${set.status?.readyReplicas ?? 0}/${set.spec?.replicas ?? 1}`),
      ageColumn,
    ],
  }),
  resource('batch/v1', 'CronJob', 'cronjobs', {
    shortNames: ['cj'],
    categories: ['all'],
    status: true,
    columns: [
      text('Schedule', 'spec.schedule'),
      computed('Suspend', (job) => (job.spec?.suspend ? 'True' : 'False')),
      computed('Active', (job) => list(job.status?.active).length),
      computed('Last Schedule', (job) => job.status?.lastScheduleTime ?? '<none>'),
      ageColumn,
    ],
  }),
  resource('batch/v1', 'Job', 'jobs', {
    categories: ['all'],
    status: true,
    columns: [
      computed('Completions', (job) => `${job.status?.succeeded ?? 0}/${job.spec?.completions ?? 1}`),
      ageColumn,
    ],
  }),
  resource('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets', {
    shortNames: ['pdb'],
    status: true,
    columns: [
      computed('Min Available', (budget) => budget.spec?.minAvailable ?? 'N/A'),
      computed('Max Unavailable', (budget) => budget.spec?.maxUnavailable ?? 'N/A'),
      integer('Allowed Disruptions', 'status.disruptionsAllowed', 0),
      ageColumn,
    ],
  }),
  resource('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers', {
    shortNames: ['hpa'],
    categories: ['all'],
    status: true,
    columns: [
      computed('Reference', ({ spec }) => `${spec?.scaleTargetRef?.kind}/${spec?.scaleTargetRef?.name}`),
      integer('MinPods', 'spec.minReplicas', 1),
      integer('MaxPods', 'spec.maxReplicas'),
      integer('Replicas', 'status.currentReplicas', 0),
      ageColumn,
    ],
  }),
  resource('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies', { shortNames: ['netpol'] }),
  resource('networking.k8s.io/v1', 'Ingress', 'ingresses', { shortNames: ['ing'], status: true }),
  resource('rbac.authorization.k8s.io/v1', 'Role', 'roles'),
  resource('rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings', {
    columns: [computed('Role', ({ roleRef }) => `${roleRef?.kind}/${roleRef?.name}`), ageColumn],
  }),
  resource('rbac.authorization.k8s.io/v1', 'ClusterRole', 'clusterroles', { cluster: true }),
  resource('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'clusterrolebindings', {
    cluster: true,
    columns: [computed('Role', ({ roleRef }) => `${roleRef?.kind}/${roleRef?.name}`), ageColumn],
  }),
  resource('coordination.k8s.io/v1', 'Lease', 'leases', {
    columns: [text('Holder', 'spec.holderIdentity'), ageColumn],
  }),
  resource('discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices', {
    columns: [
      text('AddressType', 'addressType'),
      computed(
        'Ports',
        ({ ports: entries }) =>
          list(entries)
            .map((port) => (port as { port: number }).port)
            .join(',') || '<unset>',
      ),
      computed(
        'Endpoints',
        ({ endpoints }) =>
          list(endpoints)
            .flatMap((endpoint) => (endpoint as { addresses?: string[] }).addresses ?? [])
            .join(',') || '<unset>',
      ),
      ageColumn,
    ],
  }),
  resource('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'customresourcedefinitions', {
    shortNames: ['crd', 'crds'],
    cluster: true,
    status: true,
    columns: [text('Created At', 'metadata.creationTimestamp')],
  }),
  resource(
    'admissionregistration.k8s.io/v1',
    'MutatingWebhookConfiguration',
    'mutatingwebhookconfigurations',
    {
      cluster: true,
      columns: [computed('Webhooks', ({ webhooks }) => list(webhooks).length), ageColumn],
    },
  ),
  resource(
    'admissionregistration.k8s.io/v1',
    'ValidatingWebhookConfiguration',
    'validatingwebhookconfigurations',
    {
      cluster: true,
      columns: [computed('Webhooks', ({ webhooks }) => list(webhooks).length), ageColumn],
    },
  ),
];

const serving = ['all', 'knative', 'serving'];
const networking = ['knative-internal', 'networking'];
const autoscaling = ['knative-internal', 'autoscaling'];

/** What Knative Serving adds. Columns, short names and categories are those of its CRDs. */
const knative: readonly ResourceDefinition[] = [
  resource('serving.knative.dev/v1', 'Service', 'services', {
    shortNames: ['kservice', 'ksvc'],
    categories: serving,
    status: true,
    columns: [
      text('URL', 'status.url'),
      text('LatestCreated', 'status.latestCreatedRevisionName'),
      text('LatestReady', 'status.latestReadyRevisionName'),
      ...readyColumns,
    ],
  }),
  resource('serving.knative.dev/v1', 'Configuration', 'configurations', {
    shortNames: ['config', 'cfg'],
    categories: serving,
    status: true,
    columns: [
      text('LatestCreated', 'status.latestCreatedRevisionName'),
      text('LatestReady', 'status.latestReadyRevisionName'),
      ...readyColumns,
    ],
  }),
  resource('serving.knative.dev/v1', 'Revision', 'revisions', {
    shortNames: ['rev'],
    categories: serving,
    status: true,
    columns: [
      label('Config Name', 'serving.knative.dev/configuration'),
      label('Generation', 'serving.knative.dev/configurationGeneration'),
      ...readyColumns,
      integer('Actual Replicas', 'status.actualReplicas'),
      integer('Desired Replicas', 'status.desiredReplicas'),
    ],
  }),
  resource('serving.knative.dev/v1', 'Route', 'routes', {
    shortNames: ['rt'],
    categories: serving,
    status: true,
    columns: [text('URL', 'status.url'), ...readyColumns],
  }),
  resource('serving.knative.dev/v1beta1', 'DomainMapping', 'domainmappings', {
    shortNames: ['dm'],
    categories: serving,
    status: true,
    columns: [text('URL', 'status.url'), ...readyColumns],
  }),
  resource('autoscaling.internal.knative.dev/v1alpha1', 'PodAutoscaler', 'podautoscalers', {
    shortNames: ['kpa', 'pa'],
    categories: autoscaling,
    status: true,
    columns: [
      integer('DesiredScale', 'status.desiredScale'),
      integer('ActualScale', 'status.actualScale'),
      ...readyColumns,
    ],
  }),
  resource('autoscaling.internal.knative.dev/v1alpha1', 'Metric', 'metrics', {
    categories: autoscaling,
    status: true,
    columns: readyColumns,
  }),
  resource('networking.internal.knative.dev/v1alpha1', 'Ingress', 'ingresses', {
    shortNames: ['kingress', 'king'],
    categories: networking,
    status: true,
    columns: readyColumns,
  }),
  resource('networking.internal.knative.dev/v1alpha1', 'ServerlessService', 'serverlessservices', {
    shortNames: ['sks'],
    categories: networking,
    status: true,
    columns: [
      text('Mode', 'spec.mode'),
      integer('Activators', 'spec.numActivators'),
      text('ServiceName', 'status.serviceName'),
      text('PrivateServiceName', 'status.privateServiceName'),
      ...readyColumns,
    ],
  }),
  resource('networking.internal.knative.dev/v1alpha1', 'Certificate', 'certificates', {
    shortNames: ['kcert'],
    categories: networking,
    status: true,
    columns: readyColumns,
  }),
  resource('networking.internal.knative.dev/v1alpha1', 'ClusterDomainClaim', 'clusterdomainclaims', {
    shortNames: ['cdc'],
    categories: networking,
    cluster: true,
    status: true,
  }),
  resource('caching.internal.knative.dev/v1alpha1', 'Image', 'images', {
    shortNames: ['img'],
    categories: ['knative-internal', 'caching'],
    status: true,
    columns: [text('Image', 'spec.image')],
  }),
];

/**
 * What registers pods with an entrance's target groups: EKS Auto Mode's kind, and the AWS Load Balancer Controller's. They
 * are stored only, for nobody acts on them here: a rehearsal's entrance leads to its gateways by itself.
 */
const bindings = ['eks.amazonaws.com/v1', 'elbv2.k8s.aws/v1beta1'].map((apiVersion) =>
  resource(apiVersion, 'TargetGroupBinding', 'targetgroupbindings', {
    status: true,
    columns: [
      text('Service-Name', 'spec.serviceRef.name'),
      text('Service-Port', 'spec.serviceRef.port'),
      text('Target-Type', 'spec.targetType'),
      wide(text('ARN', 'spec.targetGroupARN')),
      ageColumn,
    ],
  }),
);

/** Every resource that a rehearsal cluster serves, once. */
export const rehearsalResources: readonly ResourceDefinition[] = [...kubernetes, ...knative, ...bindings];
