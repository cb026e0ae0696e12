import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { synthColour, writeManifests } from '../../charts/index.ts';
import { recordedNames, recordText } from '../../charts/synthesized-files.ts';
import { filesOf } from '../../charts/workload-files.ts';
import type { KubeObject } from '../../lib/clusters/cluster-port.ts';
import { exampleFleet } from '../helpers/fleet.ts';
import { temporaryDirectories } from '../helpers/temporary-directory.ts';

const colours = {
  blue: { kubernetes: '1.34', knative: '1.22.1' },
  green: { kubernetes: '1.35', knative: '1.23.0' },
};
const folderFor = temporaryDirectories();

const object = (apiVersion: string, kind: string, name: string, namespace?: string): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
});
const role = (name: string) => object('rbac.authorization.k8s.io/v1', 'ClusterRole', name);
const recorded = (objects: readonly KubeObject[]) => {
  const files = filesOf(objects);
  const names = [...files.keys()].map((file) => `blue/services/${file}`);
  return { files, names, known: recordedNames(recordText(names)) };
};

describe('the name of a file', () => {
  it('is of its object alone, however alike others are called', () => {
    const alike = [
      'Team:Reader',
      'Team_Reader',
      'team:reader',
      'team-reader',
      'team_reader_2',
      'team_reader',
    ];
    const together = recorded(alike.map(role)).files;
    expect(together.size).toBe(alike.length);
    for (const name of alike) {
      const [alone = ''] = filesOf([role(name)]).keys();
      expect(together.get(alone)?.metadata.name, name).toBe(name);
    }
  });

  it('is known again by the record, and leads nowhere else, whatever an object is called', () => {
    const name = fc.oneof(
      fc.string({ minLength: 1, maxLength: 300, unit: 'binary' }),
      fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(...'aA_:.-2é/') }),
    );
    const objects = fc.uniqueArray(
      fc.record({
        apiVersion: fc.constantFrom('v1', 'example.com/v1', 'other.example.com/v1'),
        kind: fc.constantFrom('Role', 'Certificate', 'Weird/../Kind'),
        metadata: fc.record({ name }),
      }),
      { selector: ({ apiVersion, kind, metadata }) => `${apiVersion} ${kind} ${metadata.name}` },
    );
    fc.assert(
      fc.property(objects, (given) => {
        const { files, names, known } = recorded(given as KubeObject[]);
        expect(files.size).toBe(given.length);
        // Some file systems take upper and lower case for the same.
        expect(new Set(names.map((one) => one.toLowerCase())).size).toBe(given.length);
        expect(known).toEqual([...names].sort());
        for (const file of files.keys()) {
          expect(Buffer.byteLength(file)).toBeLessThan(256);
          expect(file).not.toContain('/');
        }
      }),
      { seed: 20_260_301 },
    );
  });

  it('that could not be known again is never written', async () => {
    expect(() => recordText(['blue/services/Team.yaml'])).toThrow('Team.yaml');
    expect(recordedNames('../a.yaml\nblue/../a.yaml\nblue/a/b/c.yaml\n/etc/a.yaml\nblue/A.yaml\n')).toEqual(
      [],
    );
  });

  it('lets a role with capitals and a colon be pruned', async () => {
    const folder = await folderFor();
    const made = (services: KubeObject[]) =>
      new Map(
        [...synthColour(exampleFleet({ colours, services }), 'blue')].map(([name, text]) => [
          `blue/${name}`,
          text,
        ]),
      );
    const there = async () =>
      (await readdir(join(folder, 'blue/services'))).filter((name) => name.includes('clusterrole'));
    await writeManifests(folder, made([role('Team:Reader'), role('reader')]));
    expect(await there()).toEqual(['1-clusterrole._team___reader.yaml', '1-clusterrole.reader.yaml']);
    await writeManifests(folder, made([role('reader')]), { prune: true });
    expect(await there()).toEqual(['1-clusterrole.reader.yaml']);
  });
});
