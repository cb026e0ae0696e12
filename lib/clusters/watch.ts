import type { ApiAnswer } from './api-request.ts';
import { type BackOff, backOffMs, pauseFor, type Random } from './back-off.ts';
import { type ClusterCall, ClusterError, refusedBy, unreachable } from './cluster-error.ts';
import type { Kind, KubeObject } from './cluster-port.ts';
import { objectsIn, toldOf, type WatchedItem } from './watch-objects.ts';
import { BrokenStream, type StreamAnswer } from './watch-stream.ts';

export interface WatchOptions {
  /** @default - all namespaces */
  readonly namespace?: string;
  readonly labelSelector?: string;
  /** Begins with what changed since, without a list. @default - a list comes first */
  readonly resourceVersion?: string;
  /** Of objects only `metadata` is asked for. Of Secrets never more. @default false */
  readonly metadataOnly?: boolean;
  /** Ends the stream. */
  readonly signal: AbortSignal;
}

/**
 * What a watch tells, in the order of the cluster's versions.
 * - `synced`: everything that was there at this version has been told; what had gone meanwhile too
 * - `broken`: nothing is known of what happens from now on, until `resumed` or `synced`
 */
export type WatchEvent =
  | { readonly type: 'added' | 'modified'; readonly object: KubeObject }
  /** As it was last. Where it went while nobody watched, only its name and last version are known. */
  | { readonly type: 'deleted'; readonly object: KubeObject }
  | { readonly type: 'synced' | 'bookmark' | 'resumed'; readonly resourceVersion: string }
  /** @property failures in a row; 0 where the cluster's history was too short and a list follows at once */
  | {
      readonly type: 'broken';
      readonly error: ClusterError;
      readonly failures: number;
      readonly retryInMs: number;
    };

/** How a watch keeps itself alive. */
export interface WatchTimes extends BackOff {
  /** Seconds after which the server ends a watch; by chance up to twice as many. */
  readonly lastsSeconds: number;
  /** Milliseconds of silence after which a connection counts as dead. Servers send a bookmark every minute. */
  readonly silentMs: number;
}

export const usualTimes: WatchTimes = { firstMs: 250, maxMs: 30_000, lastsSeconds: 300, silentMs: 90_000 };

/** What a watch is fed from. */
export interface WatchSource {
  readonly kind: Kind;
  readonly call: ClusterCall;
  readonly times: WatchTimes;
  readonly random: Random;
  /** A list, or a page of one. */
  page(query: URLSearchParams): Promise<ApiAnswer>;
  stream(query: URLSearchParams, signal: AbortSignal): Promise<StreamAnswer>;
}

/** Objects in one page of a list. */
const pageSize = 250;
/** Milliseconds that a watch must have lasted for its end to be no failure. */
const shortest = 1000;
/** Milliseconds that a watch must have lasted for its failure to be the first one, where it may be silent for longer. */
const longEnough = 5000;
/** Answered failures after which a list says what is. */
const listAfter = 3;

/** The server's history does not go back so far. */
class Expired extends Error {}

/**
 * Lists the objects of a kind, then tells what becomes of them until the signal is given: ended and broken connections,
 * lists and watches that came too late (410), refusals and silence are overcome by itself. Keeps keys and versions only.
 * @throws ZeroshiftError `cluster.refused`, `cluster.unauthorized` before the first list came to its end
 */
export async function* watchObjects(source: WatchSource, options: WatchOptions): AsyncGenerator<WatchEvent> {
  const watcher = new Watcher(source, options);
  const { signal } = options;
  while (!signal.aborted) {
    try {
      yield* watcher.run();
    } catch (error) {
      if (signal.aborted) return;
      const broken = watcher.failed(error);
      yield broken;
      if (broken.retryInMs > 0) await pauseFor(broken.retryInMs, signal);
    }
  }
}

class Watcher {
  readonly #source: WatchSource;
  readonly #options: WatchOptions;
  /** Key of every object → its version. */
  readonly #known = new Map<string, string>();
  #version: string | undefined;
  #failures = 0;
  #refusals = 0;
  #begun: boolean;
  #isBroken = false;
  #openedAt = Number.POSITIVE_INFINITY;
  /** A paged list took too long: the next one comes whole. */
  #whole = false;

  constructor(source: WatchSource, options: WatchOptions) {
    this.#source = source;
    this.#options = options;
    this.#version = options.resourceVersion;
    this.#begun = this.#version !== undefined;
  }

