import type { CommanderError } from 'commander';
import { ZeroshiftError } from '../messages/error.ts';

/** What commander says of a mistake in the command line, as an error of ours with the code `usage`. */
export function usageError(
  { code, message }: Pick<CommanderError, 'code' | 'message'>,
  argv: readonly string[],
): ZeroshiftError {
  const [first = '', second] = argv;
  const usage = (text: string, action: string): ZeroshiftError =>
    new ZeroshiftError(text, { code: 'usage', source: 'user', action });
  // Commander shows the help where no command can be made out.
  if (code === 'commander.help')
    return usage(
      first === 'help' && second !== undefined ? `unknown command '${second}'` : 'no command was given',
      'give one of those that `zeroshift --help` shows',
    );
  const [text = '', hint = ''] = message.replace(/^error: /, '').split('\n');
  const meant = /^\(Did you mean (.+)\?\)$/.exec(hint)?.[1];
  const action =
    meant !== undefined
      ? `did you mean ${meant}?`
      : code === 'commander.unknownOption' && first.startsWith('-')
        ? 'options come after the command: zeroshift COMMAND OPTIONS'
        : 'see what there is with --help';
  return usage(text.replace('. Expected', ': expected').replace(/\.$/, ''), action);
}
