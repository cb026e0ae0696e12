import type { KubeObject } from '../../../clusters/cluster-port.ts';
import { apiVersionOf } from '../object-rules.ts';
import type { Matcher } from '../selectors.ts';
import { refuse, StatusError } from '../status-error.ts';
import type { StoreEvent } from '../store.ts';
import { type Call, flag } from './call.ts';
import type { Context } from './context.ts';
import { matcherOf } from './list.ts';
import { includedObject, wantedRepresentation } from './present.ts';
import { metadataOnly, tableOf } from './table.ts';
import type { Target } from './target.ts';

type EventType = StoreEvent['type'] | 'BOOKMARK' | 'ERROR';

/** Seconds that a watch lasts when the client does not say. */
const defaultTimeout = 1800;
/** Bytes that may wait for a slow client before it is cut off. */
const backlog = 16 * 1024 * 1024;

/** The watches that are open on one server. */
export class Watches {
  readonly #context: Context;
  readonly #open = new Set<() => void>();

  constructor(context: Context) {
    this.#context = context;
  }

  /** Answers with a stream of events until the client goes, the time is over or the server closes. */
  start(call: Call, target: Target): void {
    const { store, history, now, bookmarkEveryMs } = this.#context;
    const { response, query } = call;
    const matches = inScope(target, matcherOf(call, target));
    const encode = encoderOf(call, target, now);
    const version = query.get('resourceVersion') ?? '';
    if (!/^\d*$/.test(version))
      throw refuse.badRequest(`invalid resource version ${JSON.stringify(version)}`);
    const bookmarks = flag(call, 'allowWatchBookmarks');
    const initial = wantsInitialEvents(call, version);
    const timeout = Number(query.get('timeoutSeconds') ?? 0) || defaultTimeout;

    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
    response.flushHeaders();
    const send = (type: EventType, object: object): void => {
      if (response.writableLength > backlog) response.destroy();
      else response.write(`${JSON.stringify({ type, object })}\n`);
    };
    const tell = (event: StoreEvent): void => {
      const seen = seenThrough(event, matches);
      if (seen !== undefined) send(seen.type, encode(seen.object));
    };
    try {
      if (initial)
        for (const object of store.list(target.resource)) if (matches(object)) send('ADDED', encode(object));
      if (!initial) for (const event of history.since(target.resource, Number(version))) tell(event);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      send('ERROR', error.status);
      response.end();
      return;
    }
    const bookmark = (annotations?: Record<string, string>): void =>
      send('BOOKMARK', encode.bookmark(store.resourceVersion, annotations));
    if (bookmarks && query.get('sendInitialEvents') === 'true')
      bookmark({ 'k8s.io/initial-events-end': 'true' });

    const stop = history.listen(target.resource, tell);
    const ticking = bookmarks ? setInterval(bookmark, bookmarkEveryMs) : undefined;
    const over = setTimeout(() => {
      // So that the next watch can begin where this one ends, however little of it changed.
      if (bookmarks) bookmark();
      end();
    }, timeout * 1000);
    const end = (): void => {
      stop();
      clearInterval(ticking);
      clearTimeout(over);
      this.#open.delete(end);
      response.end();
    };
    this.#open.add(end);
    response.once('close', end);
  }

  close(): void {
    for (const end of [...this.#open]) end();
  }
}

/** Whether what is there now comes first, as additions. */
function wantsInitialEvents({ query }: Call, version: string): boolean {
  const asked = query.get('sendInitialEvents');
  if (asked === 'true' && query.get('resourceVersionMatch') !== 'NotOlderThan') {
    throw refuse.invalid('meta.k8s.io', 'ListOptions', '', [
      {
        reason: 'FieldValueForbidden',
        field: 'resourceVersionMatch',
        message: 'Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
      },
    ]);
  }
  return asked === 'true' || (asked !== 'false' && (version === '' || version === '0'));
}

const inScope =
  ({ namespace }: Target, matches: Matcher): Matcher =>
  (object) =>
    (namespace === undefined || object.metadata.namespace === namespace) && matches(object);

/** What a change is to a watch that sees only some objects: one that no longer matches is gone for it. */
function seenThrough(event: StoreEvent, matches: Matcher): StoreEvent | undefined {
  const before = event.old !== undefined && matches(event.old);
  const after = event.type !== 'DELETED' && matches(event.object);
  if (after) return { type: before ? 'MODIFIED' : 'ADDED', object: event.object };
  return before ? { type: 'DELETED', object: event.object } : undefined;
}

interface Encoder {
  (object: KubeObject): object;
  bookmark(version: string, annotations?: Record<string, string>): object;
}

function encoderOf(call: Call, { definition }: Target, now: () => Date): Encoder {
  const as = wantedRepresentation(call);
  const include = includedObject(call);
  let columnsSent = false;
  const table = (objects: KubeObject[], metadata: Record<string, unknown>): object => {
    const { columnDefinitions, ...rest } = tableOf(definition, objects, { include, metadata, now: now() });
    // The columns are told once, with the first event.
    const encoded = { ...rest, columnDefinitions: columnsSent ? null : columnDefinitions };
    columnsSent = true;
    return encoded;
  };
  const encode = (object: KubeObject): object => {
    if (as === 'object') return object;
    if (as === 'metadata') return metadataOnly(object);
    return table([object], { resourceVersion: object.metadata.resourceVersion });
  };
  const bookmark = (resourceVersion: string, annotations?: Record<string, string>): object => {
    const metadata = {
      resourceVersion,
      creationTimestamp: null,
      ...(annotations === undefined ? {} : { annotations }),
    };
    if (as === 'table') return table([], metadata);
    if (as === 'metadata') return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
    return { kind: definition.kind, apiVersion: apiVersionOf(definition), metadata };
  };
  return Object.assign(encode, { bookmark });
}
