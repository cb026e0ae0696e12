import { parseArgs } from 'node:util';
import { type ExitCode, errorText, type Problem, ZeroshiftError } from '../../lib/messages/error.ts';

/** What a script has to say, and what it ends with. */
export interface ScriptResult {
  readonly lines: readonly string[];
  readonly exitCode: ExitCode;
}

/** Runs a script's core as a process: prints what it says, or the mistake without a stack trace. */
export async function runScript(run: () => Promise<ScriptResult>): Promise<void> {
  try {
    const { lines, exitCode } = await run();
    console.log(lines.join('\n'));
    process.exitCode = exitCode;
  } catch (error) {
    if (!(error instanceof ZeroshiftError)) throw error;
    console.error(errorText(error));
    process.exitCode = error.exitCode;
  }
}

/** What a script is given: one folder, and options that each have a value. */
export interface FolderArguments {
  readonly folder: string;
  readonly options: Readonly<Record<string, string>>;
}

/**
 * Reads the words after a script's name.
 * @param allowed option → the values that it may have
 * @throws ZeroshiftError `script.usage`
 */
export function folderArguments(
  words: readonly string[],
  usage: string,
  allowed: Readonly<Record<string, RegExp>> = {},
): FolderArguments {
  const { positionals, values } = parseArgs({
    args: [...words],
    strict: false,
    options: Object.fromEntries(Object.keys(allowed).map((name) => [name, { type: 'string' as const }])),
  });
  const options: Record<string, string> = {};
  const problems: Problem[] = [];
  for (const [name, value] of Object.entries(values))
    if (typeof value === 'string' && allowed[name]?.test(value)) options[name] = value;
    else problems.push({ where: `--${name}`, value, allowed: usage });
  const [folder, ...more] = positionals;
  if (folder !== undefined && more.length === 0 && problems.length === 0) return { folder, options };
  if (folder === undefined || more.length > 0)
    problems.push({ where: 'DIR', value: positionals.join(' '), allowed: 'one folder' });
  throw new ZeroshiftError('the arguments are not what the script takes', {
    code: 'script.usage',
    source: 'user',
    problems,
    action: usage,
  });
}
