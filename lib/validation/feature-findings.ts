import { type Finding, finding } from './finding.ts';
import { featureNeeds, flagsSince } from './needed-features.ts';
import type { FeatureFlag, ValidationContext } from './serving-config.ts';

/** Findings about feature flags in the words of who writes a service: the field that needs it, and what to do. */

type Fields = Readonly<Record<string, unknown>>;

const minor = (release: string): number => Number(release.split('.')[1]);

/** What is allowed while the flag is off. */
const without: Readonly<Partial<Record<FeatureFlag, string>>> = {
  'multi-container': 'one container',
  'kubernetes.podspec-persistent-volume-write': 'true',
};

function off(flag: FeatureFlag, context: ValidationContext, release: string | undefined): [string, string] {
  const since = flagsSince[flag];
  if (since !== undefined && release !== undefined && minor(release) < minor(since))
    return [
      'release.old',
      `nothing with Knative Serving ${release}: the feature ${flag} came with ${since}; take a newer release, or leave it out`,
    ];
  const state = context.feature(flag);
  return [
    'feature.off',
    `${without[flag] ?? 'nothing'} while the feature ${flag} is ${state}: enable it in the colour's features, or leave this out`,
  ];
}

/**
 * The findings, those about a feature at the fields that need it: the webhook names no field for some. `release`: the one
 * that the service is for, where it is known.
 */
export function locateFeatures(
  findings: readonly Finding[],
  spec: Fields,
  context: ValidationContext,
  release?: string,
): Finding[] {
  const needs = featureNeeds(spec);
  const located = findings.flatMap((found): Finding[] => {
    const flag = /the feature (\S+) is/.exec(found.allowed)?.[1] as FeatureFlag | undefined;
    if (found.code !== 'feature.off' || flag === undefined) return [found];
    const [code, allowed] = off(flag, context, release);
    if (!found.nowhere) return [finding(found.field, code, found.value, allowed)];
    return needs
      .filter((need) => need.flag === flag)
      .map(({ field, value }) => finding(`spec.template.spec.${field}`, code, value, allowed));
  });
  const offAt = new Set(
    located
      .filter(({ code }) => code === 'feature.off' || code === 'release.old')
      .map(({ field }) => volumeOf(field)),
  );
  // A volume of a kind that is off counts as one without a kind: that was said better.
  return located.filter(({ code, field }) => code !== 'volume.kind' || !offAt.has(volumeOf(field)));
}

const volumeOf = (field: string): string => /^.*?volumes\[\d+\]/.exec(field)?.[0] ?? field;

const podInfo = 'features.knative.dev/queueproxy-podinfo';

/** The webhook lets the annotation through, and nothing happens. */
export function podInfoWithoutFlag({ annotations }: Fields, context: ValidationContext): Finding[] {
  const value = (annotations as Fields | undefined)?.[podInfo];
  if (value === undefined || context.feature('queueproxy.mount-podinfo') !== 'disabled') return [];
  const [code, allowed] = off('queueproxy.mount-podinfo', context, undefined);
  return [finding(`spec.template.metadata.annotations.${podInfo}`, code, value, allowed)];
}
