import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the lane keeps what it built and, below `run`, what it runs. */
export const cacheFolder = (): string =>
  join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'zeroshift');
