import { cutoversUnderWay } from '../../cutover/cutover-directory.ts';
import { exitCodes, ZeroshiftError } from '../../messages/error.ts';
import { releaseOwnership } from '../../migration/apply/index.ts';
import { interruption } from '../interruption.ts';
import type { Output } from '../output.ts';
import { asOneActor } from './one-actor.ts';
import type { MigrateOptions } from './options.ts';
import { sayProgress } from './progress.ts';
import type { Scene } from './scene.ts';

/**
 * `zeroshift migrate --release`: lets go of what a migration applied, once it is finished for good.
 * @returns 0, or 1 when something could not be let go of
 * @throws ZeroshiftError `lease.held` (exit 6), `migrate.cutover-under-way`
 */
export async function releaseAll(scene: Scene, options: MigrateOptions, output: Output): Promise<number> {
  const { fleet, regions, file } = scene;
  const stop = interruption(output.readerGone);
  try {
    return await asOneActor(scene.state, fleet.name, async (check) => {
      await refuseWhileUnderWay(scene.state, fleet.name);
      let exit: number = exitCodes.done;
      for (const { region, source, target } of regions) {
        await check();
        const isThere = file === undefined && (await answers(source));
        const result = await releaseOwnership({
          target,
          ...(isThere ? { source } : {}),
          ...(options.namespace === undefined ? {} : { namespaces: options.namespace }),
          signal: stop.signal,
        });
        const { failed, released } = result;
        const say = sayProgress(output.say, region);
        for (const [index, object] of failed.entries())
          say({ object, done: index + 1, of: failed.length, atOnce: 1 });
        output.say('migrate.released', { region, released, toNobody: !isThere && released > 0 });
        if (failed.length > 0) exit = exitCodes.error;
      }
      return exit;
    });
  } finally {
    stop.done();
  }
}

/** Whether the source can be asked whose the fields are. */
const answers = (source: Scene['regions'][number]['source']): Promise<boolean> =>
  source.ready().then(
    () => true,
    () => false,
  );

async function refuseWhileUnderWay(state: string, fleet: string): Promise<void> {
  const [id] = await cutoversUnderWay(state, fleet);
  if (id === undefined) return;
  throw new ZeroshiftError('a cutover of this fleet is not over yet, and may have to migrate again', {
    code: 'migrate.cutover-under-way',
    source: 'user',
    problems: [{ where: 'cutover', value: id, allowed: 'one that is finalized or rolled back' }],
    action: 'see `zeroshift status`, then end it with `zeroshift finalize` or `zeroshift rollback`',
    exitCode: exitCodes.error,
  });
}
