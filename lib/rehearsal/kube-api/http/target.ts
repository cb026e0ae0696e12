import { type ResourceDefinition, resourceKey } from '../resource-definition.ts';
import { refuse } from '../status-error.ts';

/** What a path under `/api` or `/apis` leads to. */
export interface Target {
  readonly definition: ResourceDefinition;
  readonly resource: string;
  readonly namespace?: string;
  /** @default - the collection */
  readonly name?: string;
  /** @default '' the object itself */
  readonly subresource: string;
  /** What follows a subresource: the path behind a pod's proxy. */
  readonly rest: readonly string[];
}

/** Finds resources by group, version and plural. */
export class Paths {
  readonly #definitions = new Map<string, ResourceDefinition>();

  constructor(resources: readonly ResourceDefinition[]) {
    for (const definition of resources) {
      this.#definitions.set(`${definition.group}/${definition.version}/${definition.plural}`, definition);
    }
  }

  /** @throws StatusError `NotFound` for a path that leads nowhere */
  resolve(segments: readonly string[]): Target {
    const [root, ...rest] = segments;
    const [group, version, parts] =
      root === 'api' ? ['', rest[0], rest.slice(1)] : [rest[0] ?? '', rest[1], rest.slice(2)];
    const find = (plural: string | undefined): ResourceDefinition => {
      const definition = this.#definitions.get(`${group}/${version}/${plural}`);
      if (definition === undefined) throw refuse.unknownPath();
      return definition;
    };
    const [first, namespace, plural, ...inner] = parts;
    const inNamespace = first === 'namespaces' && namespace !== undefined && plural !== undefined;
    // `namespaces/x/status` is the namespace's own; every other third part is a resource in it.
    if (inNamespace && !(group === '' && ['status', 'finalize'].includes(plural))) {
      const definition = find(plural);
      if (!definition.namespaced) throw refuse.unknownPath();
      return target(definition, inner, namespace);
    }
    const definition = find(first);
    const [name, ...below] = parts.slice(1);
    if (definition.namespaced && name !== undefined) throw refuse.unknownPath();
    return target(definition, name === undefined ? [] : [name, ...below]);
  }
}

function target(definition: ResourceDefinition, parts: readonly string[], namespace?: string): Target {
  const [name, subresource = '', ...rest] = parts;
  if (rest.length > 0 && subresource !== 'proxy') throw refuse.unknownPath();
  return {
    definition,
    resource: resourceKey(definition),
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    subresource,
    rest,
  };
}
