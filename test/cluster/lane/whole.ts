import { join } from 'node:path';
import { ZeroshiftError } from '../../../lib/messages/error.ts';
import { type Place, until } from '../machine/index.ts';
import { failing } from './state.ts';
import { type ClusterStatus, status } from './status.ts';

/** Seconds until a cluster whose keeper starts parts again is whole. */
const longest = 90;

/**
 * Waits until a cluster that was up is whole again: its keeper heals it, and nobody else may.
 * @returns false when its keeper has ended, and with it the cluster
 * @throws ZeroshiftError `lane.broken` when it does not heal
 */
export async function whole(place: Place, progress: (line: string) => void): Promise<boolean> {
  let told = false;
  let last: ClusterStatus | undefined;
  const look = async (): Promise<'whole' | 'gone' | undefined> => {
    last = await status(place);
    if (last.state === 'up') return 'whole';
    if (last.parts.length === 0) return 'gone';
    if (last.state === 'broken') throw broken(place, last);
    // Locked by the command that waits here, it is called busy.
    if (!told) progress(`${late(last)} is being started again: waiting for it`);
    told = true;
    return undefined;
  };
  const found = await until(`the whole of ${place.name}`, longest, async () => {
    try {
      return await look();
    } catch (error) {
      // The end of the wait, not a look that failed.
      if (error instanceof ZeroshiftError && error.code === 'lane.broken') return error;
      throw error;
    }
  }).catch((error: unknown) => {
    throw last === undefined ? error : broken(place, last);
  });
  if (found instanceof ZeroshiftError) throw found;
  return found === 'whole';
}

/** The parts that do not run, or the API server, which runs and does not answer yet. */
const late = ({ parts }: ClusterStatus): string =>
  parts
    .filter(({ pid }) => pid === 0)
    .map(({ name }) => name)
    .join(', ') || 'kube-apiserver';

function broken({ name, folder }: Place, found: ClusterStatus): ZeroshiftError {
  const named = failing(found.parts).map((part) => part.name);
  const parts = named.length > 0 ? named : late(found).split(', ');
  return new ZeroshiftError(`${name} is up and does not become whole`, {
    code: 'lane.broken',
    source: 'outside',
    problems: parts.map((part) => ({
      where: part,
      found: `it does not run as it should; see ${join(folder, 'logs', `${part}.log`)}`,
      allowed: 'a part that runs',
    })),
    action: `npm run clusters -- down ${name}, then up: what is in the cluster is lost`,
  });
}
