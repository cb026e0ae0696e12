import type { Discovered, Kind, ServedResource } from '../../clusters/index.ts';
import { knownKinds } from '../inventory/known-kinds.ts';
import { type GroupKind, groupKindOf } from '../inventory/names.ts';
import type { Side } from './state.ts';

/** Kinds outside of namespaces on which what moves depends. */
const ofCluster: ReadonlySet<GroupKind> = new Set([
  'Namespace',
  'ClusterDomainClaim.networking.internal.knative.dev',
  'ClusterRole.rbac.authorization.k8s.io',
  'ClusterRoleBinding.rbac.authorization.k8s.io',
  'PriorityClass.scheduling.k8s.io',
]);

/** Of these there are many, and nothing but their metadata is looked at. Of Secrets nothing else may be. */
const metadataIsEnough: ReadonlySet<GroupKind> = new Set(['Secret', 'Pod', 'ReplicaSet.apps', 'Job.batch']);

export interface WatchedKind extends Kind {
  readonly groupKind: GroupKind;
  readonly namespaced: boolean;
  readonly metadataOnly: boolean;
}

/** On the target the controller makes the revisions, and changes them as traffic comes and goes. */
const isWatched = (side: Side, kind: GroupKind): boolean =>
  ofCluster.has(kind) ||
  (knownKinds[kind] !== undefined && (side === 'source' || kind !== 'Revision.serving.knative.dev'));

/** What of a cluster's kinds has to be watched to know what a migration would take. */
export const watchedKinds = (side: Side, { resources }: Discovered): WatchedKind[] =>
  resources
    .filter(
      (one: ServedResource) => one.preferred && one.verbs.includes('watch') && one.verbs.includes('list'),
    )
    .map(({ apiVersion, kind, namespaced }) => ({
      apiVersion,
      kind,
      namespaced,
      groupKind: groupKindOf({ apiVersion, kind }),
    }))
    .filter(({ groupKind }) => isWatched(side, groupKind))
    .map((one) => ({ ...one, metadataOnly: metadataIsEnough.has(one.groupKind) }));
