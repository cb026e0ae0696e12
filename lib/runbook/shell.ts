/** A text as one word of a POSIX shell: nothing in it is a quote, a variable, a command or an end of the word. */
export const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
