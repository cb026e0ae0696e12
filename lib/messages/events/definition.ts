export type Level = 'info' | 'good' | 'warn' | 'error';

/** An event of one code: what it carries, and how a person reads it. */
export interface Definition<D extends object> {
  /** When it is said, for the generated page. */
  readonly summary: string;
  readonly level: Level;
  /** Whether it is as good as its level says; said as a warning where it is not. @default - always */
  readonly isGood?: (data: D) => boolean;
  readonly text: (data: D) => string;
  /** For machines and live views only: a plain log would drown in it. */
  readonly quiet: boolean;
  /** A live view shows it in its place, so that no line is needed there. */
  readonly moving: boolean;
}

/** What is said has fields of its own, which those of an event must not overwrite. */
type Data = object & { readonly event?: never; readonly at?: never; readonly level?: never };

export const event = <D extends Data>(
  summary: string,
  text: (data: D) => string,
  level: Level = 'info',
  quiet = false,
): Definition<D> => ({ summary, level, text, quiet, moving: false });

/** Of something that goes on: said again and again, with other numbers. */
export const moving = <D extends Data>(summary: string, text: (data: D) => string): Definition<D> => ({
  ...event(summary, text),
  moving: true,
});

/** Of something that came to an end: good, or a warning. */
export const ending = <D extends Data>(
  summary: string,
  text: (data: D) => string,
  isGood: (data: D) => boolean,
): Definition<D> => ({ ...event(summary, text, 'good'), isGood });
