import { pathToFileURL } from 'node:url';
import { quietExit } from './quiet-exit.ts';

type Exports = Readonly<Record<string, unknown>>;

/** What services are written with. */
export const serviceDoor = 'zeroshift/constructs/service';
/** How it is told that the package that the file sees has not been built, or is not installed. */
const lacksService = /Cannot find (module|package) '[^']*constructs\/service(\/index\.js)?'/;

/** What a file of the definition exports, by name. Throws whatever the file or the loader throws. */
export async function importFile(path: string): Promise<Exports> {
  // The definition gets these very modules, so that it works before anything is built or installed.
  const doors: Record<string, unknown> = { 'zeroshift/fleet': await import('./index.ts') };
  try {
    return await load(path, doors);
  } catch (cause) {
    if (!(cause instanceof Error && lacksService.test(cause.message))) throw cause;
    // Slow to start, and seldom missing.
    return await load(path, { ...doors, [serviceDoor]: await import('../../constructs/service/index.ts') });
  }
}

async function load(path: string, virtualModules: Record<string, unknown>): Promise<Exports> {
  const { createJiti } = await import('jiti');
  const jiti = createJiti(pathToFileURL(path).href, {
    moduleCache: false,
    fsCache: false,
    interopDefault: false,
    virtualModules,
  });
  return quietExit(() => finished(jiti.import<Exports>(path)));
}

/** Longest that a file may take to load: whatever it waits for then does not come. */
const patience = 30_000;

/** What a file's promise gives; an error where that never comes. */
export function finished<T>(loading: T | Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () =>
      reject(new Error('it never finished loading: what it awaits does not come, or takes longer than 30s'));
    // Where nothing else is under way the process would end without a word.
    process.once('beforeExit', late);
    const timer = setTimeout(late, patience).unref();
    Promise.resolve(loading)
      .then(resolve, reject)
      .finally(() => {
        clearTimeout(timer);
        process.off('beforeExit', late);
      });
  });
}
