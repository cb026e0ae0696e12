import { neededSettingsOf } from '../../../constructs/service/index.ts';
import type { KubeObject } from '../../clusters/cluster-port.ts';
import { fieldsOf } from '../../validation/fields.ts';
import { configKeys, parseGoBool } from '../../validation/index.ts';
import { apiServiceName } from '../inventory/away.ts';
import { belongsToCluster } from '../inventory/known-kinds.ts';
import { groupKindOf, keyOf, keyText, type ObjectKey } from '../inventory/names.ts';
import { referencesOf } from '../inventory/object-references.ts';
import type { Refusal } from './plan.ts';
import type { Target, TargetRelease } from './target.ts';

/** What the target would need for an object and lacks: asked before anything is touched. */

const refusal = (code: Refusal['code'], why: string, action: string): Refusal => ({ code, why, action });

/** What could not be read is neither known to be there nor to be missing. */
function unreadLack(key: ObjectKey, target: Target): Refusal | undefined {
  const why = target.state.unread.get(keyText(key));
  return why === undefined
    ? undefined
    : refusal(
        'target-unread',
        `${keyText(key)} could not be read on the target: ${why}`,
        'give the right to read it, and plan again',
      );
}

/** Whether the target serves the kind, in this version. */
export function kindLack(object: KubeObject, target: Target): Refusal | undefined {
  const { apiVersion, kind } = object;
  const served = target.servedAs(groupKindOf(object));
  if (served.some((one) => one.apiVersion === apiVersion)) return undefined;
  const away = target.state.discovered.unknown.find((one) => groupOf(one.apiVersion) === groupOf(apiVersion));
  if (away !== undefined)
    return refusal(
      'kind-unknown',
      `the target cannot tell whether it serves ${kind} of ${apiVersion}: ${away.why}`,
      `mend the API server behind the APIService ${apiServiceName(away.apiVersion)} of the target, and plan again`,
    );
  if (served.length > 0)
    return refusal(
      'version-not-served',
      `the target serves ${kind} as ${served
        .map((one) => one.apiVersion)
        .sort()
        .join(', ')} and not as ${apiVersion}`,
      'bring both clusters to releases that share a version of this kind',
    );
  return refusal(
    'kind-not-served',
    `the target does not serve the kind ${kind} of ${apiVersion}`,
    'install there what brings the kind',
  );
}

const groupOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';

/** Whether the namespace of an object is there or comes with the plan, and is not on its way out. */
export function namespaceLack(
  object: KubeObject,
  target: Target,
  isMade: (key: ObjectKey) => boolean,
): Refusal | undefined {
  const { namespace } = object.metadata;
  if (namespace === undefined) return undefined;
  const key = { kind: 'Namespace', name: namespace };
  const live = target.get(key);
  if (live?.metadata.deletionTimestamp !== undefined)
    return refusal(
      'namespace-being-deleted',
      `the namespace ${namespace} is being deleted on the target`,
      'wait until it is gone, and plan again',
    );
  if (live !== undefined || isMade(key)) return undefined;
  return (
    unreadLack(key, target) ??
    refusal(
      'namespace-missing',
      `the target has no namespace ${namespace}, and this plan does not make it`,
      'let its owner make it there, or take it along with --copy-managed Namespace',
    )
  );
}

const priorityClass = 'PriorityClass.scheduling.k8s.io';

/** Classes, issuers and stores that belong to an installation. */
export const neededClasses = (object: KubeObject): ObjectKey[] =>
  referencesOf(object)
    .filter(
      ({ kind, optional }) => optional !== true && (belongsToCluster.has(kind) || kind === priorityClass),
    )
    .map(({ kind, name }) => ({ kind, name }));

export const classLacks = (
  object: KubeObject,
  target: Target,
  isMade: (key: ObjectKey) => boolean,
): Refusal[] =>
  neededClasses(object)
    .filter((key) => !target.has(key) && !isMade(key))
    .map(
      (key) =>
        unreadLack(key, target) ??
        refusal(
          'class-missing',
          `it needs ${keyText(key)}, which the target does not have`,
          'install it there first: it belongs to the cluster',
        ),
    );

const templates = new Set(['Service.serving.knative.dev', 'Configuration.serving.knative.dev']);
const flagKeys: Readonly<Record<string, { readonly fallback: string }>> = configKeys['config-features'];

