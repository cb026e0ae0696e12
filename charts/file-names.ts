import { createHash } from 'node:crypto';
import { colours } from '../lib/fleet/colour.ts';
import { applicationSetFile } from './gitops.ts';
import { kustomizationFile } from './kustomization.ts';

/** How files are called: what is written under a name is known by it again, and two names never meet in one file. */

/** Bytes of a stem: with a number and the ending, file systems take it whole. */
const longest = 200;

/**
 * A name, in characters that any file system takes and none folds into others: `Team:Reader` is `_team___reader`. Two
 * names never become one: after `_` comes a letter for its capital, `_` for a colon, or `0<hex>_` for anything else.
 */
export const plainName = (name: string): string =>
  name.replace(/[^a-z0-9.-]/gu, (character) => {
    if (/[A-Z]/.test(character)) return `_${character.toLowerCase()}`;
    return character === ':' ? '__' : `_0${(character.codePointAt(0) ?? 0).toString(16)}_`;
  });

/**
 * The file of a stem that consists of plain names.
 * @param count which of several objects it is that have the same stem, such as those of two groups. @default 1
 */
export function manifestFile(stem: string, count = 1): string {
  const digest = () => createHash('sha256').update(stem).digest('hex').slice(0, 16);
  const short = stem.length <= longest ? stem : `${stem.slice(0, longest - 19)}_0_${digest()}`;
  return `${short}${count === 1 ? '' : `_${count}`}.yaml`;
}

const ours = new RegExp(
  `^(?:${applicationSetFile.replace('.', '\\.')}|(?:${colours.join('|')})/(?:[a-z][-a-z0-9]*/)?(?:${kustomizationFile}|[a-z0-9][-._a-z0-9]{0,249}\\.yaml))$`,
);

/** Whether it is the name of a file that synthesis could write, relative to its folder: nothing that leads out of it. */
export const isOurName = (name: string): boolean => ours.test(name);
