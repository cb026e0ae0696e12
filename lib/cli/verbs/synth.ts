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
  const [{ loadFleet }, { compareManifests, explainDifference, synthColour, writeManifests }] =
    await Promise.all([import('../../fleet/index.ts'), import('../../../charts/index.ts')]);
  const fleet = await loadFleet(options.fleet);
  // Both colours are made before anything is written: a mistake in one leaves the other as it was.
  const made = colours.map((colour) => ({ colour, files: synthColour(fleet, colour) }));
  let pending = false;
  for (const { colour, files } of made) {
    const directory = join(options.out, colour);
    if (options.check) {
      const changes = await explainDifference(directory, files, await compareManifests(directory, files));
      for (const { file, change, text } of changes)
        output.say('synth.changed', { file: join(directory, file), change, difference: text });
      pending ||= changes.length > 0;
      continue;
    }
    const { left } = await writeManifests(directory, files);
    for (const file of left) output.say('synth.changed', { file: join(directory, file), change: 'left' });
    output.say('synth.written', { colour, files: files.size, directory });
  }
  if (options.check && !pending) output.say('synth.unchanged', { directory: options.out });
  return pending ? exitCodes.changesPending : exitCodes.done;
}
