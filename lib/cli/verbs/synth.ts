import { join } from 'node:path';
import { colours } from '../../fleet/index.ts';
import { exitCodes } from '../../messages/error.ts';
import type { FleetOptions } from '../options.ts';
import type { Output } from '../output.ts';

/** `zeroshift synth`: writes the manifests of both colours; with `--check` only says what would change. */
export async function synthVerb(
  output: Output,
  options: FleetOptions & { readonly out: string; readonly check?: boolean },
): Promise<number> {
  const [{ loadFleet }, { compareManifests, synthColour, writeManifests }] = await Promise.all([
    import('../../fleet/index.ts'),
    import('../../../charts/index.ts'),
  ]);
  const fleet = await loadFleet(options.fleet);
  // Both colours are made before anything is written: a mistake in one leaves the other as it was.
  const made = colours.map((colour) => ({ colour, files: synthColour(fleet, colour) }));
  let pending = false;
  for (const { colour, files } of made) {
    const directory = join(options.out, colour);
    const { different, missing, left } = await compareManifests(directory, files);
    if (options.check) {
      const changes = { different, missing, extra: left };
      for (const change of ['different', 'missing', 'extra'] as const)
        for (const file of changes[change])
          output.say('synth.changed', { file: join(directory, file), change });
      pending ||= different.length + missing.length + left.length > 0;
      continue;
    }
    await writeManifests(directory, files);
    for (const file of left) output.say('synth.changed', { file: join(directory, file), change: 'extra' });
    output.say('synth.written', { colour, files: files.size, directory });
  }
  if (options.check && !pending) output.say('synth.unchanged', { directory: options.out });
  return pending ? exitCodes.changesPending : exitCodes.done;
}
