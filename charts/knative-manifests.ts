import type { Fleet, FleetManifest } from '../lib/fleet/index.ts';
import { isDomainClaim, isKnative, isKnativeService } from '../lib/fleet/kube-objects.ts';
import { fieldPlace } from '../lib/fleet/manifest-problems.ts';
import type { Problem } from '../lib/messages/error.ts';
import { nearest } from '../lib/messages/nearest.ts';
import {
  checkResources,
  type Finding,
  fieldsOf,
  finding,
  isDns1123Label,
  servingContext,
  type ValidationContext,
  validateObject,
} from '../lib/validation/index.ts';
import type { ServingSettings } from './settings.ts';

/** A colour's settings, and the release whose rules hold. */
export type ReleasedSettings = ServingSettings & { readonly release: string };

/** A claim has no webhook: what the API server would drop or refuse. */
function claimFindings({ object }: FleetManifest): Finding[] {
  const unknown = (part: unknown, known: readonly string[], path: string): Finding[] =>
    Object.keys(fieldsOf(part))
      .filter((key) => !known.includes(key))
      .map((key) => {
        const near = nearest(key, known);
        const hint = near === undefined ? '' : `: did you mean ${near}?`;
        return finding(`${path}${key}`, 'field.unknown', undefined, `a field of ClusterDomainClaim${hint}`);
      });
  const { namespace } = fieldsOf(object.spec);
  return [
    ...(object.apiVersion === 'networking.internal.knative.dev/v1alpha1'
      ? []
      : [
          finding(
            'apiVersion',
            'object.api-version',
            object.apiVersion,
            'networking.internal.knative.dev/v1alpha1',
          ),
        ]),
    ...unknown(object, ['apiVersion', 'kind', 'metadata', 'spec'], ''),
    ...unknown(object.spec, ['namespace'], 'spec.'),
    ...(typeof namespace === 'string' && isDns1123Label(namespace)
      ? []
      : [finding('spec.namespace', 'name.dns1123', namespace, 'the namespace that may use the host')]),
  ];
}

/** What the webhook refuses; unknown fields, which the API server would drop without a word; resources that no pod could have. */
function findingsOf(
  manifest: FleetManifest,
  context: ValidationContext,
  serving: ReleasedSettings,
): Finding[] {
  const { object } = manifest;
  if (isDomainClaim(object)) return claimFindings(manifest);
  const { errors, warnings } = validateObject(object, context);
  return [
    ...errors,
    ...warnings.filter(({ code }) => code === 'field.unknown'),
    ...(isKnativeService(object) ? checkResources(object, serving) : []),
  ];
}

/** What is wrong with Knative's objects among a fleet's manifests, under the settings of a colour, with file and line. */
export function knativeManifestProblems(fleet: Fleet, serving: ReleasedSettings): Problem[] {
  const context = servingContext(serving);
  return fleet.manifests
    .filter(({ object }) => isKnative(object))
    .flatMap((manifest) =>
      findingsOf(manifest, context, serving).map(({ field, value, allowed }) => ({
        where: fieldPlace(manifest, field),
        value,
        allowed,
      })),
    );
}
