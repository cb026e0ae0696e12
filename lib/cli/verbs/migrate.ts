import { colours } from '../../fleet/index.ts';
import { ZeroshiftError } from '../../messages/error.ts';
import { applyAll, type WaitTimes } from '../migrate/apply.ts';
import { dryRun } from '../migrate/dry-run.ts';
import { followPart } from '../migrate/follow.ts';
import type { MigrateOptions, Stream } from '../migrate/options.ts';
import { releaseAll } from '../migrate/release.ts';
import { migrateScene, type Scene } from '../migrate/scene.ts';
import { verifyPart } from '../migrate/verify.ts';
import type { Output } from '../output.ts';
import { wantsColor } from '../paint.ts';

export type { MigrateOptions } from '../migrate/options.ts';

/**
 * Makes one colour hold what the other holds, once or as long as it is wanted; or says what that would be, or whether it is
 * so; or lets go of it.
 * @returns 0 when it is done, 1 when something stands in the way, failed or is not ready; see each part
 * @throws ZeroshiftError `usage.…`, and what each part throws
 */
export async function migrate(
  output: Output,
  options: MigrateOptions,
  stdout: Stream,
  times: WaitTimes = {},
): Promise<number> {
  if (options.get !== undefined && options.verify !== true) throw withoutVerify(options.get);
  refuseFile(options);
  const scene = await migrateScene(options);
  if (options.dryRun === true || options.verify === true) {
    // Their lines are their own, not events.
    output.close();
    return options.dryRun === true ? dryRun(scene, options, stdout) : verify(scene, options, stdout);
  }
  if (options.follow === true) return followPart(scene, options, output);
  if (options.release === true) return releaseAll(scene, options, output);
  return applyAll(scene, options, output, times);
}

const verify = (
  { fleet, regions, from, to }: Scene,
  { get, json, color, namespace }: MigrateOptions,
  stdout: Stream,
): Promise<number> =>
  verifyPart({
    fleet,
    regions,
    from,
    to,
    ...(get === undefined ? {} : { get }),
    ...(namespace === undefined ? {} : { namespaces: namespace }),
    json: json === true,
    color: wantsColor(color, stdout, process.env),
    write: (text) => stdout.write(text),
  });

/** What a file cannot be asked: how it changes, how it answers, whose its fields are. */
const ofClusters = {
  follow: 'a file does not change by itself, and cannot be followed',
  verify: 'a file does not answer, and nothing can be compared with it',
  release: 'a file does not say whose the fields are, and they would become nobody’s',
} as const;

/** @throws ZeroshiftError `usage.follow`, `usage.verify`, `usage.release` */
function refuseFile(options: MigrateOptions): void {
  const { from } = options;
  if (from === undefined || colours.some((colour) => colour === from)) return;
  for (const flag of ['follow', 'verify', 'release'] as const)
    if (options[flag] === true)
      throw new ZeroshiftError(ofClusters[flag], {
        code: `usage.${flag}`,
        source: 'user',
        problems: [{ where: '--from', value: from, allowed: `a colour, with --${flag}` }],
      });
}

const withoutVerify = (paths: readonly string[]): ZeroshiftError =>
  new ZeroshiftError('answers are compared by --verify only', {
    code: 'usage.get-path',
    source: 'user',
    problems: [{ where: '--get', value: paths.join(' '), allowed: 'together with --verify' }],
  });

/** `zeroshift migrate`. */
export const migrateVerb = (output: Output, options: MigrateOptions): Promise<number> =>
  migrate(output, options, process.stdout);
