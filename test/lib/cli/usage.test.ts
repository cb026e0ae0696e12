import { expect, it } from 'vitest';
import { usageError } from '../../../lib/cli/usage.ts';

it.each([
  [
    { code: 'commander.unknownCommand', message: "error: unknown command 'stats'\n(Did you mean status?)" },
    ['stats'],
    "unknown command 'stats'",
    'did you mean status?',
  ],
  [
    {
      code: 'commander.excessArguments',
      message: "error: too many arguments for 'plan'. Expected 0 arguments but got 1.",
    },
    ['plan', 'x'],
    "too many arguments for 'plan': expected 0 arguments but got 1",
    'see what there is with --help',
  ],
  [
    { code: 'commander.unknownOption', message: "error: unknown option '--json'" },
    ['--json', 'status'],
    "unknown option '--json'",
    'options come after the command: zeroshift COMMAND OPTIONS',
  ],
  [
    { code: 'commander.help', message: '(outputHelp)' },
    [],
    'no command was given',
    'give one of those that `zeroshift --help` shows',
  ],
  [
    { code: 'commander.help', message: '(outputHelp)' },
    ['help', 'nosuch'],
    "unknown command 'nosuch'",
    'give one of those that `zeroshift --help` shows',
  ],
])('%j becomes an error of ours', (error, argv, message, action) => {
  expect(usageError(error, argv)).toMatchObject({ code: 'usage', exitCode: 2, message, action });
});
