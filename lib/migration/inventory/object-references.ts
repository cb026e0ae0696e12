import type { KubeObject } from '../../clusters/cluster-port.ts';
import { fieldsOf } from '../../validation/fields.ts';
import { type GroupKind, groupKind, groupKindOf, listOf, textOf } from './names.ts';
import { type Need, podReferences } from './pod-references.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Where a kind keeps the spec of its pods. */
const podSpecAt: Readonly<Record<GroupKind, readonly string[]>> = {
  'Service.serving.knative.dev': ['template', 'spec'],
  'Configuration.serving.knative.dev': ['template', 'spec'],
  'Revision.serving.knative.dev': [],
  'Deployment.apps': ['template', 'spec'],
  'StatefulSet.apps': ['template', 'spec'],
  'DaemonSet.apps': ['template', 'spec'],
  'ReplicaSet.apps': ['template', 'spec'],
  ReplicationController: ['template', 'spec'],
  'Job.batch': ['template', 'spec'],
  'CronJob.batch': ['jobTemplate', 'spec', 'template', 'spec'],
  Pod: [],
};

/** The pod spec of an object, and its path; undefined where its kind runs no pods. */
export function podSpecOf(object: KubeObject): { readonly spec: Fields; readonly path: string } | undefined {
  const path = podSpecAt[groupKindOf(object)];
  if (path === undefined) return undefined;
  const spec = path.reduce((at, step) => fieldsOf(at[step]), fieldsOf(object.spec));
  return { spec, path: ['spec', ...path].join('.') };
}

/** The labels of the pods that a workload makes. */
export function podLabelsOf(object: KubeObject): Readonly<Record<string, string>> {
  const template = groupKindOf(object) === 'Pod' ? object : fieldsOf(object.spec).template;
  return fieldsOf(fieldsOf(fieldsOf(template).metadata).labels) as Readonly<Record<string, string>>;
}

function need(kind: GroupKind, name: unknown, field: string, more: Partial<Need> = {}): Need[] {
  const text = textOf(name);
  return text === undefined ? [] : [{ kind, name: text, field, ...more }];
}

/** By `apiVersion` and `kind`, as many fields refer. */
function byKind(reference: unknown, field: string, fallback: GroupKind): Need[] {
  const { apiVersion, kind, name } = fieldsOf(reference);
  const [version, named] = [textOf(apiVersion), textOf(kind)];
  if (named === undefined) return need(fallback, name, field);
  return need(groupKindOf({ apiVersion: version ?? 'v1', kind: named }), name, field);
}

const storageClass = (name: unknown, field: string): Need[] =>
  need(groupKind('StorageClass', 'storage.k8s.io'), name, field, { cluster: true });

const secretsGroup = 'external-secrets.io';
const certificates = 'cert-manager.io';

const storeNeed = (reference: unknown, field: string): Need[] => {
  const { kind = 'SecretStore', name } = fieldsOf(reference);
  return need(groupKind(String(kind), secretsGroup), name, field, {
    cluster: String(kind).startsWith('Cluster'),
  });
};

const issuerNeed = (reference: unknown, field: string): Need[] => {
  const { kind, group, name } = fieldsOf(reference);
  const known = textOf(kind) ?? 'Issuer';
  return need(groupKind(known, textOf(group) ?? certificates), name, field, {
    cluster: known === 'ClusterIssuer',
  });
};

