import {
  compareReleased,
  composeServing,
  type Released,
  recogniseRelease,
  release as releaseOf,
  releaseVersions,
} from '../../constructs/knative/index.ts';
import { composeKourier, kourierRelease } from '../../constructs/kourier/index.ts';
import { exitCodes, ZeroshiftError } from '../../lib/messages/error.ts';
import { counted, differenceText } from './difference-text.ts';
import { isKourier } from './kourier-figures.ts';
import { withNestedYaml } from './nested-yaml.ts';
import type { ScriptResult } from './run-script.ts';

/**
 * Compares released objects with what the constructs make of the same release, tuned as upstream. Kourier is compared
 * where the folder has it: it is released apart from Serving.
 * @throws ZeroshiftError `upstream.not-a-release`, `knative.unknown-release`, `kourier.unknown-release`
 */
export function compareFolder(released: readonly Released[]): ScriptResult {
  const version = recogniseRelease(released);
  if (!releaseVersions.includes(version))
    throw new ZeroshiftError(`Knative Serving ${version} is not a release that is known here`, {
      code: 'knative.unknown-release',
      source: 'user',
      problems: [{ where: 'app.kubernetes.io/version', value: version, allowed: releaseVersions.join(', ') }],
      action: 'add it first: npm run release:add -- DIR',
    });
  const withKourier = released.some(isKourier);
  const composed = [
    ...composeServing(releaseOf(version), 'upstream'),
    ...(withKourier ? composeKourier(kourierRelease(version), 'upstream') : []),
  ];
  const { equal, differences } = compareReleased(
    composed.map(withNestedYaml),
    released.map(({ file, object }) => ({ file, object: withNestedYaml(object) })),
  );
  const lines = [
    `Knative Serving ${version}${withKourier ? ' with Kourier' : ''}: ${counted(equal.length, 'object')} equal, ${counted(differences.length, 'difference')}`,
    ...differences.map(differenceText),
  ];
  return { lines, exitCode: differences.length === 0 ? exitCodes.done : exitCodes.changesPending };
}
