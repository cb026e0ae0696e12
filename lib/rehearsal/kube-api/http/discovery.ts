import { apiVersionOf } from '../object-rules.ts';
import type { ResourceDefinition } from '../resource-definition.ts';
import { refuse } from '../status-error.ts';
import { answerJson, answerText } from './answers.ts';
import type { Call } from './call.ts';

export const aggregatedType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const partVerbs = ['get', 'patch', 'update'];

interface Subresource {
  readonly name: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly verbs: readonly string[];
}

function subresources(definition: ResourceDefinition): Subresource[] {
  const { group, version, kind } = definition;
  const found: Subresource[] = [];
  if (definition.scale)
    found.push({ name: 'scale', group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: partVerbs });
  if (definition.status) found.push({ name: 'status', group, version, kind, verbs: partVerbs });
  if (group === '' && definition.plural === 'pods') {
    found.push({ name: 'proxy', group: '', version: 'v1', kind: 'PodProxyOptions', verbs: ['get'] });
  }
  return found;
}

/** What the API serves, group by group, as clients ask for it before anything else. */
export class Discovery {
  readonly #resources: readonly ResourceDefinition[];

  constructor(resources: readonly ResourceDefinition[]) {
    this.#resources = resources;
  }

  /** `/api`, `/apis`, `/api/v1`, `/apis/G`, `/apis/G/V`; false where the path is longer. */
  answer(call: Call): boolean {
    const [root, ...rest] = call.segments;
    if (root === 'api' && rest.length === 0) {
      answerJson(call, 200, ...this.#index(call, true));
    } else if (root === 'apis' && rest.length === 0) {
      answerJson(call, 200, ...this.#index(call, false));
    } else if (root === 'api' && rest.length === 1) {
      answerJson(call, 200, this.#resourceList('', rest[0] ?? ''));
    } else if (root === 'apis' && rest.length === 1) {
      answerJson(call, 200, this.#group(rest[0] ?? ''));
    } else if (root === 'apis' && rest.length === 2) {
      answerJson(call, 200, this.#resourceList(rest[0] ?? '', rest[1] ?? ''));
    } else return false;
    return true;
  }

  #index(call: Call, core: boolean): [body: unknown, type?: string] {
    const groups = this.#groups().filter((group) => (group === '') === core);
    const accept = call.request.headers.accept ?? '';
    if (accept.includes('as=APIGroupDiscoveryList') && accept.includes('v=v2;')) {
      return [
        {
          kind: 'APIGroupDiscoveryList',
          apiVersion: 'apidiscovery.k8s.io/v2',
          metadata: {},
          items: groups.map((group) => this.#aggregated(group)),
        },
        aggregatedType,
      ];
    }
    if (core) return [{ kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] }];
    return [{ kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map((group) => this.#group(group)) }];
  }

  #groups(): string[] {
    return [...new Set(this.#resources.map(({ group }) => group))];
  }

  #versions(group: string): string[] {
    const versions = this.#resources
      .filter((resource) => resource.group === group)
      .map(({ version }) => version);
    return [...new Set(versions)].sort((left, right) => left.length - right.length);
  }

  #group(group: string): object {
    const versions = this.#versions(group).map((version) => ({
      groupVersion: `${group}/${version}`,
      version,
    }));
    if (versions.length === 0 || group === '') throw refuse.unknownPath();
    return { kind: 'APIGroup', apiVersion: 'v1', name: group, versions, preferredVersion: versions[0] };
  }

  #resourceList(group: string, version: string): object {
    const served = this.#resources.filter(
      (resource) => resource.group === group && resource.version === version,
    );
    const [first] = served;
    if (first === undefined) throw refuse.unknownPath();
    return {
      kind: 'APIResourceList',
      apiVersion: 'v1',
      groupVersion: apiVersionOf(first),
      resources: served.flatMap((definition) => [
        {
          name: definition.plural,
          singularName: definition.singular,
          namespaced: definition.namespaced,
          kind: definition.kind,
          verbs,
          ...(definition.shortNames.length === 0 ? {} : { shortNames: definition.shortNames }),
          ...(definition.categories.length === 0 ? {} : { categories: definition.categories }),
        },
        ...subresources(definition).map(({ name, ...part }) => ({
          name: `${definition.plural}/${name}`,
          singularName: '',
          namespaced: definition.namespaced,
          ...part,
        })),
      ]),
    };
  }

  #aggregated(group: string): object {
    return {
      metadata: { name: group, creationTimestamp: null },
      versions: this.#versions(group).map((version) => ({
        version,
        freshness: 'Current',
        resources: this.#resources
          .filter((resource) => resource.group === group && resource.version === version)
          .map((definition) => ({
            resource: definition.plural,
            responseKind: { group, version, kind: definition.kind },
            scope: definition.namespaced ? 'Namespaced' : 'Cluster',
            singularResource: definition.singular,
            verbs,
            shortNames: definition.shortNames,
            categories: definition.categories,
            subresources: subresources(definition).map((part) => ({
              subresource: part.name,
              responseKind: { group: part.group, version: part.version, kind: part.kind },
              verbs: part.verbs,
            })),
          })),
      })),
    };
  }
}

/** `/version` and the health endpoints; false for other paths. */
export function answerBasics(call: Call, version: string): boolean {
  const [root, ...rest] = call.segments;
  if (root === 'version' && rest.length === 0) {
    const [major = '', minor = ''] = version.split('.');
    answerJson(call, 200, {
      major,
      minor,
      gitVersion: `v${version}`,
      gitCommit: '',
      gitTreeState: 'clean',
      buildDate: '1970-01-01T00:00:00Z',
      goVersion: '',
      compiler: '',
      platform: 'linux/amd64',
    });
    return true;
  }
  if (rest.length > 0 || !['readyz', 'livez', 'healthz'].includes(root ?? '')) return false;
  answerText(call, 200, 'ok');
  return true;
}
