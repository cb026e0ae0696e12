export type Level = 'info' | 'good' | 'warn' | 'error';

/** An event of one code: what it carries, and how a person reads it. */
export interface Definition<D extends object> {
  /** When it is said, for the generated page. */
  readonly summary: string;
  readonly level: Level;
  readonly text: (data: D) => string;
  /** For machines and live views only: a plain log would drown in it. */
  readonly quiet: boolean;
  /** A live view shows it in its place, so that no line is needed there. */
  readonly moving: boolean;
}

export const event = <D extends object>(
  summary: string,
  text: (data: D) => string,
  level: Level = 'info',
  quiet = false,
): Definition<D> => ({ summary, level, text, quiet, moving: false });

/** Of something that goes on: said again and again, with other numbers. */
export const moving = <D extends object>(summary: string, text: (data: D) => string): Definition<D> => ({
  ...event(summary, text),
  moving: true,
});
