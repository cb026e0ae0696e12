/** A text as one word of a POSIX shell: nothing in it is a quote, a variable, a command or an end of the word. */
export const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** Writes what a command prints to a file, once: whoever gives it again later must not lose what was noted before. */
export const noted = (file: string, command: string): string =>
  `[ -s ${quoted(file)} ] || ${command} > ${quoted(file)}`;

/** Whole seconds, as `sleep` wants them; at least one. */
export const seconds = (milliseconds: number): number => Math.max(1, Math.ceil(milliseconds / 1000));
