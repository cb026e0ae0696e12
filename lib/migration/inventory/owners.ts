import type { KubeObject } from '../../clusters/cluster-port.ts';
import { fieldsOf } from '../../validation/fields.ts';
import { groupKind, groupKindOf, keyOf, listOf, type ObjectKey, textOf } from './names.ts';

/** Who delivers objects from elsewhere. */
export type DeliveryTool = 'argo-cd' | 'flux' | 'helm';
/** Who makes the content of Secrets, or whole objects, from others. */
export type MakerTool =
  | 'external-secrets'
  | 'cert-manager'
  | 'sealed-secrets'
  | 'secrets-store-csi'
  | 'controller';

/** How a certificate's issuer sees that a host is its owner's. */
export type Challenge =
  /** By a request to the host: not to be had before the host leads there. */
  | 'http-01'
  /** By a record in DNS: to be had anywhere. */
  | 'dns-01'
  /** By one or the other, depending on the host. */
  | 'mixed'
  /** The issuer asks nothing. */
  | 'none'
  /** The issuer cannot be seen. */
  | 'unknown';

export interface Owner {
  readonly tool: DeliveryTool | MakerTool;
  /** What it comes from, as its tool names it: `Application shop`, `release shop/cart`, `ExternalSecret shop/db`. */
  readonly from: string;
  /** The object of this cluster that makes it, and moves instead. @default - none that is known */
  readonly maker?: ObjectKey;
  /** Of certificates. */
  readonly challenge?: Challenge;
}

type Texts = Readonly<Record<string, string>>;

const tracking = 'argocd.argoproj.io/tracking-id';

/**
 * The application of a tracking id, if it names this very object: controllers copy annotations to what they make.
 * `app:group/kind:namespace/name`, where the object's kind has no namespace with that of the application.
 */
function trackedBy(object: KubeObject, id: string): string | undefined {
  // Names of roles may hold colons themselves.
  const [, application = '', kind = '', place = ''] = /^([^:]*):([^:]*):(.*)$/.exec(id) ?? [];
  const [group = '', name = ''] = kind.split('/');
  const own = groupKindOf(object);
  const named = group === '' ? name : `${name}.${group}`;
  const { namespace, name: called } = object.metadata;
  const sameName = place.slice(place.indexOf('/') + 1) === called;
  const sameNamespace = namespace === undefined || place.startsWith(`${namespace}/`);
  return named === own && sameName && sameNamespace ? application : undefined;
}

/** Whether a manager wrote the object itself, and not only its status. */
function isWrittenBy(object: KubeObject, manager: string): boolean {
  return listOf(object.metadata.managedFields).some(
    (entry) => entry.manager === manager && entry.subresource === undefined,
  );
}

function byArgoCd(object: KubeObject, labels: Texts, annotations: Texts): Owner | undefined {
  const id = annotations[tracking];
  const application =
    (id === undefined ? undefined : trackedBy(object, id)) ??
    labels['argocd.argoproj.io/instance'] ??
    // Its older way of tracking shares this label with everybody.
    (isWrittenBy(object, 'argocd-controller') ? labels['app.kubernetes.io/instance'] : undefined);
  return application === undefined ? undefined : { tool: 'argo-cd', from: `Application ${application}` };
}

function byFlux(labels: Texts): Owner | undefined {
  for (const [group, kind] of [
    ['helm', 'HelmRelease'],
    ['kustomize', 'Kustomization'],
  ] as const) {
    const name = labels[`${group}.toolkit.fluxcd.io/name`];
    const namespace = labels[`${group}.toolkit.fluxcd.io/namespace`];
    if (name !== undefined) return { tool: 'flux', from: `${kind} ${namespace ?? '?'}/${name}` };
  }
  return undefined;
}

function byHelm(object: KubeObject, labels: Texts, annotations: Texts): Owner | undefined {
  const release = annotations['meta.helm.sh/release-name'];
  // Charts that others render carry the label without being a release.
  if (labels['app.kubernetes.io/managed-by'] === 'Helm' && release !== undefined)
    return {
      tool: 'helm',
      from: `release ${annotations['meta.helm.sh/release-namespace'] ?? '?'}/${release}`,
    };
  if (object.kind === 'Secret' && object.type === 'helm.sh/release.v1')
    return {
      tool: 'helm',
      from: `release ${object.metadata.namespace}/${labels.name ?? object.metadata.name}`,
    };
  return undefined;
}

/** Who delivers an object, by its labels and annotations. */
export function delivererOf(object: KubeObject): Owner | undefined {
  const { labels = {}, annotations = {} } = object.metadata;
  return byArgoCd(object, labels, annotations) ?? byFlux(labels) ?? byHelm(object, labels, annotations);
}

const makers: readonly { readonly kind: string; readonly tool: MakerTool }[] = [
  { kind: 'ExternalSecret.external-secrets.io', tool: 'external-secrets' },
  { kind: 'Certificate.cert-manager.io', tool: 'cert-manager' },
  { kind: 'SealedSecret.bitnami.com', tool: 'sealed-secrets' },
  { kind: 'SecretProviderClass.secrets-store.csi.x-k8s.io', tool: 'secrets-store-csi' },
];

