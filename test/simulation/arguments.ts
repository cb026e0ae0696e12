import { parseArgs } from 'node:util';

/** What the user of a command did wrong, in words; exit 2. */
export class UsageError extends Error {}

/** Options that a command knows, each with what it takes, for who gives another one. */
export type Known = Readonly<Record<string, { readonly takes?: string; readonly what: string }>>;

/** @throws UsageError for an option that is not known, or lacks its value */
export function readArguments(
  args: readonly string[],
  known: Known,
): Readonly<Record<string, string | true | undefined>> {
  const options = Object.fromEntries(
    Object.entries(known).map(([name, { takes }]) => [
      name,
      { type: takes === undefined ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  const { tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values: Record<string, string | true> = {};
  for (const token of tokens) {
    if (token.kind === 'positional')
      throw new UsageError(`"${token.value}" is no option; each begins with --`);
    if (token.kind !== 'option') continue;
    const option = known[token.name];
    if (option === undefined) throw new UsageError(`there is no option ${token.rawName}`);
    if (option.takes === undefined && token.value !== undefined)
      throw new UsageError(`--${token.name} takes no value, and was given "${token.value}"`);
    if (option.takes !== undefined && (token.value === undefined || token.value === ''))
      throw new UsageError(`--${token.name} lacks its value: ${option.takes}`);
    values[token.name] = token.value ?? true;
  }
  return values;
}

/** A whole number from 1. @throws UsageError */
export function countOf(name: string, value: string | true | undefined, otherwise: number): number {
  if (value === undefined) return otherwise;
  const count = Number(value);
  if (!/^\d+$/.test(String(value)) || count < 1 || !Number.isSafeInteger(count))
    throw new UsageError(`--${name} is a whole number from 1, and was given "${value}"`);
  return count;
}

/** What the command is for, and its options. */
export function usageOf(command: string, known: Known): string {
  const rows = Object.entries(known).map(([name, { takes, what }]) => [
    `  --${name}${takes === undefined ? '' : ` ${takes}`}`,
    what,
  ]);
  const width = Math.max(...rows.map(([left = '']) => left.length));
  return [
    `usage: npm run ${command} -- [options]`,
    ...rows.map(([left = '', right]) => `${left.padEnd(width)}  ${right}`),
  ].join('\n');
}

/** Runs a command; what the user did wrong is told without a stack. @returns its exit code */
export async function runCommand(
  command: string,
  known: Known,
  run: (values: Readonly<Record<string, string | true | undefined>>) => Promise<number>,
): Promise<number> {
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    console.log(usageOf(command, known));
    return 0;
  }
  try {
    return await run(readArguments(args, known));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`error: ${error.message}\n${usageOf(command, known)}`);
    return 2;
  }
}
