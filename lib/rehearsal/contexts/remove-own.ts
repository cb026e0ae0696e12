import { setTimeout as delay } from 'node:timers/promises';
import type { Kind, KubeObject } from '../../clusters/cluster-port.ts';
import type { DefinitionPort } from '../../clusters/definition-port.ts';
import { nameOf, rehearsalLabel } from './own-label.ts';

export interface Removed {
  /** Objects that were deleted; what they own is not counted. */
  readonly removed: number;
  /** What is still there after the time that it may take. */
  readonly left: readonly string[];
}

/** Milliseconds that objects may take to go: Knative's and Kubernetes' own ends of what belongs to them. */
const patience = 180_000;
const lookAgain = 500;
/** Kinds that are listed at once. */
const atOnce = 8;

/**
 * Deletes everything that carries the rehearsal's label, namespaces last, and waits until it is gone. What an object
 * owns goes with it. A namespace goes once its pods have ended: Kubernetes looks again only after half of the longest
 * time that any of them may take, which is minutes.
 * @param onLeft told again and again what is still there. @default - nobody is told
 */
export async function removeOwn(
  cluster: DefinitionPort,
  onLeft: (left: readonly string[]) => void = () => {},
): Promise<Removed> {
  const kinds = await deletableKinds(cluster);
  const deleted = new Set<string>();
  const deadline = Date.now() + patience;
  let looked: readonly Kind[] = kinds;
  for (;;) {
    const found = await ownIn(cluster, looked);
    const left = found.map(nameOf);
    if (found.length === 0 || Date.now() > deadline) return { removed: deleted.size, left };
    onLeft(left);
    const others = found.filter(({ kind }) => kind !== 'Namespace');
    const next = others.length > 0 ? others : await withoutPods(cluster, found);
    for (const object of next) {
      if (object.metadata.deletionTimestamp !== undefined) continue;
      const { outcome } = await cluster.remove(object);
      if (outcome === 'deleted') deleted.add(nameOf(object));
    }
    looked = kinds.filter(({ kind, apiVersion }) =>
      found.some((object) => object.kind === kind && object.apiVersion === apiVersion),
    );
    await delay(lookAgain);
  }
}

async function withoutPods(cluster: DefinitionPort, spaces: readonly KubeObject[]): Promise<KubeObject[]> {
  const busy = new Set<string | undefined>();
  for (const { metadata } of spaces)
    for await (const pod of cluster.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace: metadata.name }))
      busy.add(pod.metadata.namespace);
  return spaces.filter(({ metadata }) => !busy.has(metadata.name));
}

/** What would be removed. */
export async function findOwn(cluster: DefinitionPort): Promise<KubeObject[]> {
  return ownIn(cluster, await deletableKinds(cluster));
}

async function deletableKinds(cluster: DefinitionPort): Promise<Kind[]> {
  const { resources } = await cluster.discover();
  return resources.filter(
    ({ kind, preferred, verbs }) =>
      preferred && kind !== 'Lease' && kind !== 'Event' && verbs.includes('list') && verbs.includes('delete'),
  );
}

async function ownIn(cluster: DefinitionPort, kinds: readonly Kind[]): Promise<KubeObject[]> {
  const found: KubeObject[] = [];
  const read = async ({ apiVersion, kind }: Kind): Promise<void> => {
    // Labels are handed down to what an object owns; that goes with its owner.
    for await (const object of cluster.list({ apiVersion, kind }, { labelSelector: rehearsalLabel }))
      if ((object.metadata.ownerReferences ?? []).length === 0) found.push(object);
  };
  for (let index = 0; index < kinds.length; index += atOnce)
    await Promise.all(kinds.slice(index, index + atOnce).map(read));
  return found;
}
