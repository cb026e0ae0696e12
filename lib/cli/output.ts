import type { Definition } from '../messages/events/definition.ts';
import { events, eventText, type Level, type SaidEvent, type Say } from '../messages/index.ts';
import type { LiveScreen } from './live/screen.ts';
import { paint } from './paint.ts';
import { printable } from './printable.ts';
import { readerGone } from './reader.ts';

/** Where a command says what it has to say. */
export interface Output {
  readonly say: Say;
  /** Shows where a mistake of ours was made, on standard error. */
  trace(error: Error): void;
  /** Given when nobody reads any more. What is said from then on is dropped. */
  readonly readerGone: AbortSignal;
  /** Takes a live view away, so that what follows stands on lines of its own. */
  close(): void;
}

export interface OutputProps {
  readonly json: boolean;
  readonly color: boolean;
  readonly stdout: NodeJS.WritableStream;
  /** Failures go here, so that they are seen when the rest is piped somewhere; with `json` they stay in their stream. */
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** A terminal gets a live view where the command has one. @default - none */
  readonly live?: LiveScreen;
  readonly now: () => Date;
}

const marks: Record<Level, string> = { info: ' ', good: '✓', warn: '!', error: '✗' };

/** One JSON object a line for machines, lines for a pipe, lines above a live view for a terminal. */
export function createOutput({ json, color, stdout, stderr, live, now }: OutputProps): Output {
  const gone = readerGone(stdout);
  const errorsGone = readerGone(stderr);
  const print = (text: string): void => {
    if (!gone.aborted) stdout.write(text);
  };
  const printError = (text: string): void => {
    live?.close();
    if (!errorsGone.aborted) stderr.write(text);
  };
  const write = (said: SaidEvent): void => {
    live?.tell(said);
    if (json) print(`${JSON.stringify(said)}\n`);
    else if (events[said.event].quiet) return;
    else if (said.level === 'error') printError(`${lineOf(said, color && stderr.isTTY === true)}\n`);
    else if (live === undefined) print(`${lineOf(said, color)}\n`);
    else if (events[said.event].moving) return;
    else if (!gone.aborted) live.above(`${lineOf(said, color)}\n`);
  };
  return {
    say: (code, data) =>
      write({
        event: code,
        at: now().toISOString(),
        level: levelOf(events[code] as Definition<typeof data>, data),
        ...data,
      } as unknown as SaidEvent),
    trace: (error) => printError(`${error.stack ?? error.message}\n`),
    readerGone: gone,
    close: () => live?.close(),
  };
}

const levelOf = <D extends object>({ level, isGood }: Definition<D>, data: D): Level =>
  isGood?.(data) === false ? 'warn' : level;

/** An event as lines: the time, a mark that says the level without colour, the text indented below itself. */
export function lineOf(said: SaidEvent, color: boolean): string {
  const time = said.at.slice(11, 19);
  const [first = '', ...rest] = printable(eventText(said)).split('\n');
  const indent = ' '.repeat(time.length + 3);
  return [
    `${paint('dim', time, color)} ${paint(said.level, marks[said.level], color)} ${paint(said.level, first, color)}`,
    ...rest.map((line) => `${indent}${line}`),
  ].join('\n');
}
