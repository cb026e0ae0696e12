import type { ClusterLocation } from '../fleet/locator.ts';
import { ZeroshiftError } from '../messages/error.ts';
import { type ApiAnswer, type ApiRequest, send } from './api-request.ts';
import {
  type ClusterCall,
  noCredentials,
  Overdue,
  refusedBy,
  senseless,
  unreachable,
} from './cluster-error.ts';
import type { Kind, KubeObject, ListOptions, Reference } from './cluster-port.ts';
import { type Connection, connect } from './connection.ts';
import type { DefinitionPort, Discovered, DryRun, DryRunOptions, Removal } from './definition-port.ts';
import { discoverAll } from './discovery.ts';
import { Kinds } from './kinds.ts';
import { usualTimes, type WatchEvent, type WatchOptions, type WatchTimes, watchObjects } from './watch.ts';
import { metadataOfLists, metadataOfObjects } from './watch-objects.ts';
import { openStream, type StreamAnswer } from './watch-stream.ts';
import { dryRunAnswer, removalAnswer } from './write-answers.ts';

export interface KubernetesClusterOptions {
  /** Milliseconds that one call may take, authentication included; a list, each of its pages. @default 15000 */
  readonly timeoutMs?: number;
  /** @default - as suits a cluster that is far away */
  readonly watchTimes?: Partial<WatchTimes>;
  /** Spreads the tries of watches. @default Math.random */
  readonly random?: () => number;
}

/** Owns the fields that it applies. */
const fieldManager = 'zeroshift';
/** Objects in one page of a list. */
const pageSize = 250;
/** How often one list may come too late for its next page. */
const maxExpired = 5;

/** What a request is, besides where it goes. */
type Sent = Pick<ApiRequest, 'method' | 'accept' | 'contentType' | 'body'>;
const read: Sent = { method: 'GET' };

/**
 * The port to a cluster over its Kubernetes API. Nothing is read or contacted before the first call. Besides the port's
 * errors, calls throw `cluster.unauthorized` (no valid credentials) and `cluster.invalid-location` (the location leads
 * nowhere).
 */
export function createKubernetesCluster(
  location: ClusterLocation,
  options: KubernetesClusterOptions = {},
): DefinitionPort {
  return new KubernetesCluster(location, options);
}

class KubernetesCluster implements DefinitionPort {
  readonly #location: ClusterLocation;
  readonly #timeoutMs: number;
  readonly #watchTimes: WatchTimes;
  readonly #random: () => number;
  readonly #kinds: Kinds;
  #connection: Promise<Connection> | undefined;

  constructor(location: ClusterLocation, options: KubernetesClusterOptions) {
    this.#location = location;
    this.#timeoutMs = options.timeoutMs ?? 15_000;
    this.#watchTimes = { ...usualTimes, ...options.watchTimes };
    this.#random = options.random ?? Math.random;
    this.#kinds = new Kinds((path) => this.#discover(path));
  }

  async get(reference: Reference): Promise<KubeObject | undefined> {
    const call = this.#call('read', reference);
    const answer = await this.#send(call, await this.#path(call, reference, reference.name), read);
    if (answer.status === 404 && isMissing(answer.body)) return undefined;
    return parse(call, succeeded(call, answer));
  }

