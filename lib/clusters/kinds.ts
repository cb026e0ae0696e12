import type { Kind } from './cluster-port.ts';

/** How a kind is addressed. */
export interface ServedKind {
  /** `/api/v1` or `/apis/group/version`. */
  readonly root: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

export const rootOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;

/** What one version of a group serves, by kind: from its `APIResourceList`. */
export function servedKinds(apiVersion: string, list: unknown): Map<string, ServedKind> {
  const { resources = [] } = list as { resources?: { name: string; kind: string; namespaced: boolean }[] };
  const root = rootOf(apiVersion);
  // A name with a slash is a subresource.
  const whole = resources.filter(({ name }) => !name.includes('/'));
  return new Map(whole.map(({ name, kind, namespaced }) => [kind, { root, plural: name, namespaced }]));
}

/** Reads each group version once, and again only for a kind that was not there. */
export class Kinds {
  readonly #read: (path: string) => Promise<unknown>;
  readonly #served = new Map<string, Promise<Map<string, ServedKind>>>();

  /** @param read GET of a path, as JSON; undefined where there is nothing */
  constructor(read: (path: string) => Promise<unknown>) {
    this.#read = read;
  }

  /** What is known from elsewhere need not be read. */
  learn(apiVersion: string, kinds: ReadonlyMap<string, ServedKind>): void {
    this.#served.set(apiVersion, Promise.resolve(new Map(kinds)));
  }

  /** Undefined where the cluster does not serve the kind. */
  async find({ apiVersion, kind }: Kind): Promise<ServedKind | undefined> {
    const known = this.#served.get(apiVersion);
    const found = known === undefined ? undefined : (await known).get(kind);
    if (found !== undefined) return found;
    return (await this.#discover(apiVersion)).get(kind);
  }

  async #discover(apiVersion: string): Promise<Map<string, ServedKind>> {
    const reading = this.#read(rootOf(apiVersion)).then((list) => servedKinds(apiVersion, list ?? {}));
    this.#served.set(apiVersion, reading);
    try {
      return await reading;
    } catch (error) {
      this.#served.delete(apiVersion);
      throw error;
    }
  }
}