/** Feature flags, and a scale of zero to begin with, that a service needs and the target's settings deny. */
export function featureLacks(
  object: KubeObject,
  target: Target,
  { knative, features: known }: TargetRelease,
): Refusal[] {
  if (!templates.has(groupKindOf(object))) return [];
  const { features = {}, autoscaler = {} } = neededSettingsOf({ ...object, kind: 'Service' });
  const flags = Object.keys(features)
    .sort()
    .flatMap((flag): Refusal[] => {
      if (!known.includes(flag))
        return [
          refusal(
            'feature-unknown',
            `it needs the feature ${flag}, which Knative Serving ${knative} does not know`,
            'bring the target to a release that knows it',
          ),
        ];
      const value = target.setting('config-features', flag) ?? flagKeys[flag]?.fallback ?? 'disabled';
      return value.trim().toLowerCase() === 'disabled'
        ? [
            refusal(
              'feature-off',
              `it needs the feature ${flag}, which is ${value} in the target's config-features`,
              `enable it there: serving.features of the colour in the fleet, or config-features of the cluster`,
            ),
          ]
        : [];
    });
  const zero = 'allow-zero-initial-scale';
  if (
    !Object.hasOwn(autoscaler, zero) ||
    parseGoBool(target.setting('config-autoscaler', zero) ?? 'false') === true
  )
    return flags;
  return [
    ...flags,
    refusal(
      'feature-off',
      `it begins with a scale of zero, and ${zero} is not true in the target's config-autoscaler`,
      'allow it there: serving.autoscaler of the colour in the fleet',
    ),
  ];
}

/** Fields that an API server never lets change; as patterns over paths as texts. */
const fixed: Readonly<Record<string, RegExp>> = {
  'RoleBinding.rbac.authorization.k8s.io': /^\.roleRef/,
  'ClusterRoleBinding.rbac.authorization.k8s.io': /^\.roleRef/,
  'StatefulSet.apps':
    /^\.spec\.(?!(replicas|template|updateStrategy|minReadySeconds|ordinals|revisionHistoryLimit|persistentVolumeClaimRetentionPolicy)\b)/,
  'Deployment.apps': /^\.spec\.selector/,
  'DaemonSet.apps': /^\.spec\.selector/,
  'ReplicaSet.apps': /^\.spec\.selector/,
  'Job.batch': /^\.spec\.(selector|template)/,
  'PriorityClass.scheduling.k8s.io': /^\.(value|preemptionPolicy)/,
  Secret: /^\.type/,
  Pod: /^\.spec\.(?!((initC|c)ontainers\[[^\]]*\]\.image|activeDeadlineSeconds|tolerations|terminationGracePeriodSeconds)\b)/,
  'ClusterDomainClaim.networking.internal.knative.dev': /^\.spec\.namespace/,
};

/** Differences that an update could not make good. */
export function fixedLacks(live: KubeObject, fields: readonly string[], valuesDiffer: boolean): Refusal[] {
  const pattern = live.immutable === true ? /^\.(data|binaryData|immutable)/ : fixed[groupKindOf(live)];
  const denied = fields.filter((field) => pattern?.test(field) === true);
  const all = live.immutable === true && valuesDiffer ? [...denied, 'the values'] : denied;
  return all.length === 0
    ? []
    : [
        refusal(
          'immutable',
          `the target's differs in ${all.join(', ')}, which nobody may change`,
          'delete it on the target if nothing there needs it, and plan again',
        ),
      ];
}

/** Whether an object is on its way out on the target, or could not be read there. */
export function liveLack(object: KubeObject, target: Target): Refusal | undefined {
  const unread = unreadLack(keyOf(object), target);
  if (unread !== undefined) return unread;
  if (target.get(keyOf(object))?.metadata.deletionTimestamp === undefined) return undefined;
  return refusal(
    'being-deleted',
    'the one on the target is being deleted',
    'wait until it is gone, and plan again; a finalizer may hold it',
  );
}

/** Revisions that the traffic of a Service or a Route names, those of its own template aside. */
export function namedRevisions({ spec }: KubeObject): string[] {
  const { traffic, template } = fieldsOf(spec);
  const own = fieldsOf(fieldsOf(template).metadata).name;
  const names = (Array.isArray(traffic) ? traffic : []).map((one) => fieldsOf(one).revisionName);
  return [...new Set(names)].filter(
    (name) => typeof name === 'string' && name !== '' && name !== own,
  ) as string[];
}

/** Revisions that traffic names and that neither the source has, nor the target. @param comes whether one is or will be there */
export const revisionLacks = (object: KubeObject, comes: (revision: string) => boolean): Refusal[] =>
  namedRevisions(object)
    .filter((name) => !comes(name))
    .map((name) =>
      refusal(
        'revision-missing',
        `its traffic names the revision ${name}, which the source does not have and the target does not either`,
        'take it out of spec.traffic on the source, or name a revision that is there, and plan again',
      ),
    );
