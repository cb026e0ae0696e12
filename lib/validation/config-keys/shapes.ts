import { nearest } from '../../messages/nearest.ts';
import { isDns1123Subdomain, isLabelValue, isQualifiedName } from '../names.ts';
import { checkValue } from './check-value.ts';
import type { ConfigKey, ShapeProblem } from './kinds.ts';

/** Shapes of values that hold others. */

type Fields = Readonly<Record<string, unknown>>;
export type Shape = (value: unknown) => readonly ShapeProblem[];

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const wrong = (path: string, value: unknown, allowed: string): ShapeProblem[] => [{ path, value, allowed }];

const below = (path: string, problems: readonly ShapeProblem[]): ShapeProblem[] =>
  problems.map((problem) => ({ ...problem, path: `${path}${problem.path}` }));

/** An object with these fields and no others. */
export const fields =
  (known: Readonly<Record<string, ConfigKey>>, required: readonly string[] = []): Shape =>
  (value) => {
    const names = Object.keys(known);
    if (!isFields(value)) return wrong('', value, `an object with ${names.join(', ')}`);
    const missing = required.filter((field) => value[field] === undefined);
    return [
      ...missing.flatMap((field) => wrong(`.${field}`, undefined, 'something: it is needed')),
      ...Object.entries(value).flatMap(([field, part]) => {
        const key = known[field];
        if (key !== undefined) return part === undefined ? [] : below(`.${field}`, checkValue(key, part));
        const near = nearest(field, names);
        const allowed = near === undefined ? `one of ${names.join(', ')}` : `did you mean "${near}"?`;
        return wrong(`.${field}`, part, `a known field: ${allowed}`);
      }),
    ];
  };

/** Labels as Kubernetes has them: anything else never matches. */
export const labels: Shape = (value) =>
  isFields(value)
    ? Object.entries(value).flatMap(([label, text]) =>
        isQualifiedName(label) && typeof text === 'string' && isLabelValue(text)
          ? []
          : wrong(`.${label}`, text, 'a label and its value, as Kubernetes has them'),
      )
    : wrong('', value, "labels and their values, such as { app: 'shop' }");

const expression: Shape = (value) => {
  if (!isFields(value)) return wrong('', value, 'an object with key, operator, values');
  const { key, operator, values } = value;
  const problems: ShapeProblem[] = [];
  if (typeof key !== 'string' || !isQualifiedName(key)) problems.push(...wrong('.key', key, 'a label'));
  const list = Array.isArray(values) ? values : [];
  if (operator === 'In' || operator === 'NotIn') {
    if (list.length === 0 || !list.every((one) => typeof one === 'string' && isLabelValue(one)))
      problems.push(...wrong('.values', values, `label values, at least one: the operator is ${operator}`));
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (list.length > 0) problems.push(...wrong('.values', values, `nothing: the operator is ${operator}`));
  } else problems.push(...wrong('.operator', operator, 'In, NotIn, Exists or DoesNotExist'));
  return problems;
};

/** A label selector of Kubernetes. */
export const labelSelector: Shape = (value) => {
  const known = ['matchLabels', 'matchExpressions'];
  if (!isFields(value)) return wrong('', value, `an object with ${known.join(', ')}; {} selects all`);
  const { matchLabels = {}, matchExpressions = [] } = value;
  return [
    ...Object.keys(value)
      .filter((field) => !known.includes(field))
      .flatMap((field) => wrong(`.${field}`, value[field], known.join(' or '))),
    ...below('.matchLabels', labels(matchLabels)),
    ...(Array.isArray(matchExpressions)
      ? matchExpressions.flatMap((one, index) => below(`.matchExpressions[${index}]`, expression(one)))
      : wrong('.matchExpressions', matchExpressions, 'a list')),
  ];
};

/** Runtime class → the labels of the services that run in it. */
export const runtimeClasses: Shape = (value) =>
  isFields(value)
    ? Object.entries(value).flatMap(([name, options]) => [
        ...(isDns1123Subdomain(name) ? [] : wrong(`.${name}`, name, 'the name of a runtime class')),
        ...below(`.${name}`, fields({ selector: { kind: 'object', fallback: '', shape: labels } })(options)),
      ])
    : wrong('', value, "runtime classes, such as { gvisor: { selector: { sandbox: 'yes' } } }");

/** Values of any kind, by name. */
export const anything: Shape = (value) => (isFields(value) ? [] : wrong('', value, 'an object'));
