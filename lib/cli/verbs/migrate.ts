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
  { get, json, color }: MigrateOptions,
  stdout: Stream,
): Promise<number> =>
  verifyPart({
    fleet,
    regions,
    from,
    to,
    ...(get === undefined ? {} : { get }),
    json: json === true,
    color: wantsColor(color, stdout, process.env),
    write: (text) => stdout.write(text),
  });

const withoutVerify = (paths: readonly string[]): ZeroshiftError =>
  new ZeroshiftError('answers are compared by --verify only', {
    code: 'usage.get-path',
    source: 'user',
    problems: [{ where: '--get', value: paths.join(' '), allowed: 'together with --verify' }],
  });

/** `zeroshift migrate`. */
export const migrateVerb = (output: Output, options: MigrateOptions): Promise<number> =>
  migrate(output, options, process.stdout);
