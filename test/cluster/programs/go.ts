import { findProgram } from '../machine/programs.ts';
import { run } from '../machine/run.ts';

/** Settings of Go that make a binary depend on its module alone. */
export const goSettings = { CGO_ENABLED: '0', GOFLAGS: '-mod=readonly', GOWORK: 'off' } as const;

/** Runs the Go command in a module's folder. */
export const go = (folder: string, args: readonly string[], minutes: number): Promise<string> =>
  run(findProgram('go') ?? 'go', args, {
    cwd: folder,
    timeout: minutes * 60_000,
    env: { ...process.env, ...goSettings },
  });

/** What `go version` says, or undefined where there is no Go. */
export async function goVersion(folder = '/'): Promise<string | undefined> {
  if (findProgram('go') === undefined) return undefined;
  return (await go(folder, ['version'], 1)).trim();
}
