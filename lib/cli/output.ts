import { events, eventText, type Level, type SaidEvent, type Say } from '../messages/index.ts';
import type { LiveScreen } from './live/screen.ts';
import { paint } from './paint.ts';

/** Where a command says what it has to say. */
export interface Output {
  readonly say: Say;
  /** Takes a live view away, so that what follows stands on lines of its own. */
  close(): void;
}

export interface OutputProps {
  readonly json: boolean;
  readonly color: boolean;
  readonly stdout: NodeJS.WritableStream;
  /** A terminal gets a live view where the command has one. @default - none */
  readonly live?: LiveScreen;
  readonly now: () => Date;
}

const marks: Record<Level, string> = { info: ' ', good: '✓', warn: '!', error: '✗' };

/** One JSON object a line for machines, lines for a pipe, lines above a live view for a terminal. */
export function createOutput({ json, color, stdout, live, now }: OutputProps): Output {
  const write = (said: SaidEvent): void => {
    if (json) {
      stdout.write(`${JSON.stringify(said)}\n`);
      return;
    }
    live?.tell(said);
    if (events[said.event].quiet) return;
    const text = `${lineOf(said, color)}\n`;
    if (live === undefined) stdout.write(text);
    else live.above(text);
  };
  return {
    say: (code, data) =>
      write({
        event: code,
        at: now().toISOString(),
        level: events[code].level,
        ...data,
      } as unknown as SaidEvent),
    close: () => live?.close(),
  };
}

/** An event as lines: the time, a mark that says the level without colour, the text indented below itself. */
export function lineOf(said: SaidEvent, color: boolean): string {
  const time = said.at.slice(11, 19);
  const [first = '', ...rest] = eventText(said).split('\n');
  const indent = ' '.repeat(time.length + 3);
  return [
    `${paint('dim', time, color)} ${paint(said.level, marks[said.level], color)} ${paint(said.level, first, color)}`,
    ...rest.map((line) => `${indent}${line}`),
  ].join('\n');
}
