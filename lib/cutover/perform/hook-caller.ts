import { spawn } from 'node:child_process';
import type { CutoverHook } from '../../fleet/cutover-hands.ts';
import type { HookPort, HookTold } from '../ports.ts';

type Answer = Awaited<ReturnType<HookPort['call']>>;

/** Characters of what a hook says that are kept: its last words. */
const keptLength = 300;

/** Calls the hooks that a fleet defines. */
export const createHookCaller = (hooks: readonly CutoverHook[]): HookPort => ({
  call: async (name, told, timeout) => {
    const hook = hooks.find((one) => one.name === name);
    if (hook?.run !== undefined) return runCommand(hook.run, told, timeout);
    if (hook?.url !== undefined) return post(hook.url, told, timeout);
    return { ok: false, text: 'the fleet has no hook of this name any more' };
  },
});

/** Milliseconds for what was said before the end. */
const lastWords = 500;

const seconds = (milliseconds: number): string => `${milliseconds / 1000} s`;

function runCommand(
  [command = '', ...args]: readonly string[],
  told: HookTold,
  timeout: number,
): Promise<Answer> {
  return new Promise((resolve) => {
    // A group of its own, so that what it has started ends with it.
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    let said = '';
    let late = false;
    const hear = (chunk: Buffer): void => {
      said = (said + chunk.toString('utf8')).slice(-keptLength);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    const timer = setTimeout(() => {
      late = true;
      if (child.pid !== undefined) endGroup(child.pid);
    }, timeout);
    const answer = (ok: boolean, text: string): void => {
      clearTimeout(timer);
      resolve({ ok, text: said.trim() === '' ? text : `${text}: ${said.trim()}` });
    };
    child.on('error', (error) => answer(false, `it could not be started: ${error.message}`));
    const done = (code: number | null, signal: string | null): void => {
      if (late) answer(false, `it took longer than ${seconds(timeout)}`);
      else if (code === 0) answer(true, 'exit code 0');
      else answer(false, code === null ? `it was ended by ${signal}` : `exit code ${code}`);
    };
    child.on('close', done);
    // Its last words are still on their way; but who it leaves behind may keep its pipes open.
    child.on('exit', (code, signal) => setTimeout(() => done(code, signal), lastWords).unref());
    // It need not read what it is told.
    child.stdin.on('error', () => undefined);
    child.stdin.end(JSON.stringify(told));
  });
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}

async function post(url: string, told: HookTold, timeout: number): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': told.id },
      body: JSON.stringify(told),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeout),
    });
    const said = (await response.text()).trim().slice(0, keptLength);
    return { ok: response.ok, text: `status ${response.status}${said === '' ? '' : `: ${said}`}` };
  } catch (error) {
    const late = error instanceof Error && error.name === 'TimeoutError';
    // Never the URL: it may hold what nobody else may know.
    return {
      ok: false,
      text: late ? `no answer within ${seconds(timeout)}` : `no answer: ${causeOf(error)}`,
    };
  }
}

const causeOf = (error: unknown): string => {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'it could not be reached';
};
