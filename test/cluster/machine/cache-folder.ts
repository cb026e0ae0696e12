import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Where the lane keeps what it built and, below `run`, what it runs. A relative `XDG_CACHE_HOME` counts as none. */
export function cacheFolder(): string {
  const { XDG_CACHE_HOME: given = '' } = process.env;
  return join(isAbsolute(given) ? given : join(homedir(), '.cache'), 'zeroshift');
}