  /** One list or one watch, to its end. */
  async *run(): AsyncGenerator<WatchEvent> {
    if (this.#version === undefined) {
      const resourceVersion = yield* this.#list();
      this.#version = resourceVersion;
      this.#begun = true;
      this.#whole = false;
      this.#isBroken = false;
      this.#refusals = 0;
      yield { type: 'synced', resourceVersion };
    }
    const begun = performance.now();
    yield* this.#watch(this.#version);
    if (performance.now() - begun >= shortest) return;
    // A server that ends every watch at once would be asked without a pause.
    this.#failures++;
    await pauseFor(this.#wait(0), this.#options.signal);
  }

  failed(error: unknown): WatchEvent & { type: 'broken' } {
    this.#isBroken = true;
    const lasted = performance.now() - this.#openedAt;
    if (lasted > Math.min(longEnough, this.#source.times.silentMs / 2)) this.#failures = 0;
    this.#openedAt = Number.POSITIVE_INFINITY;
    if (error instanceof Expired) {
      const first = this.#failures === 0;
      if (this.#version === undefined) this.#whole = true;
      this.#version = undefined;
      const why = refusedBy(this.#source.call, { status: 410, body: error.message });
      const retryInMs = first ? 0 : this.#wait(0);
      return { type: 'broken', error: why, failures: this.#failures++, retryInMs };
    }
    if (!(error instanceof ClusterError) && !isOfConnection(error)) throw error;
    const told = error instanceof ClusterError ? error : unreachable(this.#source.call, error);
    if (!this.#begun && told.reason !== 'passing') throw told;
    this.#failures++;
    // What it says to the version that was reached is no way on: a list is.
    if (told.status !== undefined && ++this.#refusals >= listAfter) this.#version = undefined;
    const retryInMs = this.#wait(told.retryAfterMs ?? 0);
    return { type: 'broken', error: told, failures: this.#failures, retryInMs };
  }

  #wait(askedMs: number): number {
    const { times, random } = this.#source;
    return backOffMs(Math.max(1, this.#failures), times, random, askedMs);
  }

  async *#list(): AsyncGenerator<WatchEvent, string> {
    const { kind, call } = this.#source;
    const seen = new Set<string>();
    let version: string | undefined;
    let next = '';
    do {
      const query = this.#query();
      if (!this.#whole) query.set('limit', String(pageSize));
      if (next !== '') query.set('continue', next);
      const answer = await unlessAborted(this.#source.page(query), this.#options.signal);
      if (answer.status === 410) throw new Expired(answer.body);
      if (answer.status !== 200) throw refusedBy(call, answer);
      const page = objectsIn(kind, call, answer.body);
      for (const { key, object } of page.items) {
        seen.add(key);
        const event = this.#note(key, object);
        if (event !== undefined) yield event;
      }
      // All pages show the moment of the first.
      version ??= page.version;
      next = page.next;
    } while (next !== '');
    for (const [key, last] of this.#known) {
      if (seen.has(key)) continue;
      this.#known.delete(key);
      yield { type: 'deleted', object: goneObject(kind, key, last) };
    }
    return version;
  }

  async *#watch(version: string): AsyncGenerator<WatchEvent> {
    const { kind, call, times, random, stream } = this.#source;
    const query = this.#query();
    query.set('watch', 'true');
    query.set('allowWatchBookmarks', 'true');
    query.set('resourceVersion', version);
    query.set('timeoutSeconds', String(Math.round(times.lastsSeconds * (1 + random()))));
    const answer = await unlessAborted(stream(query, this.#options.signal), this.#options.signal);
    this.#openedAt = performance.now();
    if (!('lines' in answer)) {
      if (answer.status === 410) throw new Expired(answer.body);
      throw refusedBy(call, answer);
    }
    try {
      if (this.#isBroken) yield { type: 'resumed', resourceVersion: version };
      this.#isBroken = false;
      for await (const line of answer.lines) {
        const told = toldOf(kind, call, line);
        if (told.type === 'ERROR') {
          if (told.status === 410) throw new Expired(told.body);
          throw refusedBy(call, told);
        }
        this.#failures = 0;
        this.#refusals = 0;
        this.#version = told.version;
        const event = this.#told(told);
        if (event !== undefined) yield event;
      }
    } finally {
      answer.close();
    }
  }

  #told(told: WatchedItem): WatchEvent | undefined {
    if (told.type === 'BOOKMARK') return { type: 'bookmark', resourceVersion: told.version };
    if (told.type !== 'DELETED') return this.#note(told.key, told.object);
    this.#known.delete(told.key);
    return { type: 'deleted', object: told.object };
  }

  /** Nothing where it is known in this version. */
  #note(key: string, object: KubeObject): WatchEvent | undefined {
    const version = object.metadata.resourceVersion ?? '';
    const before = this.#known.get(key);
    if (before === version) return undefined;
    this.#known.set(key, version);
    return { type: before === undefined ? 'added' : 'modified', object };
  }

  #query(): URLSearchParams {
    const { labelSelector } = this.#options;
    return new URLSearchParams(labelSelector === undefined ? {} : { labelSelector });
  }
}

/** The call that is under way may take its time to hear of it. */
function unlessAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** An error that a socket or a stream gave, and no mistake of ours. */
const isOfConnection = (error: unknown): error is Error =>
  error instanceof BrokenStream || (error instanceof Error && 'code' in error);

function goneObject(kind: Kind, key: string, resourceVersion: string): KubeObject {
  const [namespace = '', name = key] = key.includes('/') ? key.split('/') : [];
  return {
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    metadata: { name, ...(namespace === '' ? {} : { namespace }), resourceVersion },
  };
}
