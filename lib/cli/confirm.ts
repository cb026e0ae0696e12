import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface ConfirmStreams {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** Whether there is a person who can be asked. */
export const canAsk = ({ input, output }: ConfirmStreams): boolean =>
  input.isTTY === true && output.isTTY === true;

/** Asks for a word to be typed. The end of the input, Ctrl-C and any other word are no. */
export async function confirmed(
  { input, output }: ConfirmStreams,
  question: string,
  word: string,
): Promise<boolean> {
  const lines = createInterface({ input, output, terminal: false });
  try {
    output.write(`${question} Type ${word} to go on: `);
    const [typed] = (await Promise.race([once(lines, 'line'), once(lines, 'close')])) as [string?];
    return typed?.trim() === word;
  } finally {
    lines.close();
  }
}
