import type { Problem } from '../../messages/error.ts';
import { nearest } from '../../messages/nearest.ts';
import { fieldsOf } from '../../validation/fields.ts';
import { belongsToCluster, knownKinds } from '../inventory/known-kinds.ts';
import { groupKindOf } from '../inventory/names.ts';
import { isSystemNamespace } from '../kinds.ts';
import type { Part } from './documents.ts';
import { servingVersion } from './given.ts';

/** What must hold of an object before anything is made of it. */

export const clientVersion = 'client.knative.dev/v1alpha1';

const kindText = (value: unknown): string => {
  const { apiVersion, kind } = fieldsOf(value);
  return typeof kind === 'string' ? `${kind} of ${String(apiVersion ?? 'no apiVersion')}` : 'no kind';
};

export const wrongKind = (part: Part, allowed: string): Problem => ({
  where: part.placeOf('kind'),
  found: kindText(part.value),
  allowed,
});

const empty = (value: unknown): boolean => value === undefined || value === null;

function* textProblems(part: Part, at: string): Generator<Problem> {
  const metadata = fieldsOf(
    at === 'metadata'
      ? fieldsOf(part.value).metadata
      : fieldsOf(fieldsOf(fieldsOf(part.value).spec).template).metadata,
  );
  for (const name of ['labels', 'annotations']) {
    const texts = metadata[name];
    if (empty(texts)) continue;
    if (typeof texts !== 'object' || Array.isArray(texts))
      yield { where: part.placeOf(`${at}.${name}`), value: texts, allowed: 'texts by their keys' };
    for (const [key, value] of Object.entries(fieldsOf(texts)))
      if (typeof value !== 'string')
        yield {
          where: `${part.placeOf(`${at}.${name}.${key}`)} ${at}.${name}.${key}`,
          value,
          allowed: 'a text, in quotes',
        };
  }
}

/** Kinds of Knative's that must have pods to run. */
function* servingProblems(part: Part): Generator<Problem> {
  const { apiVersion, kind, spec } = fieldsOf(part.value);
  if (!String(apiVersion).startsWith('serving.knative.dev/')) return;
  if (
    ['Service', 'Configuration', 'Revision', 'Route'].includes(String(kind)) &&
    apiVersion !== servingVersion
  ) {
    yield wrongKind(part, `${kind} of ${servingVersion}`);
    return;
  }
  const { template, traffic, containers } = fieldsOf(spec);
  const missing = (field: string, value: unknown, allowed: string): Problem => ({
    where: `${part.placeOf(field)} ${field}`,
    value,
    allowed,
  });
  const pods = kind === 'Revision' ? containers : fieldsOf(fieldsOf(template).spec).containers;
  const at = kind === 'Revision' ? 'spec.containers' : 'spec.template.spec.containers';
  if (kind === 'Service' || kind === 'Configuration' || kind === 'Revision')
    if (!Array.isArray(pods) || pods.length === 0) yield missing(at, pods, 'at least one container');
    else
      for (const [index, container] of pods.entries()) {
        const fields = fieldsOf(container);
        if (!empty(fields.image)) continue;
        const meant = Object.keys(fields).find((field) => nearest(field, ['image']) !== undefined);
        const field = `${at}[${index}].${meant ?? 'image'}`;
        yield meant === undefined
          ? missing(field, fields.image, 'the reference of an image such as ghcr.io/team/app:1.0')
          : {
              where: `${part.placeOf(field)} ${field}`,
              found: 'there is no such field',
              allowed: 'did you mean image?',
            };
      }
  if (kind === 'Service' && !empty(traffic) && !isTraffic(traffic))
    yield missing('spec.traffic', traffic, 'a list of targets');
}

/** Kinds outside of namespaces that an inventory takes. */
const ofCluster = [
  'Namespace',
  'ClusterDomainClaim.networking.internal.knative.dev',
  'ClusterRole.rbac.authorization.k8s.io',
  'ClusterRoleBinding.rbac.authorization.k8s.io',
  'PriorityClass.scheduling.k8s.io',
  ...belongsToCluster,
];
const known: ReadonlySet<string> = new Set([...Object.keys(knownKinds), ...ofCluster]);
const nameIn = (groupKind: string): string => groupKind.split('.')[0] ?? '';

/** What nothing is known of, or is installed and not moved, would not come, and nobody would be told. */
function* takenProblems(part: Part): Generator<Problem> {
  const { apiVersion, kind, metadata } = fieldsOf(part.value);
  const { name, namespace } = fieldsOf(metadata);
  if (!known.has(groupKindOf({ apiVersion: String(apiVersion), kind: String(kind) }))) {
    const near = nearest(String(kind), [...known].map(nameIn));
    const allowed = near === undefined || near === kind ? '' : `: did you mean ${near}?`;
    yield wrongKind(part, `a kind that a migration knows${allowed}`);
  }
  const place = kind === 'Namespace' ? name : namespace;
  if (typeof place === 'string' && isSystemNamespace(place))
    yield {
      where: part.placeOf('metadata'),
      found: `the namespace ${place}`,
      allowed: "a namespace that is not the system's: what is there is installed, and does not move",
    };
}

const isTraffic = (value: unknown): boolean =>
  Array.isArray(value) && value.every((target) => fieldsOf(target) === target);

/** Everything that is wrong with an object. A Secret's content is never shown. */
export function checkObject(part: Part): Problem[] {
  const { apiVersion, kind, metadata } = fieldsOf(part.value);
  const objects = `a Service of ${servingVersion}, an Export of ${clientVersion}, a List of them, or another object of a cluster`;
  if (
    typeof apiVersion !== 'string' ||
    typeof kind !== 'string' ||
    apiVersion.startsWith('zeroshift/') ||
    apiVersion.startsWith('client.knative.dev/')
  )
    return [{ where: part.placeOf(''), found: kindText(part.value), allowed: objects }];
  const { name, namespace } = fieldsOf(metadata);
  if (typeof name !== 'string' || name === '' || name.includes('/'))
    return [{ where: `${part.placeOf('metadata')} metadata.name`, value: name, allowed: 'a name, as text' }];
  if (!empty(namespace) && (typeof namespace !== 'string' || namespace === ''))
    return [
      {
        where: `${part.placeOf('metadata.namespace')} metadata.namespace`,
        value: namespace,
        allowed: 'a name, as text, or nothing',
      },
    ];
  if (apiVersion === 'v1' && kind === 'Secret') return [];
  return [
    ...takenProblems(part),
    ...textProblems(part, 'metadata'),
    ...textProblems(part, 'spec.template.metadata'),
    ...servingProblems(part),
  ];
}
