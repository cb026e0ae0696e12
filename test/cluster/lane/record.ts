import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Place } from '../machine/index.ts';
import type { Access } from '../node/index.ts';
import type { KnativeRelease } from '../programs/index.ts';

/** What is written beside a cluster once it is up. */
export interface ClusterRecord {
  readonly access: Access;
  /** Undefined where the cluster was brought up without Knative. */
  readonly knative?: KnativeRelease;
}

const fileOf = ({ folder }: Place): string => join(folder, 'cluster.json');

export const writeRecord = (place: Place, record: ClusterRecord): Promise<void> =>
  writeFile(fileOf(place), JSON.stringify(record), { mode: 0o600 });

/** What was written when the cluster was complete; undefined where it never was. */
export async function readRecord(place: Place): Promise<ClusterRecord | undefined> {
  try {
    return JSON.parse(await readFile(fileOf(place), 'utf8')) as ClusterRecord;
  } catch {
    return undefined;
  }
}
