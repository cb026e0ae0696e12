import {
  release,
  releaseVersions,
  servingTuning,
  type TunedField,
  tunedFields,
} from '../../constructs/knative/index.ts';
import {
  composeKourier,
  kourierRelease,
  kourierTuningReasons,
  kourierVersions,
} from '../../constructs/kourier/index.ts';
import { withNestedYaml } from './nested-yaml.ts';

/** Every field in which the default tuning of the newest release differs from upstream. */
export function allTuning(): TunedField[] {
  const kourier = kourierRelease(kourierVersions.at(-1) ?? '');
  const [tuned, upstream] = (['default', 'upstream'] as const).map((tuning) =>
    composeKourier(kourier, tuning).map(withNestedYaml),
  );
  return [
    ...servingTuning(release(releaseVersions.at(-1) ?? '')),
    ...tunedFields(tuned ?? [], upstream ?? [], kourierTuningReasons),
  ];
}
