import { fieldsOf } from '../../validation/fields.ts';
import { type GroupKind, groupKind, listOf, textOf } from './names.ts';

/** What something refers to, and where it says so. */
export interface Need {
  readonly kind: GroupKind;
  /** @default - that of whoever refers to it, if its kind has namespaces */
  readonly namespace?: string;
  /** Whether its kind has no namespaces. @default false */
  readonly cluster?: boolean;
  readonly name: string;
  /** Whether it works without it. @default false */
  readonly optional?: boolean;
  /** Below the spec: `containers[0].env[1].valueFrom.secretKeyRef`. */
  readonly field: string;
}

type Fields = Readonly<Record<string, unknown>>;

function need(kind: GroupKind, name: unknown, field: string, source: Fields = {}): Need[] {
  const text = textOf(name);
  const optional = source.optional === true ? { optional: true } : {};
  return text === undefined ? [] : [{ kind, name: text, field, ...optional }];
}

const ofCluster = (kind: GroupKind, name: unknown, field: string): Need[] =>
  need(kind, name, field).map((one) => ({ ...one, cluster: true }));

function ofContainer(container: Fields, at: string): Need[] {
  const single = listOf(container.env).flatMap(({ valueFrom }, index) => {
    const { secretKeyRef, configMapKeyRef } = fieldsOf(valueFrom);
    const field = `${at}.env[${index}].valueFrom`;
    const [secret, map] = [fieldsOf(secretKeyRef), fieldsOf(configMapKeyRef)];
    return [
      ...need('Secret', secret.name, `${field}.secretKeyRef`, secret),
      ...need('ConfigMap', map.name, `${field}.configMapKeyRef`, map),
    ];
  });
  const whole = listOf(container.envFrom).flatMap(({ secretRef, configMapRef }, index) => {
    const [secret, map] = [fieldsOf(secretRef), fieldsOf(configMapRef)];
    return [
      ...need('Secret', secret.name, `${at}.envFrom[${index}].secretRef`, secret),
      ...need('ConfigMap', map.name, `${at}.envFrom[${index}].configMapRef`, map),
    ];
  });
  return [...single, ...whole];
}

function ofProjection(sources: unknown, at: string): Need[] {
  return listOf(sources).flatMap((source, index) => {
    const field = `${at}.sources[${index}]`;
    const [secret, map, bundle] = [source.secret, source.configMap, source.clusterTrustBundle].map(fieldsOf);
    return [
      ...need('Secret', secret?.name, `${field}.secret`, secret),
      ...need('ConfigMap', map?.name, `${field}.configMap`, map),
      ...ofCluster(
        groupKind('ClusterTrustBundle', 'certificates.k8s.io'),
        bundle?.name,
        `${field}.clusterTrustBundle`,
      ),
    ];
  });
}

/** The older volume types that take a Secret: most name it in `secretRef`, Azure's in a name of its own. */
function ofOlderVolume(volume: Fields, at: string): Need[] {
  return Object.entries(volume).flatMap(([type, value]) => {
    const source = fieldsOf(value);
    if (['secret', 'configMap', 'projected', 'csi', 'ephemeral', 'persistentVolumeClaim'].includes(type))
      return [];
    return [
      ...need('Secret', fieldsOf(source.secretRef).name, `${at}.${type}.secretRef`),
      ...need('Secret', source.secretName, `${at}.${type}.secretName`),
    ];
  });
}

function ofVolume(volume: Fields, at: string): Need[] {
  const [secret, map, claim, csi] = [
    volume.secret,
    volume.configMap,
    volume.persistentVolumeClaim,
    volume.csi,
  ].map(fieldsOf);
  const template = fieldsOf(fieldsOf(volume.ephemeral).volumeClaimTemplate);
  return [
    ...need('Secret', secret?.secretName, `${at}.secret`, secret),
    ...need('ConfigMap', map?.name, `${at}.configMap`, map),
    ...ofProjection(fieldsOf(volume.projected).sources, `${at}.projected`),
    ...need('PersistentVolumeClaim', claim?.claimName, `${at}.persistentVolumeClaim`),
    ...need('Secret', fieldsOf(csi?.nodePublishSecretRef).name, `${at}.csi.nodePublishSecretRef`),
    ...need(
      groupKind('SecretProviderClass', 'secrets-store.csi.x-k8s.io'),
      fieldsOf(csi?.volumeAttributes).secretProviderClass,
      `${at}.csi.volumeAttributes.secretProviderClass`,
    ),
    ...ofCluster(
      groupKind('StorageClass', 'storage.k8s.io'),
      fieldsOf(template.spec).storageClassName,
      `${at}.ephemeral.volumeClaimTemplate.spec.storageClassName`,
    ),
    ...ofOlderVolume(volume, at),
  ];
}

/** Who a pod is when its spec does not say. */
const defaultAccount: Need = {
  kind: 'ServiceAccount',
  name: 'default',
  // Every namespace has one.
  optional: true,
  field: 'serviceAccountName',
};

/** Everything that a pod spec, or the spec of a Knative revision, refers to by name. */
export function podReferences(spec: unknown): Need[] {
  const pod = fieldsOf(spec);
  const containers = ['initContainers', 'containers', 'ephemeralContainers'].flatMap((list) =>
    listOf(pod[list]).flatMap((container, index) => ofContainer(container, `${list}[${index}]`)),
  );
  const account = textOf(pod.serviceAccountName) ?? textOf(pod.serviceAccount);
  return [
    ...(account === undefined ? [defaultAccount] : need('ServiceAccount', account, 'serviceAccountName')),
    ...listOf(pod.imagePullSecrets).flatMap(({ name }, index) =>
      need('Secret', name, `imagePullSecrets[${index}]`),
    ),
    ...containers,
    ...listOf(pod.volumes).flatMap((volume, index) => ofVolume(volume, `volumes[${index}]`)),
    ...listOf(pod.resourceClaims).flatMap((claim, index) => [
      ...need(
        groupKind('ResourceClaim', 'resource.k8s.io'),
        claim.resourceClaimName,
        `resourceClaims[${index}].resourceClaimName`,
      ),
      ...need(
        groupKind('ResourceClaimTemplate', 'resource.k8s.io'),
        claim.resourceClaimTemplateName,
        `resourceClaims[${index}].resourceClaimTemplateName`,
      ),
    ]),
    ...ofCluster(groupKind('PriorityClass', 'scheduling.k8s.io'), pod.priorityClassName, 'priorityClassName'),
    ...ofCluster(groupKind('RuntimeClass', 'node.k8s.io'), pod.runtimeClassName, 'runtimeClassName'),
  ];
}
