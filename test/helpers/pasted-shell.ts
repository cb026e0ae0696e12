import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A shell that somebody pastes into. */
export interface PastedShell {
  /** Pastes a block, and waits until the shell asks for the next one. Gives all that was printed. */
  paste(block: string, timeoutMs?: number): Promise<string>;
  close(): Promise<void>;
}

/** Opens one shell for a whole page: variables, files and what is left in its input stay from block to block. */
export function openShell(cwd: string, env: NodeJS.ProcessEnv): PastedShell {
  const child = spawn('bash', ['--norc', '--noprofile'], {
    cwd,
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const closed = once(child, 'close');
  let printed = '';
  let look = (): void => undefined;
  let ended = (): void => undefined;
  child.once('close', () => ended());
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      printed += chunk;
      look();
    });
  let count = 0;
  return {
    paste(block, timeoutMs = 120_000) {
      const mark = `---- block ${count++} is over ----`;
      printed = '';
      return new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`still at work after ${timeoutMs} ms:\n${block}\n${printed}`)),
          timeoutMs,
        );
        ended = () => reject(new Error(`the shell ended:\n${printed}`));
        look = () => {
          if (!printed.includes(mark)) return;
          clearTimeout(timer);
          // What it printed last to the other stream may still be on its way.
          setTimeout(() => resolve(printed.replace(`\n${mark}\n`, '').trimEnd()), 20);
        };
        child.stdin.write(`${block}\nprintf '\\n%s\\n' '${mark}'\n`);
      });
    },
    async close() {
      if (child.pid !== undefined && child.exitCode === null)
        try {
          process.kill(-child.pid, 'SIGKILL');
        } catch {
          // It has ended by itself.
        }
      await closed;
    },
  };
}
