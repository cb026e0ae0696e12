import { join } from 'node:path';
import { type Colour, colours, type Fleet, sibling } from '../fleet/index.ts';
import { type Problem, ZeroshiftError } from '../messages/error.ts';
import { readExportFile } from '../migration/from-file/index.ts';

type Charts = typeof import('../../charts/index.ts');

export interface SynthInventoryOptions {
  /** A file of `zeroshift inventory -o yaml`, or of `kn service export`. */
  readonly inventory: string;
  /** `namespace/name=migrated` or `=latest`, of services whose traffic names earlier revisions. @default - they are refused */
  readonly history?: readonly string[];
}

const words = ['migrated', 'latest'] as const;
type Word = (typeof words)[number];

/**
 * What a colour held, as manifests for the other one, by names relative to the output folder.
 * @throws ZeroshiftError `usage.history`, `usage.inventory`, what reading a file and `MigrationChart` throw
 */
export function inventoryFiles(
  fleet: Fleet,
  { inventory: file, history: said }: SynthInventoryOptions,
  { migrationManifests }: Charts,
): { readonly colour: Colour; readonly files: Map<string, string> } {
  const history = historyOf(said ?? []);
  const inventory = readExportFile(file);
  const from = colours.find((one) => one === inventory.origin?.colour);
  if (from === undefined)
    throw new ZeroshiftError('the file does not say which colour it was taken of', {
      code: 'usage.inventory',
      source: 'user',
      problems: [
        { where: '--inventory', value: file, allowed: 'what `zeroshift inventory --colour … -o yaml` wrote' },
      ],
    });
  const colour = sibling(from);
  const made = migrationManifests(fleet, colour, { inventory, history });
  return { colour, files: new Map([...made].map(([name, text]) => [join(colour, name), text])) };
}

function historyOf(said: readonly string[]): Record<string, Word> {
  const problems: Problem[] = [];
  const entries = said.flatMap((text): [string, Word][] => {
    const [, place = '', given] = /^([^/=]+\/[^/=]+)=(.*)$/.exec(text) ?? [];
    const word = words.find((one) => one === given);
    if (word !== undefined) return [[place, word]];
    problems.push({ where: '--history', value: text, allowed: 'namespace/name=migrated, or =latest' });
    return [];
  });
  if (problems.length === 0) return Object.fromEntries(entries);
  throw new ZeroshiftError('what is to become of earlier revisions is not said so', {
    code: 'usage.history',
    source: 'user',
    problems,
  });
}