/** The owner that an object's maker is. */
export function ownerFrom(maker: ObjectKey): Owner {
  const tool = makers.find(({ kind }) => kind === maker.kind)?.tool ?? 'controller';
  const [kind = ''] = maker.kind.split('.');
  const place = maker.namespace === undefined ? maker.name : `${maker.namespace}/${maker.name}`;
  return { tool, from: `${kind} ${place}`, maker };
}

/** The object that made another, by owner references: the one in control, else the first. */
export function controllerOf({ metadata }: KubeObject): ObjectKey | undefined {
  const references = metadata.ownerReferences ?? [];
  const reference = references.find(({ controller }) => controller === true) ?? references[0];
  if (reference === undefined) return undefined;
  const { namespace } = metadata;
  return {
    kind: groupKindOf(reference),
    name: reference.name,
    ...(namespace === undefined ? {} : { namespace }),
  };
}

/** The Secrets that an object makes, when it is one that makes Secrets. */
export function secretsMadeBy(object: KubeObject): ObjectKey[] {
  const { kind, namespace, name } = keyOf(object);
  const spec = fieldsOf(object.spec);
  const secret = (given: unknown): ObjectKey[] => {
    const text = textOf(given);
    return text === undefined
      ? []
      : [{ kind: 'Secret', name: text, ...(namespace === undefined ? {} : { namespace }) }];
  };
  switch (kind) {
    case 'ExternalSecret.external-secrets.io':
      return secret(fieldsOf(spec.target).name ?? name);
    case 'Certificate.cert-manager.io':
      return secret(spec.secretName);
    case 'SealedSecret.bitnami.com':
      return secret(fieldsOf(fieldsOf(spec.template).metadata).name ?? name);
    case 'SecretProviderClass.secrets-store.csi.x-k8s.io':
      return listOf(spec.secretObjects).flatMap(({ secretName }) => secret(secretName));
    default:
      return [];
  }
}

/**
 * Who makes what is in a Secret.
 * @param made the object that says of itself that it makes this Secret. @default - none does
 */
export function secretMaker(secret: KubeObject, made?: ObjectKey): Owner | undefined {
  const { labels = {}, annotations = {}, namespace } = secret.metadata;
  const controller = controllerOf(secret);
  const certificate = annotations['cert-manager.io/certificate-name'];
  const place = namespace === undefined ? {} : { namespace };
  if (certificate !== undefined)
    return ownerFrom({ kind: 'Certificate.cert-manager.io', name: certificate, ...place });
  if (made !== undefined) return ownerFrom(made);
  // Its owner is the ReplicaSet whose pod mounts it: not who makes it.
  if (labels['secrets-store.csi.k8s.io/managed'] === 'true')
    return { tool: 'secrets-store-csi', from: 'a SecretProviderClass' };
  if (controller !== undefined) return ownerFrom(controller);
  const external =
    labels['reconcile.external-secrets.io/managed'] === 'true' ||
    annotations['reconcile.external-secrets.io/managed'] === 'true';
  return external ? { tool: 'external-secrets', from: 'an ExternalSecret' } : undefined;
}

/** The issuer that a Certificate is asked of, or that a certificate's Secret says it came from. */
export function issuerOf({ kind, metadata, spec }: KubeObject): ObjectKey | undefined {
  const { annotations, namespace } = metadata;
  const asked =
    kind === 'Secret'
      ? {
          name: annotations?.['cert-manager.io/issuer-name'],
          kind: annotations?.['cert-manager.io/issuer-kind'],
          group: annotations?.['cert-manager.io/issuer-group'],
        }
      : fieldsOf(fieldsOf(spec).issuerRef);
  const name = textOf(asked.name);
  if (name === undefined) return undefined;
  const known = textOf(asked.kind) ?? 'Issuer';
  const place = known === 'ClusterIssuer' || namespace === undefined ? {} : { namespace };
  return { kind: groupKind(known, textOf(asked.group) ?? 'cert-manager.io'), name, ...place };
}

/** How an issuer sees that a host is its owner's. */
export function challengeOf(issuer: KubeObject | undefined): Challenge {
  if (issuer === undefined) return 'unknown';
  const { acme } = fieldsOf(issuer.spec);
  if (acme === undefined)
    // Issuers of other groups may do anything.
    return groupKindOf(issuer).endsWith('.cert-manager.io') ? 'none' : 'unknown';
  const solvers = listOf(fieldsOf(acme).solvers);
  const [http, dns] = [
    solvers.some(({ http01 }) => http01 !== undefined),
    solvers.some(({ dns01 }) => dns01 !== undefined),
  ];
  if (http && dns) return 'mixed';
  return http ? 'http-01' : dns ? 'dns-01' : 'unknown';
}
