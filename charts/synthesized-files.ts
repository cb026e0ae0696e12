import { isOurName } from './file-names.ts';

/**
 * At the top of the folder: the names of the files that are there because `synth` wrote them, and that it may take away
 * again. Nothing else ever goes, whatever it is called. No ending that kubectl takes for a manifest.
 */
export const recordFile = 'synthesized.txt';

const heading =
  '# What `zeroshift synth` wrote here, and with --prune takes away again. Nothing else is touched.';

/** The record of these files. Throws for a name that would not be known again: it could never be taken away. */
export function recordText(names: Iterable<string>): string {
  const all = [...names].sort();
  const strange = all.find((name) => !isOurName(name));
  if (strange !== undefined) throw new Error(`${strange} is no name that synthesis knows again`);
  return `${[heading, ...all].join('\n')}\n`;
}

/**
 * The names that a record holds. What cannot be one of ours is passed over: a record that somebody changed leads to
 * nothing else, and never out of the folder.
 */
export const recordedNames = (text: string): string[] => text.split('\n').filter(isOurName);
