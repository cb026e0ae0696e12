import type { KubeObject } from '../clusters/cluster-port.ts';
import type { DefinitionPort } from '../clusters/definition-port.ts';
import { keptBecause } from './kept.ts';
import { groupOf } from './object-name.ts';

export interface Pruned {
  readonly object: KubeObject;
  readonly outcome: 'deleted' | 'gone' | 'changed' | 'refused';
  /** Of `refused`: why. */
  readonly message?: string;
}

/** Groups that belong to Kubernetes itself: its own controllers need nothing of ours to delete their objects. */
const isCustom = (group: string): boolean => group.includes('.') && !group.endsWith('.k8s.io');

/** What acts goes before what it acts with: a controller that ends needs its permissions until the last moment. */
function rank({ apiVersion, kind }: KubeObject): number {
  const group = groupOf(apiVersion);
  if (isCustom(group)) return 0;
  // A webhook whose pods have gone would refuse everything.
  if (group === 'admissionregistration.k8s.io') return 1;
  if (group === 'apps' || group === 'batch') return 2;
  if (group === 'rbac.authorization.k8s.io' || kind === 'ServiceAccount') return 4;
  return 3;
}

/**
 * Deletes objects as they were read, one after another; what changed since then stays. What is never deleted is passed over.
 * @param check is asked before each deletion, and throws where it may not be
 */
export async function* prune(
  cluster: DefinitionPort,
  objects: readonly KubeObject[],
  check: () => Promise<void>,
): AsyncGenerator<Pruned> {
  const going = objects
    .filter((object) => keptBecause(object) === undefined)
    .sort((a, b) => rank(a) - rank(b));
  for (const object of going) {
    await check();
    yield { object, ...(await cluster.remove(object)) };
  }
}
