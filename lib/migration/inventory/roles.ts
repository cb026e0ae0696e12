import type { KubeObject } from '../../clusters/cluster-port.ts';
import { fieldsOf } from '../../validation/fields.ts';
import type { Role } from './item.ts';
import { type GroupKind, groupKindOf, listOf } from './names.ts';
import { podLabelsOf } from './object-references.ts';

type Labels = Readonly<Record<string, unknown>>;

/** What the plain Services of a cluster select, so that a workload with callers can be told from one without. */
export class Selectors {
  readonly #byNamespace = new Map<string, Labels[]>();

  add(service: KubeObject): void {
    const { namespace = '' } = service.metadata;
    const selector = fieldsOf(fieldsOf(service.spec).selector);
    if (Object.keys(selector).length === 0) return;
    const known = this.#byNamespace.get(namespace) ?? [];
    known.push(selector);
    this.#byNamespace.set(namespace, known);
  }

  /** Whether a Service leads to the pods of a workload. */
  leadTo(workload: KubeObject): boolean {
    const labels = podLabelsOf(workload);
    return (this.#byNamespace.get(workload.metadata.namespace ?? '') ?? []).some((selector) =>
      selects(selector, labels),
    );
  }
}

export const selects = (selector: Labels, labels: Labels): boolean =>
  Object.entries(selector).every(([key, value]) => labels[key] === value);

/** Workloads that run as often as there are callers, if a Service leads to them. */
const servingByCallers: ReadonlySet<GroupKind> = new Set([
  'Deployment.apps',
  'DaemonSet.apps',
  'ReplicaSet.apps',
  'ReplicationController',
  'Pod',
]);

/** How often a workload may run, as far as the cluster tells. What has state or a schedule of its own never tells. */
export function roleOf(workload: KubeObject, selectors: Selectors): Role {
  const kind = groupKindOf(workload);
  if (kind === 'Service.serving.knative.dev') return 'serving';
  return servingByCallers.has(kind) && selectors.leadTo(workload) ? 'serving' : 'undecided';
}

export const isFinished = (object: KubeObject): boolean =>
  groupKindOf(object) === 'Job.batch' &&
  listOf(fieldsOf(object.status).conditions).some(
    ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
  );
