/** Who can mend it: the person who gave the input, something outside (AWS, a cluster), or this project. */
export type ErrorSource = 'user' | 'outside' | 'zeroshift';

/** What a process ends with. The numbers are a contract. */
export const exitCodes = {
  done: 0,
  error: 1,
  usage: 2,
  changesPending: 3,
  gateFailed: 4,
  rolledBack: 5,
  leaseHeld: 6,
  stalePlan: 7,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** One thing that is wrong with an input. */
export interface Problem {
  /** Where: a field's path such as `colours.blue.knative`, a flag, a file. */
  readonly where: string;
  /** The value as it was given. */
  readonly value?: unknown;
  /** What was found, in words, where the value would say less, or a secret. @default - the value is shown */
  readonly found?: string;
  /** What would have been allowed. */
  readonly allowed: string;
}

export interface ZeroshiftErrorProps {
  /** Stable, dotted, such as `fleet.invalid`. */
  readonly code: string;
  readonly source: ErrorSource;
  /** What to do now, as a clause. @default - nothing is suggested */
  readonly action?: string;
  /** @default - none */
  readonly problems?: readonly Problem[];
  /** @default 1, or 2 when the source is `user` */
  readonly exitCode?: ExitCode;
  readonly cause?: unknown;
}

/** Marks an error that is meant for a person; a registered symbol, so that another copy of this package knows it too. */
const told = Symbol.for('zeroshift.error');

/**
 * Every failure that is meant for a person. Thrown when an input is wrong, something outside refuses, or an
 * invariant of ours does not hold; anything else that is thrown is a bug and keeps its stack trace.
 */
export class ZeroshiftError extends Error {
  readonly code: string;
  readonly source: ErrorSource;
  readonly action: string | undefined;
  readonly problems: readonly Problem[];
  readonly exitCode: ExitCode;
  readonly [told] = true;

  /** Whether this is one, whichever copy of the package made it: a fleet's file may have loaded its own. */
  static is(value: unknown): value is ZeroshiftError {
    return value instanceof Error && Reflect.get(value, told) === true;
  }

  constructor(message: string, props: ZeroshiftErrorProps) {
    super(message, props.cause === undefined ? undefined : { cause: props.cause });
    this.name = 'ZeroshiftError';
    this.code = props.code;
    this.source = props.source;
    this.action = props.action;
    this.problems = props.problems ?? [];
    this.exitCode = props.exitCode ?? (props.source === 'user' ? exitCodes.usage : exitCodes.error);
  }
}

/** Characters of a value that are shown; the rest of a long one would hide what is said about it. */
const shownLength = 120;

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  // JSON would make null of NaN and of what is endless.
  if (typeof value === 'number') return String(value);
  const text = typeof value === 'string' ? `"${value}"` : (asJson(value) ?? String(value));
  return text.length <= shownLength ? text : `${text.slice(0, shownLength - 1)}…`;
}

/** Undefined for what JSON cannot say, such as a function or an object that holds itself. */
function asJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** The problem as one line: where, what was given, what is allowed. */
export const problemText = ({ where, value, found, allowed }: Problem): string =>
  `${where}: ${found ?? `${shown(value)} was given`}; allowed: ${allowed}`;

/** The error as a person reads it: what failed, each problem, what to do, the code. */
export function errorText(error: ZeroshiftError): string {
  const lines = [`${error.message} [${error.code}]`];
  for (const problem of error.problems) lines.push(`  ${problemText(problem)}`);
  if (error.action !== undefined) lines.push(`  to do: ${error.action}`);
  return lines.join('\n');
}
