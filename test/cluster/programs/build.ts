import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, withLock } from '../machine/index.ts';
import type { GoProgram } from './catalogue.ts';
import { go, goSettings, goVersion } from './go.ts';

/** Where each program is. */
export type Programs = (program: GoProgram) => string;

/** `test/cluster`. */
const here = join(import.meta.dirname, '..');

const flags = ['-trimpath'];

const linkerFlags = ({ stamp = {} }: GoProgram): string =>
  ['-s', '-w', ...Object.entries(stamp).map(([name, value]) => `-X ${name}=${value}`)].join(' ');

/** Everything that makes a program what it is: its module's own files, Go's version, flags. */
async function fingerprint(program: GoProgram, version: string): Promise<string> {
  const folder = join(here, program.module);
  const hash = createHash('sha256').update(
    JSON.stringify([version, goSettings, flags, linkerFlags(program), program.package]),
  );
  const files = (await readdir(folder, { recursive: true })).filter((name) =>
    /^go\.(mod|sum)$|\.go$/.test(name),
  );
  for (const name of files.sort()) hash.update(`\0${name}\0`).update(await readFile(join(folder, name)));
  return hash.digest('hex').slice(0, 16);
}

const keyOf = ({ module, name }: GoProgram): string => `${module}/${name}`;

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

/** Minutes that one program may take, from nothing, on a busy machine. */
const longest = 30;

/**
 * Makes the programs that are not in the cache yet, one after another; Go itself uses all processors for each.
 * @param progress told in words
 * @throws ZeroshiftError `lane.program-failed` with what the compiler said, `lane.busy`
 */
export async function buildPrograms(
  programs: readonly GoProgram[],
  progress: (line: string) => void,
): Promise<Programs> {
  const version = (await goVersion(here)) ?? 'none';
  const places = new Map<string, string>();
  for (const program of programs)
    places.set(
      keyOf(program),
      join(cacheFolder(), 'programs', `${program.name}-${await fingerprint(program, version)}`, program.name),
    );
  const placeOf: Programs = (program) => {
    const place = places.get(keyOf(program));
    if (place === undefined) throw new Error(`${program.name} was not asked for`);
    return place;
  };
  const missing = async (): Promise<GoProgram[]> => {
    const there = await Promise.all(programs.map((program) => exists(placeOf(program))));
    return programs.filter((_, index) => !there[index]);
  };
  if ((await missing()).length > 0)
    await withLock(
      'programs',
      longest * 60,
      () => progress('another command builds programs: waiting for it'),
      async () => {
        // The other one may have made them.
        const todo = await missing();
        for (const [index, program] of todo.entries()) {
          progress(`building ${program.name}, ${index + 1} of ${todo.length}`);
          await build(program, placeOf(program));
        }
      },
    );
  return placeOf;
}

async function build(program: GoProgram, place: string): Promise<void> {
  const folder = join(place, '..');
  await mkdir(folder, { recursive: true });
  // A killed command leaves its compiler behind, which may still write: nobody shares a name with it.
  for (const name of await readdir(folder)) if (name.endsWith('.new')) await rm(join(folder, name));
  const unfinished = `${place}-${process.pid}.new`;
  const args = ['build', ...flags, '-ldflags', linkerFlags(program), '-o', unfinished, program.package];
  await go(join(here, program.module), args, longest);
  await rename(unfinished, place);
}
