import { accessSync, constants, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

const runs = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** The ones that CI has built, where it keeps them. */
function built(): string[] {
  const cache = process.env.ZEROSHIFT_CI_CACHE ?? join(homedir(), '.cache/zeroshift-ci');
  try {
    return readdirSync(cache)
      .filter((name) => /^kubectl-[0-9a-f]+$/.test(name))
      .map((name) => join(cache, name));
  } catch {
    return [];
  }
}

/** A kubectl: from `ZEROSHIFT_KUBECTL`, else on the path, else one that CI has built. */
export function findKubectl(): string | undefined {
  const { ZEROSHIFT_KUBECTL: named, PATH = '' } = process.env;
  if (named) return named;
  return [...PATH.split(delimiter).map((folder) => join(folder, 'kubectl')), ...built()].find(runs);
}
