import type { KubeObject } from '../../clusters/cluster-port.ts';
import { fieldsOf } from '../../validation/fields.ts';
import { isSystemNamespace } from '../kinds.ts';
import type { StayReason } from './item.ts';
import { belongsToCluster, isEventing, knownKinds } from './known-kinds.ts';
import { type GroupKind, groupIn, groupKindOf, type ObjectKey } from './names.ts';
import { type Challenge, controllerOf, delivererOf, type Owner, ownerFrom, secretMaker } from './owners.ts';
import { isFinished } from './roles.ts';

/** What is to become of an object. */
export interface Judgement {
  readonly fate: 'moves' | 'stays';
  readonly reason?: StayReason;
  readonly owner?: Owner;
  readonly note?: string;
}

export interface Surroundings {
  /** The object that says of itself that it makes this Secret. @default - none does */
  readonly maker?: ObjectKey;
  /** Of a certificate's Secret: what its issuer asks for. @default 'unknown' */
  readonly challenge?: Challenge;
}

/** Kinds that are not looked through, and move where something refers to them. */
const movable: ReadonlySet<GroupKind> = new Set([
  'Namespace',
  'ClusterDomainClaim.networking.internal.knative.dev',
  'ClusterRole.rbac.authorization.k8s.io',
  'ClusterRoleBinding.rbac.authorization.k8s.io',
  'PriorityClass.scheduling.k8s.io',
  'Endpoints',
  'ResourceClaim.resource.k8s.io',
  'ResourceClaimTemplate.resource.k8s.io',
]);

/** What External Secrets makes passwords and tokens with: as its ExternalSecrets do. */
const isGenerator = (kind: GroupKind): boolean => groupIn(kind) === 'generators.external-secrets.io';

const ownConfigMaps = new Set(['kube-root-ca.crt', 'openshift-service-ca.crt', 'istio-ca-root-cert']);
const ownSecretTypes = new Set(['kubernetes.io/service-account-token', 'bootstrap.kubernetes.io/token']);

const isBare = ({ metadata, imagePullSecrets }: KubeObject): boolean =>
  Object.keys(metadata.labels ?? {}).every((label) => label === 'kubernetes.io/metadata.name') &&
  Object.keys(metadata.annotations ?? {}).length === 0 &&
  (imagePullSecrets === undefined || imagePullSecrets.length === 0);

/** Whether every cluster has one of its own. */
function isClusterOwn(object: KubeObject): boolean {
  const kind = groupKindOf(object);
  const { name, namespace, labels } = object.metadata;
  switch (kind) {
    case 'ConfigMap':
      return ownConfigMaps.has(name);
    case 'Secret':
      return ownSecretTypes.has(String(object.type));
    // With roles or pull secrets of its own it is more than what every namespace has.
    case 'ServiceAccount':
    case 'Namespace':
      return name === 'default' && isBare(object);
    case 'Service':
      return name === 'kubernetes' && namespace === 'default';
    case 'PriorityClass.scheduling.k8s.io':
      return name.startsWith('system-');
    default:
      return (
        belongsToCluster.has(kind) ||
        (kind.endsWith('.rbac.authorization.k8s.io') &&
          (name.startsWith('system:') || labels?.['kubernetes.io/bootstrapping'] === 'rbac-defaults'))
      );
  }
}

const stays = (reason: StayReason, more: Omit<Judgement, 'fate' | 'reason'> = {}): Judgement => ({
  fate: 'stays',
  reason,
  ...more,
});

function ofMadeSecret(owner: Owner, challenge: Challenge): Judgement {
  if (owner.tool === 'controller') return stays('made-by', { owner });
  if (owner.tool !== 'cert-manager') return stays('managed-by', { owner });
  const asked = { ...owner, challenge };
  // Its issuer cannot reach the host before the traffic is there, so the certificate comes along.
  if (challenge === 'http-01' || challenge === 'mixed')
    return { fate: 'moves', owner: asked, note: 'its issuer reaches its hosts only once they lead there' };
  return stays('managed-by', {
    owner: asked,
    ...(challenge === 'unknown' ? { note: 'how its issuer sees whose the host is cannot be told' } : {}),
  });
}

/** Whether an object moves, and if not, why. */
export function judge(object: KubeObject, { maker, challenge = 'unknown' }: Surroundings = {}): Judgement {
  const kind = groupKindOf(object);
  const { namespace, name, deletionTimestamp } = object.metadata;
  if (isSystemNamespace(kind === 'Namespace' ? name : (namespace ?? ''))) return stays('system');
  if (deletionTimestamp !== undefined) return stays('being-deleted');
  if (isClusterOwn(object)) return stays('cluster-own');
  // External Secrets copies its own labels to what it makes, those of a deliverer among them: the maker counts.
  const made = kind === 'Secret' ? secretMaker(object, maker) : undefined;
  if (made !== undefined) return ofMadeSecret(made, challenge);
  const deliverer = delivererOf(object);
  if (kind === 'PersistentVolumeClaim') {
    const { storageClassName } = fieldsOf(object.spec);
    const note = storageClassName === undefined ? {} : { note: `storage class ${storageClassName}` };
    return stays('data', { ...note, ...(deliverer === undefined ? {} : { owner: deliverer }) });
  }
  if (deliverer !== undefined) return stays('managed-by', { owner: deliverer });
  const controller = controllerOf(object);
  if (controller !== undefined && kind !== 'Revision.serving.knative.dev')
    return stays('made-by', { owner: ownerFrom(controller) });
  if (isEventing(kind)) return stays('eventing');
  if (knownKinds[kind] === undefined && !movable.has(kind) && !isGenerator(kind))
    return stays('unknown-kind');
  if (isFinished(object)) return stays('finished');
  if (kind === 'SealedSecret.bitnami.com')
    return { fate: 'moves', note: 'it opens there only with the sealing key of this cluster' };
  return { fate: 'moves' };
}

/** Whether something else made an object of a kind that is then not listed at all. */
export function isChild(object: KubeObject): boolean {
  const kind = groupKindOf(object);
  const part = knownKinds[kind];
  if (kind === 'Revision.serving.knative.dev' || part === 'support' || part === 'access') return false;
  return (object.metadata.ownerReferences ?? []).length > 0;
}