  async *list(kind: Kind, options: ListOptions = {}): AsyncIterable<KubeObject> {
    const { namespace, labelSelector } = options;
    const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
    const call = { ...this.#call('list', { ...kind, name: '' }), what: `list ${kind.kind} objects${where}` };
    const path = await this.#path(call, { ...kind, ...(namespace === undefined ? {} : { namespace }) });
    /** Names page by page, for the one case that needs them: a set of them all would be as large as the objects. */
    const pages: string[] = [];
    let given: ReadonlySet<string> | undefined;
    let next = '';
    let expired = 0;
    for (;;) {
      const query = new URLSearchParams({ limit: String(pageSize) });
      if (labelSelector !== undefined) query.set('labelSelector', labelSelector);
      if (next !== '') query.set('continue', next);
      const answer = await this.#send(call, `${path}?${query}`, read);
      if (answer.status === 410 && next !== '' && expired++ < maxExpired) {
        // It was read too slowly: the rest as it is by now, or else from the beginning and without what was given.
        next = continuationOf(answer.body);
        given = new Set(pages.flatMap((page) => page.split(' ')));
        continue;
      }
      const page = parse(call, succeeded(call, answer)) as unknown as Page;
      for (const item of page.items) {
        if (given?.has(placeOf(item))) continue;
        // Items of built-in kinds do not say what they are.
        yield item.kind === undefined ? { ...item, apiVersion: kind.apiVersion, kind: kind.kind } : item;
      }
      pages.push(page.items.map(placeOf).join(' '));
      next = page.metadata.continue ?? '';
      if (next === '') return;
    }
  }

  watch(kind: Kind, options: WatchOptions): AsyncIterable<WatchEvent> {
    const { namespace } = options;
    const secret = kind.apiVersion === 'v1' && kind.kind === 'Secret';
    const isBare = secret || options.metadataOnly === true;
    const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
    const call = { cluster: this.#location.name, what: `watch ${kind.kind} objects${where}`, secret };
    const place = { ...kind, ...(namespace === undefined ? {} : { namespace }) };
    const source = {
      kind,
      call,
      times: this.#watchTimes,
      random: this.#random,
      page: async (query: URLSearchParams) =>
        this.#send(call, `${await this.#path(call, place)}?${query}`, {
          ...read,
          accept: isBare ? metadataOfLists : 'application/json',
        }),
      stream: async (query: URLSearchParams, signal: AbortSignal) =>
        this.#stream(
          call,
          `${await this.#path(call, place)}?${query}`,
          isBare ? metadataOfObjects : 'application/json',
          signal,
        ),
    };
    return watchObjects(source, options);
  }

  apply(object: KubeObject): Promise<KubeObject> {
    return this.#write('apply', object, object.metadata, applying(object));
  }

  discover(): Promise<Discovered> {
    return discoverAll(
      (path, accept) => this.#discover(path, accept),
      (apiVersion, kinds) => this.#kinds.learn(apiVersion, kinds),
    );
  }

  async dryRun(object: KubeObject, options: DryRunOptions = {}): Promise<DryRun> {
    const reference = referenceOf(object);
    const call = this.#call('try to apply', reference);
    const path = await this.#path(call, reference, reference.name);
    const query = new URLSearchParams({
      dryRun: 'All',
      fieldManager: options.fieldManager ?? fieldManager,
      fieldValidation: 'Strict',
      ...(options.force ? { force: 'true' } : {}),
    });
    const answer = await this.#send(call, `${path}?${query}`, applying(object));
    return dryRunAnswer(call, answer, () => parse(call, answer));
  }

  async remove(object: KubeObject): Promise<Removal> {
    const reference = referenceOf(object);
    const call = this.#call('delete', reference);
    const { uid, resourceVersion } = object.metadata;
    if (uid === undefined || resourceVersion === undefined)
      throw senseless(call, 'it was not read from a cluster');
    const options = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      preconditions: { uid, resourceVersion },
      // The default of some kinds leaves behind what they own.
      propagationPolicy: 'Background',
    };
    const path = await this.#path(call, reference, reference.name);
    return removalAnswer(
      call,
      await this.#send(call, path, { method: 'DELETE', body: JSON.stringify(options) }),
    );
  }

  patch(reference: Reference, patch: object): Promise<KubeObject> {
    const sent: Sent = {
      method: 'PATCH',
      contentType: 'application/merge-patch+json',
      body: JSON.stringify(patch),
    };
    return this.#write('patch', reference, reference, sent);
  }

  create(object: KubeObject): Promise<KubeObject> {
    return this.#write('create', object, object.metadata, { method: 'POST', body: JSON.stringify(object) });
  }

  async podProxy(pod: { namespace: string; name: string; port: number }, path: string): Promise<string> {
    const call = {
      cluster: this.#location.name,
      what: `ask pod ${pod.namespace}/${pod.name} on port ${pod.port}`,
    };
    const place = `/api/v1/namespaces/${encodeURIComponent(pod.namespace)}/pods/${encodeURIComponent(`${pod.name}:${pod.port}`)}`;
    const behind = path.startsWith('/') ? path : `/${path}`;
    return succeeded(call, await this.#send(call, `${place}/proxy${behind}`, read)).body;
  }

  async ready(): Promise<void> {
    const call = { cluster: this.#location.name, what: 'see the API server ready' };
    succeeded(call, await this.#send(call, '/readyz', read));
  }

  async #write(
    verb: string,
    kind: Kind,
    { name, namespace, subresource }: Pick<Reference, 'name' | 'namespace' | 'subresource'>,
    sent: Sent,
  ): Promise<KubeObject> {
    const call = this.#call(verb, { ...kind, name, ...(namespace === undefined ? {} : { namespace }) });
    const place = { ...kind, ...(namespace === undefined ? {} : { namespace }) };
    const path = await this.#path(call, place, sent.method === 'POST' ? undefined : name, true);
    // Strict: a field that this cluster does not know is refused instead of silently dropped.
    const query = new URLSearchParams({ fieldManager, fieldValidation: 'Strict' });
    const below = subresource === undefined ? '' : `/${subresource}`;
    return parse(call, succeeded(call, await this.#send(call, `${path}${below}?${query}`, sent)));
  }

  #call(verb: string, { kind, name, namespace }: Reference): ClusterCall {
    const place = namespace === undefined ? name : `${namespace}/${name}`;
    return { cluster: this.#location.name, what: `${verb} ${kind} ${place}`, secret: kind === 'Secret' };
  }

  /** Of a collection, or of the object in it. Only a list may leave out the namespace of a kind that lives in one. */
  async #path(
    call: ClusterCall,
    { apiVersion, kind, namespace }: Kind & { readonly namespace?: string },
    name?: string,
    one = name !== undefined,
  ): Promise<string> {
    const served = await this.#kinds.find({ apiVersion, kind });
    if (served === undefined) throw senseless(call, `it does not serve the kind ${kind} of ${apiVersion}`);
    if (served.namespaced && one && namespace === undefined) throw senseless(call, 'it needs a namespace');
    const scope =
      served.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
    const object = name === undefined ? '' : `/${encodeURIComponent(name)}`;
    return `${served.root}${scope}/${served.plural}${object}`;
  }

  async #discover(path: string, accept?: string): Promise<unknown> {
    const call = { cluster: this.#location.name, what: `discover what ${path} serves` };
    const answer = await this.#send(call, path, accept === undefined ? read : { ...read, accept });
    return answer.status === 404 ? undefined : parse(call, succeeded(call, answer));
  }

  async #stream(call: ClusterCall, path: string, accept: string, signal: AbortSignal): Promise<StreamAnswer> {
    const connection = await this.#connected();
    const options = await connection.authorize().catch((error: unknown) => {
      throw noCredentials(call, error as Error);
    });
    const { silentMs } = this.#watchTimes;
    const timeoutMs = this.#timeoutMs;
    return openStream({
      url: `${connection.server}${path}`,
      options,
      accept,
      timeoutMs,
      silentMs,
      signal,
    });
  }

  #connected(): Promise<Connection> {
    this.#connection ??= connect(this.#location).catch((error: unknown) => {
      this.#connection = undefined;
      throw error;
    });
    return this.#connection;
  }

  /** One request within the time of a call. Reading the library from disk is not counted. */
  async #send(call: ClusterCall, path: string, sent: Sent): Promise<ApiAnswer> {
    const connection = await this.#connected();
    const abort = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const overdue = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(unreachable(call, new Overdue(this.#timeoutMs)));
        abort.abort();
      }, this.#timeoutMs);
    });
    try {
      return await Promise.race([this.#exchange(call, connection, path, sent, abort.signal), overdue]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #exchange(
    call: ClusterCall,
    connection: Connection,
    path: string,
    sent: Sent,
    signal: AbortSignal,
  ): Promise<ApiAnswer> {
    const options = await connection.authorize().catch((error: unknown) => {
      throw noCredentials(call, error as Error);
    });
    try {
      return await send({ ...sent, url: `${connection.server}${path}`, options, signal });
    } catch (error) {
      throw error instanceof ZeroshiftError ? error : unreachable(call, error as Error);
    }
  }
}

/** JSON is YAML, and this media type is the one that every version takes. */
const applying = (object: KubeObject): Sent => ({
  method: 'PATCH',
  contentType: 'application/apply-patch+yaml',
  body: JSON.stringify(object),
});

const referenceOf = ({ apiVersion, kind, metadata: { name, namespace } }: KubeObject): Reference => ({
  apiVersion,
  kind,
  name,
  ...(namespace === undefined ? {} : { namespace }),
});

interface Page {
  readonly metadata: { readonly continue?: string };
  readonly items: readonly KubeObject[];
}

const placeOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;

/** How a list goes on that came too late; empty where the server does not say. */
function continuationOf(body: string): string {
  try {
    return (JSON.parse(body) as Partial<Page>).metadata?.continue ?? '';
  } catch {
    return '';
  }
}

function succeeded(call: ClusterCall, answer: ApiAnswer): ApiAnswer {
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw refusedBy(call, answer);
}

function parse(call: ClusterCall, { body }: ApiAnswer): KubeObject {
  try {
    return JSON.parse(body) as KubeObject;
  } catch {
    throw unreachable(call, new Error('the answer is not JSON'));
  }
}

/** Whether a 404 says that the object is not there, and not that the path leads nowhere. */
function isMissing(body: string): boolean {
  try {
    const status = JSON.parse(body) as { reason?: string; details?: { name?: string } };
    return status.reason === 'NotFound' && status.details?.name !== undefined;
  } catch {
    return false;
  }
}
