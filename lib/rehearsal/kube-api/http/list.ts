import { randomUUID } from 'node:crypto';
import type { KubeObject } from '../../../clusters/cluster-port.ts';
import { isFields } from '../json-value.ts';
import { fieldMatcher, labelMatcher, type Matcher } from '../selectors.ts';
import { refuse, StatusError } from '../status-error.ts';
import type { Store } from '../store.ts';
import type { Call } from './call.ts';
import type { Target } from './target.ts';

export interface Page {
  readonly objects: readonly KubeObject[];
  /** The list's own: its version, and how to go on. */
  readonly metadata: Record<string, unknown>;
}

/** A list as it was when its first page was read. */
interface Snapshot {
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly version: string;
  readonly objects: readonly KubeObject[];
}

/** Unfinished lists that are kept. An API server keeps old versions for some minutes; the oldest here go first. */
const keptSnapshots = 64;

/** Both selectors of a call, and the name where the path has one. */
export function matcherOf(call: Call, target: Target): Matcher {
  const byLabel = labelMatcher(call.query.get('labelSelector'));
  const byField = fieldMatcher(call.query.get('fieldSelector'), target.definition);
  const { name } = target;
  return (object) =>
    (name === undefined || object.metadata.name === name) && byLabel(object) && byField(object);
}

/** Reads lists page by page; all pages of a list show the same moment. */
export class Lists {
  readonly #store: Store;
  readonly #snapshots = new Map<string, Snapshot>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** @throws StatusError `Expired` for a list that is kept no longer, `BadRequest` for parameters that make no sense */
  page(call: Call, target: Target): Page {
    const limit = Number(call.query.get('limit') ?? 0);
    if (!Number.isInteger(limit) || limit < 0)
      throw refuse.badRequest('limit must be a whole number of items');
    const token = call.query.get('continue') ?? '';
    if (token !== '') return this.#next(call, target, readToken(token), limit);
    this.#checkVersion(call);
    return this.#first(call, target, limit);
  }

  /** Lets go of every unfinished list, as when an API server's database is compacted. */
  forget(): void {
    this.#snapshots.clear();
  }

  /** The first page of what is there now. @param after only what comes after this place; empty for everything */
  #first(call: Call, target: Target, limit: number, after = ''): Page {
    const matches = matcherOf(call, target);
    const scope = target.namespace === undefined ? {} : { namespace: target.namespace };
    const objects = this.#store
      .list(target.resource, scope)
      .filter((object) => matches(object) && placeOf(object) > after);
    const { resource, namespace } = target;
    const snapshot: Snapshot = { resource, namespace, version: this.#store.resourceVersion, objects };
    if (limit === 0 || objects.length <= limit)
      return { objects, metadata: { resourceVersion: snapshot.version } };
    const id = randomUUID();
    this.#snapshots.set(id, snapshot);
    const [oldest] = this.#snapshots.keys();
    if (this.#snapshots.size > keptSnapshots && oldest !== undefined) this.#snapshots.delete(oldest);
    return slice(snapshot, id, 0, limit);
  }

  #next(call: Call, target: Target, { id, from, after }: Token, limit: number): Page {
    if (id === '') return this.#first(call, target, limit, after);
    const snapshot = this.#snapshots.get(id);
    if (snapshot === undefined) {
      throw refuse.expired(
        'the continue token is too old: start a new list, or go on with the token of this answer, whose pages show a later moment',
        tokenText({ id: '', from: 0, after }),
      );
    }
    if (snapshot.resource !== target.resource || snapshot.namespace !== target.namespace) {
      throw refuse.badRequest('the continue token is not of this list');
    }
    return slice(snapshot, id, from, limit || snapshot.objects.length);
  }

  #checkVersion({ query }: Call): void {
    const version = query.get('resourceVersion') ?? '';
    const match = query.get('resourceVersionMatch') ?? '';
    if (!/^\d*$/.test(version))
      throw refuse.badRequest(`invalid resource version ${JSON.stringify(version)}`);
    const current = Number(this.#store.resourceVersion);
    if (Number(version) > current) {
      throw new StatusError(504, 'Timeout', `Too large resource version: ${version}, current: ${current}`, {
        causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
        retryAfterSeconds: 1,
      });
    }
    if (match === 'Exact' && Number(version) !== current) {
      throw refuse.expired(`The resourceVersion for the provided list is too old: ${version} (${current})`);
    }
  }
}

function slice(snapshot: Snapshot, id: string, from: number, limit: number): Page {
  const end = from + limit;
  const left = snapshot.objects.length - end;
  const objects = snapshot.objects.slice(from, end);
  const last = objects.at(-1);
  const token = tokenText({ id, from: end, after: last === undefined ? '' : placeOf(last) });
  return {
    objects,
    metadata: {
      resourceVersion: snapshot.version,
      ...(left > 0 ? { continue: token, remainingItemCount: left } : {}),
    },
  };
}

/** How a list goes on. */
interface Token {
  /** Of its snapshot; empty to go on with what is there by then. */
  readonly id: string;
  readonly from: number;
  /** The place of the object before, from where the list goes on when its snapshot is gone. */
  readonly after: string;
}

/** By this the store sorts. */
const placeOf = ({ metadata: { namespace, name } }: KubeObject): string =>
  namespace === undefined ? name : `${namespace}/${name}`;

const tokenText = (token: Token): string => Buffer.from(JSON.stringify(token)).toString('base64url');

function readToken(token: string): Token {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    value = undefined;
  }
  if (
    isFields(value) &&
    typeof value.id === 'string' &&
    Number.isInteger(value.from) &&
    Number(value.from) >= 0 &&
    typeof value.after === 'string'
  ) {
    return { id: value.id, from: Number(value.from), after: value.after };
  }
  throw refuse.badRequest('continue key is not valid');
}
