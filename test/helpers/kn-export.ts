import type { KubeObject } from '../../lib/clusters/cluster-port.ts';

type Texts = Readonly<Record<string, string>>;

const without = (texts: Texts | undefined, ...keys: readonly string[]): Texts =>
  Object.fromEntries(Object.entries(texts ?? {}).filter(([key]) => !keys.includes(key)));

const ofService = [
  'serving.knative.dev/creator',
  'serving.knative.dev/lastModifier',
  'kubectl.kubernetes.io/last-applied-configuration',
];
const ofRevision = [
  'serving.knative.dev/lastPinned',
  'serving.knative.dev/creator',
  'serving.knative.dev/routingStateModified',
  'client.knative.dev/updateTimestamp',
];
const uids = ['serving.knative.dev/configurationUID', 'serving.knative.dev/serviceUID'];

const generationOf = ({ metadata }: KubeObject): number =>
  Number(metadata.labels?.['serving.knative.dev/configurationGeneration'] ?? 0);

/**
 * What `kn service export --with-revisions` says of a service as a cluster has it, its mistakes included: `export` in
 * kn's own form, `replay` as a list of the service as it was.
 */
export function knExport(
  service: KubeObject,
  revisions: readonly KubeObject[],
  mode: 'export' | 'replay',
): object {
  const { template, traffic = [] } = service.spec as {
    template: { metadata?: KubeObject['metadata']; spec: object };
    traffic?: { revisionName?: string; latestRevision?: boolean }[];
  };
  const head = {
    name: service.metadata.name,
    labels: without(service.metadata.labels, ...uids),
    annotations: without(service.metadata.annotations, ...ofService),
  };
  const state = (metadata: object, spec: object, more: object = {}) => ({
    apiVersion: service.apiVersion,
    kind: service.kind,
    metadata: head,
    spec: { template: { metadata, spec }, ...more },
    status: {},
  });
  const routed = new Set(traffic.map(({ revisionName }) => revisionName));
  const earlier = [...revisions]
    .sort((a, b) => generationOf(a) - generationOf(b))
    .filter(({ metadata }) => routed.has(metadata.name) && metadata.name !== template.metadata?.name);
  const now = state(
    {
      ...template.metadata,
      labels: without(template.metadata?.labels, ...uids),
      annotations: without(template.metadata?.annotations, ...ofRevision),
    },
    template.spec,
    revisions.length < 2
      ? {}
      : {
          traffic: traffic.map((target) =>
            target.latestRevision === true
              ? { ...target, revisionName: service.status?.latestReadyRevisionName }
              : target,
          ),
        },
  );
  if (mode === 'replay')
    return {
      apiVersion: 'v1',
      kind: 'List',
      metadata: {},
      items: [
        ...earlier.map(({ metadata, spec }) =>
          state(
            {
              ...template.metadata,
              name: metadata.name,
              annotations: without(metadata.annotations, ...ofRevision),
            },
            spec,
          ),
        ),
        now,
      ],
    };
  return {
    apiVersion: 'client.knative.dev/v1alpha1',
    kind: 'Export',
    metadata: {},
    spec: {
      service: now,
      revisions: earlier.map(({ apiVersion, kind, metadata, spec }) => ({
        apiVersion,
        kind,
        metadata: {
          name: metadata.name,
          labels: without(metadata.labels, ...uids),
          annotations: without(metadata.annotations, ...ofRevision),
        },
        spec,
        status: {},
      })),
    },
  };
}
