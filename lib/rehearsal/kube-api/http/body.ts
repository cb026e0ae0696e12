import type { KubeObject } from '../../../clusters/cluster-port.ts';
import { isFields, withoutNulls } from '../json-value.ts';
import { refuse } from '../status-error.ts';
import { type Call, contentType, readValue } from './call.ts';
import type { Target } from './target.ts';

const objectTypes = ['application/json', 'application/yaml'];

/**
 * The object in a request's body, for the place that the path names.
 * @throws StatusError `UnsupportedMediaType`, `BadRequest`
 */
export async function readObject(call: Call, target: Target): Promise<KubeObject> {
  const type = contentType(call) || 'application/json';
  if (!objectTypes.includes(type)) throw refuse.unsupportedMediaType(type, objectTypes);
  return asObject(await readValue(call, type === 'application/yaml'), target);
}

/**
 * A value as an object of the target's place: it says what it is, and name and namespace agree with the path.
 * @throws StatusError `BadRequest`
 */
export function asObject(value: unknown, target: Target): KubeObject {
  if (!isFields(value)) throw refuse.badRequest('the body of the request is not an object');
  for (const field of ['apiVersion', 'kind'] as const) {
    if (typeof value[field] !== 'string' || value[field] === '')
      throw refuse.badRequest(`Object '${field}' is missing`);
  }
  const object = withoutNulls(value) as unknown as KubeObject;
  const metadata = object.metadata ?? {};
  if (!isFields(metadata)) throw refuse.badRequest('metadata must be an object');
  const { name, namespace } = target;
  if (namespace !== undefined && metadata.namespace && metadata.namespace !== namespace) {
    throw refuse.badRequest(
      `the namespace of the provided object does not match the namespace sent on the request (${metadata.namespace}, ${namespace})`,
    );
  }
  if (name !== undefined && metadata.name && metadata.name !== name) {
    throw refuse.badRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${name})`,
    );
  }
  return {
    ...object,
    metadata: {
      ...object.metadata,
      ...(name === undefined ? {} : { name }),
      ...(namespace === undefined ? {} : { namespace }),
    },
  };
}
