import type { KubeObject } from '../../clusters/index.ts';
import { fieldsOf } from '../../validation/fields.ts';
import { groupKindOf, listOf, textOf } from '../inventory/names.ts';
import { settingMaps } from '../inventory/settings.ts';
import { isSystemNamespace } from '../kinds.ts';
import { everywhere } from './state.ts';

const servingNamespace = 'knative-serving';

/** Where the accounts of a binding are; everywhere where it may be any. */
function subjectsOf(binding: KubeObject): string[] {
  const subjects = listOf(binding.subjects);
  if (subjects.some(({ kind }) => kind === 'Group')) return [everywhere];
  return subjects.flatMap(({ kind, namespace }) =>
    kind === 'ServiceAccount' ? (textOf(namespace) ?? []) : [],
  );
}

function allOf(object: KubeObject): string[] {
  const { namespace, name } = object.metadata;
  switch (groupKindOf(object)) {
    case 'Namespace':
      return [name];
    case 'ClusterDomainClaim.networking.internal.knative.dev':
      return [textOf(fieldsOf(object.spec).namespace) ?? everywhere];
    case 'ClusterRoleBinding.rbac.authorization.k8s.io':
      // One that came from before a gap has no subjects.
      return object.subjects === undefined ? [everywhere] : subjectsOf(object);
    case 'RoleBinding.rbac.authorization.k8s.io':
      return [namespace ?? everywhere, ...subjectsOf(object).filter((one) => one !== everywhere)];
    case 'ConfigMap':
      return namespace === servingNamespace && settingMaps.includes(name) ? [everywhere] : [namespace ?? ''];
    default:
      return [namespace ?? everywhere];
  }
}

/**
 * The namespaces of which a change of an object may change the plan, or `everywhere`. Pure.
 * @param namespaces that are followed. @default - all that are not the system's
 */
export function placesConcerned(object: KubeObject, namespaces: ReadonlySet<string> | undefined): string[] {
  const all = [...new Set(allOf(object))];
  if (all.includes(everywhere)) return [everywhere];
  return all.filter((place) =>
    namespaces === undefined ? place !== '' && !isSystemNamespace(place) : namespaces.has(place),
  );
}
