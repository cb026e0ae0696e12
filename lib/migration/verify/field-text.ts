import { isFields, type Path } from '../plan/paths.ts';
import type { FieldDifference } from './field-differences.ts';
import type { Finding } from './verdict.ts';

/** Characters of a value that are shown. */
const shownLength = 120;

/** `spec.template.spec.containers[app].env[V].value`, `metadata.annotations["a.b/c"]` */
export const fieldText = (path: Path): string =>
  path
    .map((step) => {
      if (typeof step === 'number') return `[${step}]`;
      if (typeof step !== 'string') return `[${step.name}]`;
      return /^[\w-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
    })
    .join('')
    .replace(/^\./, '');

const shown = (value: unknown): string => {
  if (value === undefined || value === null) return 'nothing';
  const text = JSON.stringify(value);
  return text.length <= shownLength ? text : `${text.slice(0, shownLength - 1)}…`;
};

/** Whether a variable takes its value from elsewhere. */
const isReferring = (value: unknown): boolean => isFields(value) && isFields(value.valueFrom);

/** How deep in a path an item of `env` is; undefined outside of one. */
function variableAt(path: Path): number | undefined {
  const list = path.lastIndexOf('env');
  return list >= 0 && list + 1 < path.length && typeof path[list + 1] !== 'string' ? list + 2 : undefined;
}

/**
 * Differences as a person reads them. A value that is written out on one side and a Secret's on the other would be the
 * Secret's value most likely: then only where each comes from is told.
 * @param valueAt what a path leads to on the target, and on the source
 */
export function fieldFindings(
  differences: readonly FieldDifference[],
  valueAt: (path: Path) => readonly [found: unknown, wanted: unknown],
): Finding[] {
  const findings = differences.map((difference): Finding => {
    const depth = variableAt(difference.path);
    const variable = depth === undefined ? undefined : difference.path.slice(0, depth);
    const [found, wanted] = variable === undefined ? [] : valueAt(variable);
    if (variable !== undefined && (isReferring(found) || isReferring(wanted)) && isOther(found, wanted))
      return { where: fieldText(variable), says: `${origin(found)} instead of ${origin(wanted)}` };
    return { where: fieldText(difference.path), says: saysOf(difference) };
  });
  return [...new Map(findings.map((one) => [`${one.where} ${one.says}`, one])).values()];
}

const isOther = (found: unknown, wanted: unknown): boolean => isReferring(found) !== isReferring(wanted);

function saysOf({ found, wanted, order }: FieldDifference): string {
  const [there, asked] = [shown(found), shown(wanted)];
  if (order === true) return `in another order: ${there} instead of ${asked}`;
  return there === asked ? 'another value, behind what is shown of it' : `${there} instead of ${asked}`;
}

function origin(variable: unknown): string {
  if (!isFields(variable)) return 'nothing';
  const { valueFrom } = variable;
  if (!isFields(valueFrom)) return 'a value that is written out';
  for (const [field, kind] of [
    ['secretKeyRef', 'Secret'],
    ['configMapKeyRef', 'ConfigMap'],
  ] as const) {
    const reference = valueFrom[field];
    if (isFields(reference)) return `key ${String(reference.key)} of ${kind} ${String(reference.name)}`;
  }
  return 'a field of its pod';
}
