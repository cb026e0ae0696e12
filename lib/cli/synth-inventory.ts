import { join } from 'node:path';
import type { KubeObject } from '../clusters/cluster-port.ts';
import { type Colour, colours, type Fleet, sibling } from '../fleet/index.ts';
import { type Problem, ZeroshiftError } from '../messages/error.ts';
import { nearest } from '../messages/nearest.ts';
import { type ExportedFile, readExportFile } from '../migration/from-file/index.ts';

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
  { migrationManifests, synthObjects }: Charts,
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
  const own = synthObjects(fleet, colour).flatMap(({ objects }) => objects);
  refuseMisplaced(Object.keys(history), inventory, own);
  const made = migrationManifests(fleet, colour, { inventory, history });
  return { colour, files: new Map([...made].map(([name, text]) => [join(colour, name), text])) };
}

/** Words on services that the file does not have, or that the fleet writes itself. @throws ZeroshiftError `usage.history` */
function refuseMisplaced(
  places: readonly string[],
  { objects }: ExportedFile,
  own: readonly KubeObject[],
): void {
  const placeOf = ({ metadata }: KubeObject): string => `${metadata.namespace}/${metadata.name}`;
  const serving = (all: readonly KubeObject[]): Set<string> =>
    new Set(all.filter(({ kind }) => kind === 'Service' || kind === 'Route').map(placeOf));
  const [inFile, ofFleet] = [serving(objects), serving(own)];
  const problems = places.flatMap((place): Problem[] => {
    if (ofFleet.has(place))
      return [
        {
          where: '--history',
          value: place,
          allowed:
            "a service that only the inventory has: this one is the fleet's own, and is written by `zeroshift synth`",
        },
      ];
    const near = nearest(place, [...inFile]);
    const allowed = `a service of the file, as namespace/name${near === undefined ? '' : `: did you mean ${near}?`}`;
    return inFile.has(place) ? [] : [{ where: '--history', value: place, allowed }];
  });
  if (problems.length === 0) return;
  throw new ZeroshiftError('there is nothing to be said of these services', {
    code: 'usage.history',
    source: 'user',
    problems,
  });
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
