import type { Discovered, ServedResource } from './definition-port.ts';
import { rootOf, type ServedKind } from './kinds.ts';

/** Asks for everything in one answer; an API server that does not know it gives the older index. */
export const aggregatedDiscovery =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';

/** One version of a group with what it serves, by plural; undefined where that is not known. */
interface GroupVersion {
  readonly apiVersion: string;
  readonly group: string;
  readonly resources: readonly Resource[] | undefined;
  readonly why?: string;
}

interface Resource {
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

interface AggregatedResource {
  readonly resource: string;
  readonly responseKind?: { readonly kind?: string };
  readonly scope: string;
  readonly verbs?: readonly string[];
}

interface Index {
  readonly kind?: string;
  /** Of `APIGroupDiscoveryList`. */
  readonly items?: readonly {
    readonly metadata?: { readonly name?: string };
    readonly versions?: readonly {
      readonly version: string;
      readonly freshness?: string;
      readonly resources?: readonly AggregatedResource[];
    }[];
  }[];
  /** Of `APIVersions`. */
  readonly versions?: readonly string[];
  /** Of `APIGroupList`. */
  readonly groups?: readonly {
    readonly name: string;
    readonly versions: readonly { readonly groupVersion: string }[];
    readonly preferredVersion?: { readonly groupVersion: string };
  }[];
}

function aggregated({ items = [] }: Index): GroupVersion[] {
  return items.flatMap(({ metadata, versions = [] }) => {
    const group = metadata?.name ?? '';
    return versions.map(({ version, freshness, resources = [] }) => ({
      apiVersion: group === '' ? version : `${group}/${version}`,
      group,
      ...(freshness === 'Stale'
        ? { resources: undefined, why: 'the server behind it does not answer' }
        : {
            resources: resources.flatMap(({ resource, responseKind, scope, verbs = [] }) =>
              responseKind?.kind
                ? [{ plural: resource, kind: responseKind.kind, namespaced: scope === 'Namespaced', verbs }]
                : [],
            ),
          }),
    }));
  });
}

/** Group versions of an older index, the preferred one of each group first. */
function listed({ versions = [], groups = [] }: Index): { apiVersion: string; group: string }[] {
  const core = versions.map((apiVersion) => ({ apiVersion, group: '' }));
  const others = groups.flatMap(({ name, versions: all, preferredVersion }) =>
    all
      .map(({ groupVersion }) => ({ apiVersion: groupVersion, group: name }))
      .sort(
        (a, b) =>
          Number(b.apiVersion === preferredVersion?.groupVersion) -
          Number(a.apiVersion === preferredVersion?.groupVersion),
      ),
  );
  return [...core, ...others];
}

interface ResourceList {
  readonly resources?: readonly {
    readonly name: string;
    readonly kind: string;
    readonly namespaced: boolean;
    readonly verbs?: readonly string[];
  }[];
}

/**
 * What a cluster serves, from its index of groups.
 * @param read GET of a path, as JSON; undefined where there is nothing
 * @param learn is told how the kinds of each group version are addressed
 */
export async function discoverAll(
  read: (path: string, accept?: string) => Promise<unknown>,
  learn: (apiVersion: string, kinds: ReadonlyMap<string, ServedKind>) => void,
): Promise<Discovered> {
  const indexes = await Promise.all(['/api', '/apis'].map((path) => read(path, aggregatedDiscovery)));
  const found: GroupVersion[] = [];
  for (const index of indexes.map((one) => (one ?? {}) as Index)) {
    if (index.kind === 'APIGroupDiscoveryList') found.push(...aggregated(index));
    else found.push(...(await Promise.all(listed(index).map((version) => readVersion(version, read)))));
  }
  const known = found.flatMap(({ resources, ...version }) =>
    resources === undefined ? [] : [{ ...version, resources }],
  );
  const seen = new Set<string>();
  const resources = known.flatMap(({ apiVersion, group, resources: served }) => {
    learn(apiVersion, addresses(apiVersion, served));
    return served.map(({ plural, kind, namespaced, verbs }): ServedResource => {
      const preferred = !seen.has(`${group}/${plural}`);
      seen.add(`${group}/${plural}`);
      return { apiVersion, kind, namespaced, verbs, preferred };
    });
  });
  const unknown = found.flatMap(({ apiVersion, resources: served, why = 'no reason given' }) =>
    served === undefined ? [{ apiVersion, why }] : [],
  );
  return { resources, unknown };
}

const addresses = (apiVersion: string, served: readonly Resource[]): Map<string, ServedKind> =>
  new Map(
    served.map(({ kind, plural, namespaced }) => [kind, { root: rootOf(apiVersion), plural, namespaced }]),
  );

async function readVersion(
  { apiVersion, group }: { apiVersion: string; group: string },
  read: (path: string) => Promise<unknown>,
): Promise<GroupVersion> {
  try {
    const { resources = [] } = ((await read(rootOf(apiVersion))) ?? {}) as ResourceList;
    // A name with a slash is a subresource.
    const whole = resources.filter(({ name }) => !name.includes('/'));
    return {
      apiVersion,
      group,
      resources: whole.map(({ name, kind, namespaced, verbs = [] }) => ({
        plural: name,
        kind,
        namespaced,
        verbs,
      })),
    };
  } catch (error) {
    // The index was answered: one version that is away, such as that of an aggregated API, is not the cluster.
    return { apiVersion, group, resources: undefined, why: (error as Error).message };
  }
}