/** Secrets and accounts that stores and issuers name, wherever in them: there are dozens of providers. */
function named(value: unknown, field: string): Need[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => named(item, `${field}[${index}]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = `${field}.${key}`;
    const { name, namespace } = fieldsOf(inner);
    const place = textOf(namespace) === undefined ? {} : { namespace: String(namespace) };
    // cert-manager makes the key of an ACME account by itself.
    const optional = key === 'privateKeySecretRef' ? { optional: true } : {};
    if (/secret(key)?ref$/i.test(key) && textOf(name) !== undefined)
      return need('Secret', name, at, { ...place, ...optional });
    if (key === 'serviceAccountRef') return need('ServiceAccount', name, at, place);
    return named(inner, at);
  });
}

const byKindOf: Readonly<Record<GroupKind, (object: KubeObject, spec: Fields) => Need[]>> = {
  'Route.serving.knative.dev': (_, { traffic }) =>
    listOf(traffic).flatMap(({ configurationName }, index) =>
      need('Configuration.serving.knative.dev', configurationName, `spec.traffic[${index}]`),
    ),
  'DomainMapping.serving.knative.dev': ({ metadata }, { ref, tls }) => [
    ...byKind(ref, 'spec.ref', 'Service.serving.knative.dev'),
    ...need('Secret', fieldsOf(tls).secretName, 'spec.tls.secretName'),
    // Some clusters make it by themselves.
    ...need('ClusterDomainClaim.networking.internal.knative.dev', metadata.name, 'metadata.name', {
      cluster: true,
      optional: true,
    }),
  ],
  Service: ({ metadata }, { selector, type }) =>
    // Without a selector somebody wrote its addresses by hand.
    Object.keys(fieldsOf(selector)).length === 0 && type !== 'ExternalName'
      ? need('Endpoints', metadata.name, 'spec.selector', { optional: true })
      : [],
  'StatefulSet.apps': (_, { serviceName, volumeClaimTemplates }) => [
    ...need('Service', serviceName, 'spec.serviceName'),
    ...listOf(volumeClaimTemplates).flatMap(({ spec }, index) =>
      storageClass(fieldsOf(spec).storageClassName, `spec.volumeClaimTemplates[${index}]`),
    ),
  ],
  PersistentVolumeClaim: (_, { storageClassName }) => storageClass(storageClassName, 'spec.storageClassName'),
  'HorizontalPodAutoscaler.autoscaling': (_, { scaleTargetRef }) =>
    byKind(scaleTargetRef, 'spec.scaleTargetRef', 'Deployment.apps'),
  'Ingress.networking.k8s.io': (_, { tls, rules, defaultBackend, ingressClassName }) => {
    const paths = listOf(rules).flatMap(({ http }) => listOf(fieldsOf(http).paths));
    const backends = [fieldsOf(defaultBackend), ...paths.map(({ backend }) => fieldsOf(backend))];
    return [
      ...listOf(tls).flatMap(({ secretName }, index) =>
        need('Secret', secretName, `spec.tls[${index}].secretName`),
      ),
      ...backends.flatMap(({ service }) => need('Service', fieldsOf(service).name, 'spec.rules')),
      ...need(groupKind('IngressClass', 'networking.k8s.io'), ingressClassName, 'spec.ingressClassName', {
        cluster: true,
      }),
    ];
  },
  ServiceAccount: ({ secrets, imagePullSecrets }) => [
    // Tokens that older clusters made stand here too, and may be gone.
    ...listOf(secrets).flatMap(({ name }, index) =>
      need('Secret', name, `secrets[${index}]`, { optional: true }),
    ),
    ...listOf(imagePullSecrets).flatMap(({ name }, index) =>
      need('Secret', name, `imagePullSecrets[${index}]`),
    ),
  ],
  'RoleBinding.rbac.authorization.k8s.io': ({ roleRef }) => roleNeed(roleRef),
  'ClusterRoleBinding.rbac.authorization.k8s.io': ({ roleRef }) => roleNeed(roleRef),
  'ExternalSecret.external-secrets.io': (_, { secretStoreRef, data, dataFrom }) => [
    ...storeNeed(secretStoreRef, 'spec.secretStoreRef'),
    ...[...listOf(data), ...listOf(dataFrom)].flatMap(({ sourceRef }) => {
      const { storeRef, generatorRef } = fieldsOf(sourceRef);
      return [
        ...storeNeed(storeRef, 'spec.data.sourceRef.storeRef'),
        ...(generatorRef === undefined
          ? []
          : byKind(generatorRef, 'spec.dataFrom.sourceRef.generatorRef', '')),
      ];
    }),
  ],
  'SecretStore.external-secrets.io': (_, spec) => named(spec, 'spec'),
  'ClusterSecretStore.external-secrets.io': (_, spec) => named(spec, 'spec'),
  'Certificate.cert-manager.io': (_, spec) => [
    ...issuerNeed(spec.issuerRef, 'spec.issuerRef'),
    ...named(spec.keystores, 'spec.keystores'),
  ],
  'Issuer.cert-manager.io': (_, spec) => [
    ...named(spec, 'spec'),
    ...need('Secret', fieldsOf(spec.ca).secretName, 'spec.ca.secretName'),
  ],
};

function roleNeed(roleRef: unknown): Need[] {
  const { kind, name } = fieldsOf(roleRef);
  return need(groupKind(String(kind), 'rbac.authorization.k8s.io'), name, 'roleRef', {
    cluster: kind === 'ClusterRole',
  });
}

/** Everything that an object refers to by name, each once; what it names outside of namespaces included. */
export function referencesOf(object: KubeObject): Need[] {
  const pod = podSpecOf(object);
  const needs = [
    ...(pod === undefined
      ? []
      : podReferences(pod.spec).map((one) => ({ ...one, field: `${pod.path}.${one.field}` }))),
    ...(byKindOf[groupKindOf(object)]?.(object, fieldsOf(object.spec)) ?? []),
  ];
  const once = new Map<string, Need>();
  for (const one of needs) {
    const key = `${one.kind} ${one.namespace ?? ''}/${one.name}`;
    const known = once.get(key);
    // What one place may do without and another may not is needed.
    if (known === undefined || (known.optional && !one.optional)) once.set(key, one);
  }
  return [...once.values()];
}
