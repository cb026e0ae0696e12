import { setTimeout as pauseFor } from 'node:timers/promises';
import type { KubeObject } from '../../clusters/cluster-port.ts';
import { keyOf, listOf } from './names.ts';
import type { SourceReader } from './source.ts';

/** Milliseconds between two looks, and of all looks of an inventory together: a controller that is away is not waited for. */
const firstPause = 20;
const longestPause = 320;
const patience = 10_000;

/** Whether the controller has come to the last change of a Service or Configuration, so that what it made belongs to it. */
export function isSettled({ metadata, status }: KubeObject): boolean {
  // What is being deleted is not looked at any more.
  if (metadata.deletionTimestamp !== undefined) return true;
  if (status?.observedGeneration !== metadata.generation) return false;
  return !listOf(status?.conditions).some(
    ({ type, reason }) => type === 'ConfigurationsReady' && reason === 'OutOfDate',
  );
}

/**
 * Waits for controllers that are at a change just now: a template beside the revisions of the one before it would be
 * taken for theirs.
 */
export class Settling {
  readonly #source: Pick<SourceReader, 'get'>;
  readonly #pause: (milliseconds: number) => Promise<unknown>;
  #left = patience;

  constructor(
    source: Pick<SourceReader, 'get'>,
    pause: (milliseconds: number) => Promise<unknown> = pauseFor,
  ) {
    this.#source = source;
    this.#pause = pause;
  }

  /** The object once it is settled, or as it is when time is up; undefined where it is gone meanwhile. */
  async wait(object: KubeObject): Promise<KubeObject | undefined> {
    let last = object;
    for (
      let pause = firstPause;
      !isSettled(last) && this.#left > 0;
      pause = Math.min(longestPause, pause * 2)
    ) {
      await this.#pause(pause);
      this.#left -= pause;
      const now = await this.#source.get(keyOf(last));
      if (now === undefined) return undefined;
      // It can be listed and not be got: then it stays what it was.
      if (now === null) return last;
      last = now;
    }
    return last;
  }
}
