import { execFile } from 'node:child_process';
import { ZeroshiftError } from '../../../lib/messages/error.ts';
import { elsewhere } from './usable-cache.ts';

export interface RunOptions {
  /** Milliseconds. @default 30 s */
  readonly timeout?: number;
  /** @default - the caller's */
  readonly cwd?: string;
  /** @default - the caller's */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Runs a program to its end and gives what it printed.
 * @throws ZeroshiftError `lane.program-failed` with the end of what it said
 */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { timeout = 30_000, ...rest } = options;
  return new Promise((resolve, reject) => {
    execFile(
      program,
      [...args],
      { timeout, killSignal: 'SIGKILL', maxBuffer: 64 << 20, ...rest },
      (error, out, said) => {
        if (error === null) return resolve(out);
        const end = said.trim().split('\n').slice(-12).join('\n');
        const how = error.killed ? `took longer than ${timeout / 1000} s` : 'failed';
        reject(
          new ZeroshiftError(`${program} ${args.join(' ')} ${how}${end === '' ? '' : `: ${end}`}`, {
            code: 'lane.program-failed',
            source: 'outside',
            ...(/no space left on device/i.test(said) ? { action: elsewhere } : {}),
            cause: error,
          }),
        );
      },
    );
  });
}
