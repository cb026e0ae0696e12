import { event } from './definition.ts';

/** Failures, and what every command may say. */
export const generalEvents = {
  'error.failed': event<{ code: string; message: string; problems: readonly string[]; action?: string }>(
    'the command failed',
    ({ message, code, problems, action }) =>
      [
        `${message} [${code}]`,
        ...problems.map((problem) => `  ${problem}`),
        ...(action ? [`  to do: ${action}`] : []),
      ].join('\n'),
    'error',
  ),
  'services.ignored': event<{ file: string }>(
    'a file in the folder of services is of no kind that is read there',
    ({ file }) =>
      `${file} is left out: services stand in .ts, .mts, .cts, .js, .mjs, .cjs, .yaml, .yml, .json`,
    'warn',
  ),
} as const;
