import type { KubeObject } from '../../clusters/cluster-port.ts';
import { isOurs } from './marks.ts';

/** Objects of the target with what an arrival asks of them and nothing more: there may be tens of thousands. */

type Seen = KubeObject['metadata'];

function metadataOf(object: KubeObject): Seen {
  const { name, namespace, uid, generation, labels, ownerReferences, deletionTimestamp } = object.metadata;
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(uid === undefined ? {} : { uid }),
    ...(generation === undefined ? {} : { generation }),
    ...(labels === undefined ? {} : { labels }),
    ...(ownerReferences === undefined ? {} : { ownerReferences }),
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    ...(isOurs(object) ? { managedFields: [{ manager: 'zeroshift' }] } : {}),
  };
}

/** A revision. */
export function asSeen(revision: KubeObject): KubeObject {
  const { apiVersion, kind, spec, status } = revision;
  return {
    apiVersion,
    kind,
    metadata: metadataOf(revision),
    spec,
    status: {
      containerStatuses: status?.containerStatuses,
      initContainerStatuses: status?.initContainerStatuses,
    },
  };
}

/** A Service or a Configuration of which it does not matter who wrote what. */
export function asSeenOwner(owner: KubeObject): KubeObject {
  const { apiVersion, kind, spec, status } = owner;
  const { observedGeneration, latestCreatedRevisionName } = status ?? {};
  const { annotations } = owner.metadata;
  return {
    apiVersion,
    kind,
    metadata: { ...metadataOf(owner), ...(annotations === undefined ? {} : { annotations }) },
    spec,
    status: { observedGeneration, latestCreatedRevisionName },
  };
}
