import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { composeServing, type Release, release, releaseVersions } from '../../constructs/knative/index.ts';
import { composeKourier, kourierRelease, kourierVersions } from '../../constructs/kourier/index.ts';
import type { KubeObject } from '../../lib/clusters/cluster-port.ts';
import { addRelease, type ReleasePlace, type ReleasePlaces } from '../../scripts/lib/add-release.ts';
import { objectDigests } from '../../scripts/lib/object-digests.ts';
import { readReleased } from '../../scripts/lib/read-released.ts';
import { allReleasesFile, kourierReleaseFile, releaseFile } from '../../scripts/lib/release-files.ts';
import { releasedFolder } from './released-folder.ts';

let home: string;
let places: ReleasePlaces;
const folders: string[] = [];
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'zeroshift-releases-'));
  const place = async (room: string): Promise<ReleasePlace> => {
    const copy = { releases: join(home, room), digests: join(home, `${room}.json`) };
    await cp(`constructs/${room}/releases`, copy.releases, { recursive: true });
    await cp(`test/fixtures/${room}/upstream-digests.json`, copy.digests);
    return copy;
  };
  places = { serving: await place('knative'), kourier: await place('kourier') };
});
afterEach(async () => {
  for (const folder of [home, ...folders.splice(0)]) await rm(folder, { recursive: true });
});

const renamed = (version: string) => (objects: KubeObject[]) =>
  JSON.parse(JSON.stringify(objects).replaceAll('1.23.0', version)) as KubeObject[];

const added = async (
  change: (objects: KubeObject[]) => KubeObject[],
  { kubernetes, kourier }: { kubernetes?: string; kourier?: boolean } = {},
) => {
  const folder = await releasedFolder('1.23.0', change, kourier);
  folders.push(folder);
  return addRelease(await readReleased(folder), places, kubernetes);
};

const kept = async () => [
  await readFile(join(places.serving.releases, 'all.ts'), 'utf8'),
  await readFile(places.serving.digests, 'utf8'),
];

describe('adding a release', () => {
  it('writes figures alone: a data file, the list, digests of the objects', async () => {
    const digest = `sha256:${'ab'.repeat(32)}`;
    const data: Release = {
      ...release('1.23.0'),
      version: '1.100.0',
      digests: { ...release('1.23.0').digests, cleanup: digest },
    };
    const result = await added(
      (objects) =>
        JSON.parse(
          JSON.stringify(renamed('1.100.0')(objects)).replaceAll(release('1.23.0').digests.cleanup, digest),
        ) as KubeObject[],
    );
    expect(result.lines.slice(2)).toEqual(['63 objects equal', 'nothing else changed']);
    expect(result.exitCode).toBe(0);
    expect(await readFile(join(places.serving.releases, '1.100.0.ts'), 'utf8')).toBe(releaseFile(data));
    const [all, digests] = await kept();
    // 1.100 comes after 1.23, though the alphabet has it otherwise.
    expect(all).toBe(allReleasesFile(['1.100.0', ...releaseVersions]));
    expect(all?.indexOf('1_100_0')).toBeGreaterThan(all?.indexOf('1_23_0') ?? Infinity);
    expect(JSON.parse(digests ?? '')['1.100.0']).toEqual(objectDigests(composeServing(data, 'upstream')));
  });

  it('says what else upstream changed', async () => {
    const { lines, exitCode } = await added(
      (objects) => {
        const all = renamed('1.98.0')(objects);
        const features = all.find(({ metadata }) => metadata.name === 'config-features');
        if (features === undefined) throw new Error('no config-features');
        features.data._example += 'brand.new-flag: "disabled"\n';
        return all.filter(({ metadata }) => metadata.name !== 'config-tracing');
      },
      { kubernetes: '1.35' },
    );
    expect(lines).toEqual([
      'Knative Serving 1.98.0 was added',
      '62 objects equal',
      '2 changes that the constructs do not have yet:',
      '  ConfigMap knative-serving/config-tracing: the constructs have it, upstream does not',
      "  config-features.brand.new-flag: upstream's example has it, lib/validation does not know it",
    ]);
    expect(exitCode).toBe(3);
    const file = await readFile(join(places.serving.releases, '1.98.0.ts'), 'utf8');
    expect(file).toContain("kubernetes: '1.35'");
    expect(file).toContain("'brand.new-flag',\n  ],");
  });

  it('adds Kourier where it is there, with its Envoy', async () => {
    const { lines, exitCode } = await added(
      (objects) => JSON.parse(JSON.stringify(renamed('1.98.0')(objects)).replaceAll('v1.37-', 'v1.99-')),
      { kourier: true },
    );
    expect(lines).toEqual([
      'Knative Serving 1.98.0 was added',
      expect.stringMatching(/1\.98\.0\.ts: kubernetes: /),
      'Kourier 1.98.0 was added',
      expect.stringMatching(/1\.98\.0\.ts: envoyPatch: '1\.99\.0', /),
      '76 objects equal',
      'nothing else changed',
    ]);
    expect(exitCode).toBe(0);
    const data = { ...kourierRelease('1.23.0'), version: '1.98.0', envoy: '1.99', envoyPatch: '1.99.0' };
    const read = (file: string) => readFile(join(places.kourier.releases, file), 'utf8');
    expect(await read('1.98.0.ts')).toBe(kourierReleaseFile(data));
    expect(await read('all.ts')).toBe(allReleasesFile([...kourierVersions, '1.98.0'], 'KourierRelease'));
    for (const version of kourierVersions)
      expect(await read(`${version}.ts`)).toBe(kourierReleaseFile(kourierRelease(version)));
    const digests = JSON.parse(await readFile(places.kourier.digests, 'utf8'));
    expect(digests['1.98.0']).toEqual(objectDigests(composeKourier(data, 'upstream')));
  });

  it('never overwrites a release, and says where its figures are others', async () => {
    const before = await kept();
    expect((await added((objects) => objects)).exitCode).toBe(0);
    await writeFile(join(places.serving.releases, '1.23.0.ts'), 'untouched');
    const { queue } = release('1.23.0').digests;
    const other = await added(
      (objects) =>
        JSON.parse(JSON.stringify(objects).replaceAll(queue, `sha256:${'0'.repeat(64)}`)) as KubeObject[],
    );
    expect(other.exitCode).toBe(3);
    expect(other.lines.join('\n')).toContain(`Knative Serving 1.23.0: digests.queue: ours "${queue}"`);
    expect(await kept()).toEqual(before);
    expect(await readFile(join(places.serving.releases, '1.23.0.ts'), 'utf8')).toBe('untouched');
  });

  it('refuses a folder without all images', async () => {
    const before = await kept();
    await expect(
      added((objects) => renamed('1.98.0')(objects.filter(({ kind }) => kind !== 'Job'))),
    ).rejects.toMatchObject({ code: 'upstream.incomplete', problems: [{}, {}] });
    expect(await kept()).toEqual(before);
  });

  it('would write the files that are there', async () => {
    for (const version of releaseVersions)
      expect(await readFile(`constructs/knative/releases/${version}.ts`, 'utf8')).toBe(
        releaseFile(release(version)),
      );
    expect(await readFile('constructs/knative/releases/all.ts', 'utf8')).toBe(
      allReleasesFile(releaseVersions),
    );
  });
});
