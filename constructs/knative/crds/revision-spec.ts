import type { Release } from '../releases/index.ts';
import { container } from './container.ts';
import { localReference } from './references.ts';
import {
  atomic,
  flag,
  int64,
  list,
  listBy,
  mapOf,
  object,
  opaque,
  open,
  type Schema,
  text,
} from './schema.ts';
import { volume } from './volume.ts';

/** What a revision runs: the part of a pod that Knative lets through, and its own times and concurrency. */
export const revisionSpec = (release: Release): Schema =>
  object(
    {
      affinity: opaque,
      automountServiceAccountToken: flag,
      containerConcurrency: int64,
      containers: list(container),
      dnsConfig: opaque,
      dnsPolicy: text,
      enableServiceLinks: flag,
      hostAliases: list(opaque),
      hostIPC: flag,
      hostNetwork: flag,
      hostPID: flag,
      idleTimeoutSeconds: int64,
      imagePullSecrets: listBy('name', localReference),
      initContainers: list(opaque),
      nodeSelector: atomic(mapOf(text)),
      priorityClassName: text,
      responseStartTimeoutSeconds: int64,
      runtimeClassName: text,
      schedulerName: text,
      securityContext: opaque,
      serviceAccountName: text,
      shareProcessNamespace: flag,
      timeoutSeconds: int64,
      tolerations: list(opaque),
      topologySpreadConstraints: list(opaque),
      volumes: listBy('name', volume(release)),
    },
    ['containers'],
  );

const templateMetadata = open(
  object({
    annotations: mapOf(text),
    finalizers: list(text),
    labels: mapOf(text),
    name: text,
    namespace: text,
  }),
);

/** The template from which a Configuration, or a Service through its own, makes revisions. */
export const revisionTemplate = (release: Release): Schema =>
  object({ metadata: templateMetadata, spec: revisionSpec(release) });
