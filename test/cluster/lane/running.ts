import { keeperOf, type Place } from '../machine/index.ts';
import { type ClusterRecord, readRecord } from './record.ts';

/** A cluster that is up. */
export interface Cluster extends ClusterRecord {
  readonly place: Place;
}

/** The cluster that is up at a place, or undefined. */
export async function running(place: Place): Promise<Cluster | undefined> {
  const record = (await keeperOf(place)) === undefined ? undefined : await readRecord(place);
  return record === undefined ? undefined : { place, ...record };
}
