import type { KubeObject } from '../../clusters/cluster-port.ts';
import { isCustom } from './field-shapes.ts';
import type { ResourceDefinition } from './resource-definition.ts';
import { refuse } from './status-error.ts';

export type Matcher = (object: KubeObject) => boolean;

const everything: Matcher = () => true;
const both = (matchers: readonly Matcher[]): Matcher =>
  matchers.length === 0 ? everything : (object) => matchers.every((matches) => matches(object));

/** `a=b,c in (d,e)` → its requirements; commas inside parentheses do not separate. */
const requirements = (selector: string): string[] =>
  selector
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '');

const key = '([A-Za-z0-9][-A-Za-z0-9_./]*)';
const equality = new RegExp(`^${key}\\s*(=|==|!=)\\s*([-A-Za-z0-9_.]*)$`);
const setBased = new RegExp(`^${key}\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const existence = new RegExp(`^(!?)\\s*${key}$`);

function labelRequirement(text: string): Matcher {
  const value = (object: KubeObject, label: string): string | undefined => object.metadata.labels?.[label];
  const equal = equality.exec(text);
  if (equal !== null) {
    const [, label = '', operator, wanted] = equal;
    return operator === '!='
      ? (object) => value(object, label) !== wanted
      : (object) => value(object, label) === wanted;
  }
  const set = setBased.exec(text);
  if (set !== null) {
    const [, label = '', operator, list = ''] = set;
    const values = list.split(',').map((item) => item.trim());
    return (object) => {
      const have = value(object, label);
      const isIn = have !== undefined && values.includes(have);
      return operator === 'in' ? isIn : !isIn;
    };
  }
  const exists = existence.exec(text);
  if (exists !== null) {
    const [, not, label = ''] = exists;
    return (object) => (value(object, label) !== undefined) === (not === '');
  }
  throw refuse.badRequest(`unable to parse requirement: ${JSON.stringify(text)}`);
}

/**
 * A `labelSelector`, equality or set based; an empty one matches everything.
 * @throws StatusError `BadRequest` where it cannot be parsed
 */
export const labelMatcher = (selector: string | null): Matcher =>
  both(requirements(selector ?? '').map(labelRequirement));

/** Fields besides metadata.name and metadata.namespace that a built-in kind can be selected by. */
const selectable: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec.nodeName', 'spec.restartPolicy', 'spec.serviceAccountName', 'status.phase', 'status.podIP'],
  Event: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'type',
    'source',
    'reportingComponent',
  ],
  Secret: ['type'],
  Namespace: ['status.phase'],
  Job: ['status.successful'],
  ReplicaSet: ['status.replicas'],
  Node: ['spec.unschedulable'],
};

const read = (object: KubeObject, path: string): string => {
  let value: unknown = object;
  for (const part of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[part];
  return value === undefined || value === null ? '' : String(value);
};

/**
 * A `fieldSelector`.
 * @throws StatusError `BadRequest` for a field that the kind cannot be selected by
 */
export function fieldMatcher(selector: string | null, definition: ResourceDefinition): Matcher {
  const known = isCustom(definition) ? [] : (selectable[definition.kind] ?? []);
  return both(
    requirements(selector ?? '').map((text) => {
      const [, field = '', operator = '', wanted = ''] = /^([^=!]+?)\s*(!=|==|=)\s*(.*)$/.exec(text) ?? [];
      if (field !== 'metadata.name' && field !== 'metadata.namespace' && !known.includes(field)) {
        throw refuse.badRequest(
          operator === ''
            ? `invalid field selector ${JSON.stringify(text)}`
            : `field label not supported: ${field}`,
        );
      }
      return (object) => (read(object, field) === wanted) === (operator !== '!=');
    }),
  );
}
