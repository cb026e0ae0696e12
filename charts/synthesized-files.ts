import { colours } from '../lib/fleet/colour.ts';
import { applicationSetFile } from './gitops.ts';
import { kustomizationFile } from './kustomization.ts';

/**
 * At the top of the folder: the names of the files that are there because `synth` wrote them, and that it may take away
 * again. Nothing else ever goes, whatever it is called. No ending that kubectl takes for a manifest.
 */
export const recordFile = 'synthesized.txt';

const heading =
  '# What `zeroshift synth` wrote here, and with --prune takes away again. Nothing else is touched.';

/** What names of ours look like: a record that somebody changed leads to nothing else, and never out of the folder. */
const ourName = new RegExp(
  `^(?:${applicationSetFile.replace('.', '\\.')}|(?:${colours.join('|')})/(?:[a-z][-a-z0-9]*/)?(?:${kustomizationFile}|[a-z0-9][-.a-z0-9]*\\.yaml))$`,
);

/** The record of these files. */
export const recordText = (names: Iterable<string>): string =>
  `${[heading, ...[...names].sort()].join('\n')}\n`;

/** The names that a record holds; what cannot be one of ours is passed over. */
export const recordedNames = (text: string): string[] =>
  text.split('\n').filter((line) => ourName.test(line));
