import { ClusterError } from '../../clusters/cluster-error.ts';
import type { KubeObject } from '../../clusters/cluster-port.ts';
import type { DefinitionPort, Removal } from '../../clusters/definition-port.ts';
import type { Clock } from '../../cutover/ports.ts';
import { ZeroshiftError } from '../../messages/error.ts';
import type { AdaptiveLimit } from './limit.ts';

/** What objects are made with. */
export type ApplyPort = Pick<DefinitionPort, 'get' | 'apply' | 'patch' | 'create' | 'remove'>;

/** Nothing more is to be begun. */
export class Interrupted extends Error {}

/** A removal that may go through another time fails as other calls do. */
async function removed(cluster: ApplyPort, object: KubeObject): Promise<Removal> {
  const removal = await cluster.remove(object);
  if (removal.outcome !== 'refused' || removal.mayPass !== true) return removal;
  const { kind, metadata } = object;
  throw new ClusterError(
    { cluster: 'of the target', what: `delete ${kind} ${metadata.name}` },
    { reason: 'passing', why: removal.message },
  );
}

/** Milliseconds before a call is tried again, at most: a share of it by chance, doubled with each time. */
const firstWait = 200;
const longestWait = 5_000;

export interface GuardProps {
  readonly clock: Clock;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
  /** Milliseconds that all calls together may take, waiting for their turn aside. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
}

/**
 * The time and the patience for one object: each of its calls waits for its turn and is tried again while what it fails
 * with may pass.
 */
export class Guard {
  readonly #props: GuardProps;
  readonly #began: number;
  #waited = 0;

  constructor(props: GuardProps) {
    this.#props = props;
    this.#began = props.clock.now();
  }

  /**
   * Calls that are repeated may have happened already: a `create` can then fail with `exists`, a guarded `patch` with
   * `changed`, which whoever calls must be ready for.
   */
  port(cluster: ApplyPort, limit: AdaptiveLimit): ApplyPort {
    return {
      get: (reference) => this.#call(limit, () => cluster.get(reference)),
      // The API server itself asks for a race of two applies to be repeated; not where a version is meant.
      apply: (object) =>
        this.#call(
          limit,
          () => cluster.apply(object),
          object.metadata.resourceVersion === undefined ? ['passing', 'changed'] : ['passing'],
        ),
      patch: (reference, patch) => this.#call(limit, () => cluster.patch(reference, patch)),
      create: (object) => this.#call(limit, () => cluster.create(object)),
      remove: (object) => this.#call(limit, () => removed(cluster, object)),
    };
  }

  async #call<Result>(
    limit: AdaptiveLimit,
    call: () => Promise<Result>,
    again: readonly string[] = ['passing'],
  ): Promise<Result> {
    const { clock, random, signal } = this.#props;
    for (let wait = firstWait; ; wait = Math.min(longestWait, wait * 2)) {
      this.#refuseWhenOver();
      const asked = clock.now();
      try {
        return await limit.run(() => {
          this.#waited += clock.now() - asked;
          if (signal?.aborted) throw new Interrupted();
          return call();
        });
      } catch (error) {
        if (!(error instanceof ClusterError) || !again.includes(error.reason)) throw error;
        const pause = wait * (0.5 + random() / 2);
        if (this.#spent + pause > this.#props.deadlineMs) throw error;
        await clock.sleep(pause, signal);
      }
    }
  }

  get #spent(): number {
    return this.#props.clock.now() - this.#began - this.#waited;
  }

  #refuseWhenOver(): void {
    if (this.#props.signal?.aborted) throw new Interrupted();
    if (this.#spent <= this.#props.deadlineMs) return;
    throw new ZeroshiftError(`it was not done within ${Math.round(this.#props.deadlineMs / 1000)} s`, {
      code: 'migration.overdue',
      source: 'outside',
      action: 'run the same command again: it goes on where it stopped',
    });
  }
}
