import type { KubeObject } from '../../clusters/cluster-port.ts';
import { fieldsOf } from '../../validation/fields.ts';
import { listOf, type ObjectKey } from './names.ts';
import { podLabelsOf, referencesOf } from './object-references.ts';
import { selects } from './roles.ts';

/** Labels of pods that were taken, by namespace. */
export type Pods = ReadonlyMap<string, readonly Readonly<Record<string, string>>[]>;

export interface BesideFacts {
  readonly isTaken: (key: ObjectKey) => boolean;
  readonly pods: Pods;
}

/** Whether an object goes with something that was taken: it names it, or selects its pods. */
export function goesWith(object: KubeObject, { isTaken, pods }: BesideFacts): boolean {
  const { namespace } = object.metadata;
  const place = namespace === undefined ? {} : { namespace };
  const spec = fieldsOf(object.spec);
  const labels = fieldsOf(
    object.kind === 'PodDisruptionBudget' ? fieldsOf(spec.selector).matchLabels : spec.selector,
  );
  const own = pods.get(namespace ?? '') ?? [];
  if (Object.keys(labels).length > 0 && own.some((pod) => selects(labels, pod))) return true;
  return referencesOf(object)
    .filter(({ kind, cluster }) => cluster !== true && kind !== 'Secret')
    .some(({ kind, name }) => isTaken({ kind, name, ...place }));
}

/** Notes the labels of a workload's pods. */
export function notePods(pods: Map<string, Readonly<Record<string, string>>[]>, workload: KubeObject): void {
  const labels = podLabelsOf(workload);
  const { namespace = '' } = workload.metadata;
  const known = pods.get(namespace) ?? [];
  known.push(labels);
  pods.set(namespace, known);
}

const accountsOf = /^system:serviceaccounts:(.+)$/;

/** Whether a binding gives its role to an account, or to all accounts of a namespace. */
export const grantsTo = (
  binding: KubeObject,
  isAccount: (namespace: string, name: string) => boolean,
  isGroup: (namespace: string) => boolean,
): boolean =>
  listOf(binding.subjects).some(({ kind, name, namespace }) => {
    if (kind === 'ServiceAccount')
      return isAccount(String(namespace ?? binding.metadata.namespace ?? ''), String(name));
    const group = accountsOf.exec(String(name))?.[1];
    return kind === 'Group' && group !== undefined && isGroup(group);
  });
