import type { KubeObject } from '../clusters/cluster-port.ts';
import { withoutClusterFields } from './portable-spec.ts';

const leftBehindAnnotations = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
  'batch.kubernetes.io/job-tracking',
  'pv.kubernetes.io/bind-completed',
  'pv.kubernetes.io/bound-by-controller',
  'volume.kubernetes.io/selected-node',
  'serving.knative.dev/creator',
  'serving.knative.dev/lastModifier',
  'serving.knative.dev/lastPinned',
  'serving.knative.dev/routes',
  'serving.knative.dev/routingStateModified',
]);

const leftBehindLabels = new Set([
  'serving.knative.dev/configurationUID',
  'serving.knative.dev/serviceUID',
  'serving.knative.dev/routingState',
  'serving.knative.dev/configurationGeneration',
  'kubernetes.io/metadata.name',
  'controller-uid',
  'batch.kubernetes.io/controller-uid',
]);

const without = (entries: Readonly<Record<string, string>> | undefined, gone: ReadonlySet<string>) =>
  Object.fromEntries(Object.entries(entries ?? {}).filter(([key]) => !gone.has(key)));

const filled = <K extends string>(key: K, entries: Record<string, string>) =>
  Object.keys(entries).length > 0 ? ({ [key]: entries } as Record<K, Record<string, string>>) : {};

/** An object without what only the cluster that it came from knows: uid, versions, owners, status, and the like. */
export function portable(object: KubeObject): KubeObject {
  const { status, metadata, ...rest } = withoutClusterFields(object);
  return {
    ...rest,
    metadata: {
      name: metadata.name,
      ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
      ...filled('labels', without(metadata.labels, leftBehindLabels)),
      ...filled('annotations', without(metadata.annotations, leftBehindAnnotations)),
    },
  };
}
