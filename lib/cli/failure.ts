import { problemText, ZeroshiftError } from '../messages/error.ts';
import { missingPackage } from './missing-package.ts';
import type { Output } from './output.ts';

/** Says why a command failed, and gives its exit code. Only a mistake of ours is told with a stack trace. */
export function sayFailure(output: Output, thrown: unknown): number {
  const error = ZeroshiftError.is(thrown)
    ? thrown
    : (missingPackage(thrown) ?? systemError(thrown) ?? bug(thrown));
  output.say('error.failed', {
    code: error.code,
    message: error.message,
    problems: error.problems.map(problemText),
    ...(error.action === undefined ? {} : { action: error.action }),
  });
  if (error.source === 'zeroshift' && error.cause instanceof Error) output.trace(error.cause);
  return error.exitCode;
}

/** What the operating system refuses, such as a folder that may not be written. */
function systemError(thrown: unknown): ZeroshiftError | undefined {
  if (!(thrown instanceof Error) || !('syscall' in thrown) || !('code' in thrown)) return undefined;
  const { code, message } = thrown;
  return new ZeroshiftError(`the system refuses: ${message.replace(`${code}: `, '')}`, {
    code: 'system.refused',
    source: 'outside',
    cause: thrown,
  });
}

const bug = (thrown: unknown): ZeroshiftError =>
  new ZeroshiftError(thrown instanceof Error ? thrown.message : String(thrown), {
    code: 'zeroshift.bug',
    source: 'zeroshift',
    action: 'this should not happen: please report it, with what stands on standard error',
    cause: thrown,
  });
