import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  compareReleased,
  composeServing,
  differencesBetween,
  type Released,
  release as releaseOf,
  releaseVersions,
} from '../../constructs/knative/index.ts';
import { composeKourier, kourierRelease, kourierVersions } from '../../constructs/kourier/index.ts';
import type { KubeObject } from '../../lib/clusters/cluster-port.ts';
import { exitCodes } from '../../lib/messages/error.ts';
import { counted, differenceText } from './difference-text.ts';
import { isKourier, kourierFigures } from './kourier-figures.ts';
import { withNestedYaml } from './nested-yaml.ts';
import { objectDigests } from './object-digests.ts';
import { releaseFigures, unknownConfigKeys } from './release-figures.ts';
import { allReleasesFile, kourierReleaseFile, releaseFile } from './release-files.ts';
import type { ScriptResult } from './run-script.ts';

/** Where the figures of one project's releases are kept. */
export interface ReleasePlace {
  /** The folder of the data files. */
  readonly releases: string;
  /** The file with the digests of the released objects, which the tests hold the constructs to. */
  readonly digests: string;
}

export interface ReleasePlaces {
  readonly serving: ReleasePlace;
  readonly kourier: ReleasePlace;
}

/** One project's part of a release: its figures, and what the constructs make of them. */
interface Part {
  readonly name: string;
  readonly place: ReleasePlace;
  readonly type: 'Release' | 'KourierRelease';
  readonly version: string;
  readonly file: string;
  readonly figures: object;
  /** Figures that are kept already. */
  readonly known: object | undefined;
  readonly composed: readonly KubeObject[];
  readonly released: readonly Released[];
  /** What could only be assumed. */
  readonly assumed: readonly string[];
}

async function write({ place, type, version, file, released }: Part): Promise<void> {
  await writeFile(join(place.releases, `${version}.ts`), file);
  const versions = (await readdir(place.releases)).flatMap(
    (name) => /^(\d+\.\d+\.\d+)\.ts$/.exec(name)?.[1] ?? [],
  );
  await writeFile(join(place.releases, 'all.ts'), allReleasesFile(versions, type));
  const before: Record<string, unknown> = JSON.parse(await readFile(place.digests, 'utf8'));
  const digests = { ...before, [version]: objectDigests(released.map(({ object }) => object)) };
  await writeFile(place.digests, `${JSON.stringify(digests, undefined, 2)}\n`);
}

function servingPart(released: readonly Released[], place: ReleasePlace, kubernetes?: string): Part {
  const newest = releaseOf(releaseVersions.at(-1) ?? '');
  const read = releaseFigures(released, kubernetes ?? newest.kubernetes);
  const { version } = read;
  const known = releaseVersions.includes(version) ? releaseOf(version) : undefined;
  // No object says the Kubernetes version: what is known holds unless it is said.
  const figures = { ...read, kubernetes: kubernetes ?? known?.kubernetes ?? read.kubernetes };
  return {
    name: 'Knative Serving',
    place,
    type: 'Release',
    version,
    file: releaseFile(figures),
    figures,
    known,
    composed: composeServing(figures, 'upstream'),
    released,
    assumed:
      known === undefined && kubernetes === undefined
        ? [`kubernetes: '${figures.kubernetes}', the oldest that it runs on, as for ${newest.version}`]
        : [],
  };
}

function kourierPart(released: readonly Released[], place: ReleasePlace, version: string): Part {
  const newest = kourierRelease(kourierVersions.at(-1) ?? '');
  const known = kourierVersions.includes(version) ? kourierRelease(version) : undefined;
  const figures = kourierFigures(released, version, known ?? newest);
  return {
    name: 'Kourier',
    place,
    type: 'KourierRelease',
    version,
    file: kourierReleaseFile(figures),
    figures,
    known,
    composed: composeKourier(figures, 'upstream'),
    released,
    assumed:
      known === undefined
        ? [`envoyPatch: '${figures.envoyPatch}', the patch version of Envoy that the default tuning pins`]
        : [],
  };
}

/** The places where kept figures differ from those that were read. */
const wrongFigures = ({ name, version, known, figures }: Part): string[] =>
  known === undefined
    ? []
    : differencesBetween(known, figures).map(
        ({ path, ours, upstream }) =>
          `${name} ${version}: ${path}: ours ${JSON.stringify(ours)}, upstream's ${JSON.stringify(upstream)}`,
      );

/**
 * Adds a release from its released objects, unless it is known already, and says what else upstream changed. What is
 * known is never overwritten: a release does not change. Kourier is added where its objects are there.
 * @param kubernetes the oldest Kubernetes that it runs on; @default - as the newest release that is known
 * @throws ZeroshiftError `upstream.not-a-release`, `upstream.incomplete`, before anything is written
 */
export async function addRelease(
  all: readonly Released[],
  places: ReleasePlaces,
  kubernetes?: string,
): Promise<ScriptResult> {
  const objects = all.map(({ file, object }) => ({ file, object: withNestedYaml(object) }));
  const serving = servingPart(
    objects.filter((one) => !isKourier(one)),
    places.serving,
    kubernetes,
  );
  // Figures are read from the texts as they are.
  const kourier = all.filter(isKourier);
  const parts = [
    serving,
    ...(kourier.length === 0 ? [] : [kourierPart(kourier, places.kourier, serving.version)]),
  ];
  const lines: string[] = [];
  for (const part of parts) {
    const { name, version, known, assumed } = part;
    if (known === undefined) await write(part);
    lines.push(
      `${name} ${version} ${known === undefined ? 'was added' : 'is known already; nothing was written'}`,
      ...assumed.map((figure) => `  assumed, to be looked at in ${version}.ts: ${figure}`),
    );
  }
  const { equal, differences } = compareReleased(
    parts.flatMap(({ composed }) => composed).map(withNestedYaml),
    objects,
  );
  const changes = [
    ...parts.flatMap(wrongFigures),
    ...differences.map(differenceText),
    ...unknownConfigKeys(serving.released).map(
      (key) => `${key}: upstream's example has it, lib/validation does not know it`,
    ),
  ];
  lines.push(
    `${counted(equal.length, 'object')} equal`,
    changes.length === 0
      ? 'nothing else changed'
      : `${counted(changes.length, 'change')} that the constructs do not have yet:`,
    ...changes.map((change) => `  ${change}`),
  );
  return { lines, exitCode: changes.length === 0 ? exitCodes.done : exitCodes.changesPending };
}
