import { apiVersionOf } from '../object-rules.ts';
import type { ResourceDefinition } from '../resource-definition.ts';
import { refuse } from '../status-error.ts';
import { answerJson } from './answers.ts';
import type { Call } from './call.ts';

/**
 * OpenAPI documents without schemas: they say which paths there are and that writes may be validated by the server.
 * kubectl reads no more than that before an apply; it has the schemas of the built-in kinds itself.
 */
const info = { title: 'Kubernetes', version: 'v1' };
const queryParameters = ['dryRun', 'fieldManager', 'fieldValidation', 'force'];

const parameters = (v3: boolean): object[] =>
  queryParameters.map((name) => {
    const type = name === 'force' ? 'boolean' : 'string';
    return { name, in: 'query', uniqueItems: true, ...(v3 ? { schema: { type } } : { type }) };
  });

const pathOf = (definition: ResourceDefinition): string => {
  const root = definition.group === '' ? '/api' : `/apis/${definition.group}`;
  const scope = definition.namespaced ? '/namespaces/{namespace}' : '';
  return `${root}/${definition.version}${scope}/${definition.plural}`;
};

function paths(resources: readonly ResourceDefinition[], v3: boolean): Record<string, object> {
  return Object.fromEntries(
    resources.flatMap((definition) => {
      const { group, version, kind } = definition;
      const operation = (action: string): object => ({
        'x-kubernetes-action': action,
        'x-kubernetes-group-version-kind': { group, version, kind },
        parameters: parameters(v3),
        responses: { 200: { description: 'OK' } },
      });
      const path = pathOf(definition);
      return [
        [path, { post: operation('post') }],
        [`${path}/{name}`, { patch: operation('patch'), put: operation('put') }],
      ];
    }),
  );
}

/** `/openapi/v2`, `/openapi/v3` and its documents; false for other paths. */
export function answerOpenApi(call: Call, resources: readonly ResourceDefinition[]): boolean {
  const [root, version, ...rest] = call.segments;
  if (root !== 'openapi') return false;
  if (version === 'v2' && rest.length === 0) {
    answerJson(call, 200, { swagger: '2.0', info, paths: paths(resources, false), definitions: {} });
    return true;
  }
  if (version !== 'v3') throw refuse.unknownPath();
  const groups = new Map<string, ResourceDefinition[]>();
  for (const definition of resources) {
    const key = `${definition.group === '' ? 'api' : 'apis'}/${apiVersionOf(definition)}`;
    groups.set(key, [...(groups.get(key) ?? []), definition]);
  }
  if (rest.length === 0) {
    const urls = [...groups.keys()].map((key) => [key, { serverRelativeURL: `/openapi/v3/${key}` }]);
    answerJson(call, 200, { paths: Object.fromEntries(urls) });
    return true;
  }
  const served = groups.get(rest.join('/'));
  if (served === undefined) throw refuse.unknownPath();
  answerJson(call, 200, { openapi: '3.0.0', info, paths: paths(served, true), components: { schemas: {} } });
  return true;
}
