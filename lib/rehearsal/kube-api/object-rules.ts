import { randomInt } from 'node:crypto';
import type { KubeObject } from '../../clusters/cluster-port.ts';
import { same } from './frozen.ts';
import type { ResourceDefinition } from './resource-definition.ts';
import { refuse, type StatusCause } from './status-error.ts';

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Groups whose objects have no generation, as on a real API server; of the core group only pods have one. */
const withoutGeneration = new Set(['rbac.authorization.k8s.io', 'coordination.k8s.io', 'autoscaling']);

export const apiVersionOf = (definition: Pick<ResourceDefinition, 'group' | 'version'>): string =>
  definition.group === '' ? definition.version : `${definition.group}/${definition.version}`;

export const hasGeneration = (definition: ResourceDefinition): boolean =>
  definition.group === '' ? definition.plural === 'pods' : !withoutGeneration.has(definition.group);

/** Whether a change makes the generation grow: anything but metadata, and but status where that is written apart. */
export function specChanged(definition: ResourceDefinition, old: KubeObject, next: KubeObject): boolean {
  const body = ({ apiVersion: _a, kind: _k, metadata: _m, status, ...rest }: KubeObject): unknown =>
    definition.status ? rest : { ...rest, status };
  return !same(body(old), body(next));
}

/** RFC 3339 in whole seconds, as Kubernetes writes times. */
export const timestamp = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;

const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** What `generateName` turns into. */
export const generatedName = (prefix: string): string => {
  let name = prefix.slice(0, 58);
  for (let count = 0; count < 5; count += 1) name += alphabet[randomInt(alphabet.length)];
  return name;
};

function nameProblem(definition: ResourceDefinition, name: string): string | undefined {
  if (definition.group === 'rbac.authorization.k8s.io') {
    return name === '.' || name === '..' || /[/%]/.test(name)
      ? 'may not be "." or "..", or contain "/" or "%"'
      : undefined;
  }
  if (definition.plural === 'namespaces' || (definition.group === '' && definition.plural === 'services')) {
    return name.length <= 63 && label.test(name)
      ? undefined
      : 'a lowercase RFC 1123 label must consist of lower case alphanumeric characters or "-", and be at most 63 characters';
  }
  return name.length <= 253 && subdomain.test(name)
    ? undefined
    : 'a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, "-" or ".", and be at most 253 characters';
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The shape that every object has: apiVersion, kind, a name, maps of strings.
 * @throws StatusError `BadRequest` where it cannot be decoded, `Invalid` where a value is not allowed
 */
export function checkShape(definition: ResourceDefinition, object: KubeObject): void {
  const wanted = apiVersionOf(definition);
  if (object.apiVersion !== wanted || object.kind !== definition.kind) {
    throw refuse.badRequest(
      `the object provided is ${object.apiVersion}, Kind=${object.kind}; expected ${wanted}, Kind=${definition.kind}`,
    );
  }
  const { name, labels, annotations, finalizers, ownerReferences } = object.metadata;
  for (const [field, map] of [
    ['labels', labels],
    ['annotations', annotations],
  ] as const) {
    if (map === undefined || map === null) continue;
    const wrong = !isMap(map) || Object.values(map).some((value) => typeof value !== 'string');
    if (wrong) throw refuse.badRequest(`metadata.${field} must be a map of strings`);
  }
  for (const [field, list] of [
    ['finalizers', finalizers],
    ['ownerReferences', ownerReferences],
  ] as const) {
    if (list !== undefined && list !== null && !Array.isArray(list)) {
      throw refuse.badRequest(`metadata.${field} must be a list`);
    }
  }
  const causes: StatusCause[] = [];
  if (typeof name !== 'string' || name === '') {
    causes.push({
      reason: 'FieldValueRequired',
      field: 'metadata.name',
      message: 'Required value: name or generateName is required',
    });
  } else {
    const problem = nameProblem(definition, name);
    if (problem !== undefined) {
      causes.push({
        reason: 'FieldValueInvalid',
        field: 'metadata.name',
        message: `Invalid value: ${JSON.stringify(name)}: ${problem}`,
      });
    }
  }
  for (const [key, value] of Object.entries(labels ?? {})) {
    if (value.length <= 63 && /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/.test(value)) continue;
    causes.push({
      reason: 'FieldValueInvalid',
      field: 'metadata.labels',
      message: `Invalid value: ${JSON.stringify(value)}: the value of label ${key} must be at most 63 alphanumeric characters, "-", "_" or "."`,
    });
  }
  if (causes.length > 0) throw refuse.invalid(definition.group, definition.kind, name ?? '', causes);
}

/** What a Secret is given in clear is kept encoded, as an API server does. */
export function withoutClearText(definition: ResourceDefinition, object: KubeObject): KubeObject {
  const { stringData, ...rest } = object;
  if (definition.group !== '' || definition.plural !== 'secrets' || !isMap(stringData)) return object;
  const encoded = Object.entries(stringData).map(([key, value]) => [
    key,
    Buffer.from(String(value)).toString('base64'),
  ]);
  return { ...rest, data: { ...(isMap(object.data) ? object.data : {}), ...Object.fromEntries(encoded) } };
}

/** What the API server fills in by itself when an object is created, for the kinds that need it here. */
export function withDefaults(definition: ResourceDefinition, object: KubeObject): KubeObject {
  if (definition.group !== '') return object;
  if (definition.plural === 'pods') return { ...object, status: { phase: 'Pending' } };
  if (definition.plural !== 'namespaces') return object;
  const labels = { ...object.metadata.labels, 'kubernetes.io/metadata.name': object.metadata.name };
  return {
    ...object,
    metadata: { ...object.metadata, labels },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  };
}
