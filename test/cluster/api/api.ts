import { Agent, request } from 'node:https';
import type { Kind, KubeObject, Reference } from '../../../lib/clusters/index.ts';
import type { Access } from '../node/index.ts';

/** The API server refused: its status and its own words. */
export class ApiRefusal extends Error {
  readonly status: number;
  /** The API's `Status` object where it sent one. */
  readonly details: unknown;

  constructor(status: number, message: string, details: unknown) {
    super(message);
    this.name = 'ApiRefusal';
    this.status = status;
    this.details = details;
  }
}

export interface Api {
  /** The object, or undefined where there is none. */
  get(reference: Reference): Promise<KubeObject | undefined>;
  /** All at once. @param namespace @default - all namespaces */
  list(kind: Kind, namespace?: string, labelSelector?: string): Promise<KubeObject[]>;
  /** Server-side apply that refuses unknown fields and takes fields over from others. */
  apply(object: KubeObject): Promise<KubeObject>;
  create(object: KubeObject): Promise<KubeObject>;
  /** Nothing where there is none. */
  remove(reference: Reference): Promise<void>;
  /** A path as it is, such as `/readyz` or a pod's log. */
  raw(path: string): Promise<string>;
  close(): void;
}

interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Milliseconds for one request. */
const timeout = 30_000;

/** @throws ApiRefusal from every call that the API server does not answer with success */
export function connectApi({ server, token, authority }: Access): Api {
  const agent = new Agent({ keepAlive: true, ca: authority });
  const ask = (method: string, path: string, body?: object, type = 'application/json'): Promise<string> =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const headers = {
        authorization: `Bearer ${token}`,
        ...(text === undefined ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(text) }),
      };
      const signal = AbortSignal.timeout(timeout);
      const outgoing = request(`${server}${path}`, { agent, method, headers, signal }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.once('error', reject);
        answer.once('end', () => {
          const said = Buffer.concat(chunks).toString('utf8');
          const status = answer.statusCode ?? 0;
          if (status < 300) resolve(said);
          else reject(refusal(status, `${method} ${path}`, said));
        });
      });
      outgoing.once('error', reject);
      outgoing.end(text);
    });

  const known = new Map<string, Promise<Resource[]>>();
  const groupPath = (apiVersion: string): string =>
    apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const resources = (apiVersion: string): Promise<Resource[]> => {
    const kept = known.get(apiVersion);
    if (kept !== undefined) return kept;
    const found = ask('GET', groupPath(apiVersion)).then(
      (text) => (JSON.parse(text) as { resources: Resource[] }).resources,
    );
    known.set(apiVersion, found);
    found.catch(() => known.delete(apiVersion));
    return found;
  };
  const pathOf = async ({ apiVersion, kind }: Kind, namespace?: string): Promise<string> => {
    const find = async () =>
      (await resources(apiVersion)).find((one) => one.kind === kind && !one.name.includes('/'));
    let found = await find();
    if (found === undefined) {
      // It may be younger than what is known.
      known.delete(apiVersion);
      found = await find();
    }
    if (found === undefined) throw new ApiRefusal(404, `the API has no ${kind} in ${apiVersion}`, undefined);
    const scope = found.namespaced && namespace !== undefined ? `/namespaces/${namespace}` : '';
    return `${groupPath(apiVersion)}${scope}/${found.name}`;
  };
  const objectPath = async (reference: Reference): Promise<string> =>
    `${await pathOf(reference, reference.namespace ?? 'default')}/${reference.name}`;
  const referenceOf = ({ apiVersion, kind, metadata }: KubeObject): Reference => ({
    apiVersion,
    kind,
    ...metadata,
  });
  const unlessMissing = async <T>(answer: Promise<T>): Promise<T | undefined> => {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof ApiRefusal && error.status === 404) return undefined;
      throw error;
    }
  };

  return {
    async get(reference) {
      const text = await unlessMissing(objectPath(reference).then((path) => ask('GET', path)));
      return text === undefined ? undefined : (JSON.parse(text) as KubeObject);
    },
    async list(kind, namespace, labelSelector) {
      const query = labelSelector === undefined ? '' : `?labelSelector=${encodeURIComponent(labelSelector)}`;
      const { items } = JSON.parse(await ask('GET', `${await pathOf(kind, namespace)}${query}`)) as {
        items: KubeObject[];
      };
      return items.map((item) => ({ ...item, ...kind }));
    },
    async apply(object) {
      const query = '?fieldManager=zeroshift&force=true&fieldValidation=Strict';
      const path = await objectPath(referenceOf(object));
      return JSON.parse(
        await ask('PATCH', `${path}${query}`, object, 'application/apply-patch+yaml'),
      ) as KubeObject;
    },
    async create(object) {
      const path = await pathOf(object, object.metadata.namespace ?? 'default');
      return JSON.parse(await ask('POST', `${path}?fieldValidation=Strict`, object)) as KubeObject;
    },
    async remove(reference) {
      await unlessMissing(objectPath(reference).then((path) => ask('DELETE', path)));
    },
    raw: (path) => ask('GET', path),
    close: () => agent.destroy(),
  };
}

function refusal(status: number, what: string, said: string): ApiRefusal {
  try {
    const details = JSON.parse(said) as { message?: string };
    return new ApiRefusal(status, `${what}: ${details.message ?? said}`, details);
  } catch {
    return new ApiRefusal(status, `${what}: ${status} ${said.slice(0, 300)}`, undefined);
  }
}
