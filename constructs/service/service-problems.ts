import type { Problem } from '../../lib/messages/error.ts';
import { type Finding, type ServingConfig, validateService } from '../../lib/validation/index.ts';
import { contradictions } from './contradictions.ts';
import { propPath } from './prop-path.ts';
import { neededSettings, renderService } from './render-service.ts';
import type { KnativeServiceProps } from './service-props.ts';
import { shapeProblems } from './shape.ts';
import { type Time, timeText } from './time.ts';

/** The value at a path such as `scaling.window` or `traffic[0].percent`. */
const valueAt = (props: KnativeServiceProps, path: string): unknown =>
  path
    .split(/[.[\]]+/)
    .filter((part) => part !== '')
    .reduce<unknown>(
      (part, key) => (typeof part === 'object' && part !== null ? Reflect.get(part, key) : undefined),
      props,
    );

/** A duration as text, as a person reads it. */
const shown = (value: unknown): unknown => {
  const isDuration = typeof value === 'object' && value !== null && 'toMilliseconds' in value;
  return isDuration ? timeText(value as Time) : value;
};

/** Findings whose value is nowhere in the props. */
const ofValidation = ['traffic.sum'];

const asProblem = (finding: Finding, props: KnativeServiceProps): Problem => {
  const where = propPath(finding, props);
  const value = ofValidation.includes(finding.code)
    ? finding.value
    : (valueAt(props, where) ?? finding.value);
  return { where, value, allowed: finding.allowed };
};

const covers = (part: string, whole: string): boolean =>
  whole === part || (whole.startsWith(part) && ['.', '['].includes(whole[part.length] ?? ''));

/** Of what was found about one prop in several ways, the first. */
const once = (problems: readonly Problem[]): Problem[] =>
  problems.filter(
    ({ where }, index) =>
      !problems.slice(0, index).some((other) => covers(where, other.where) || covers(other.where, where)),
  );

/** Whether a prop is missing because it is misspelt, which is said already. */
const isMisspelt = ({ where, value }: Problem, shape: readonly Problem[]): boolean => {
  const at = where.lastIndexOf('.') + 1;
  const meant = `a known prop: did you mean "${where.slice(at)}"?`;
  return (
    value === undefined &&
    shape.some((one) => one.allowed === meant && one.where.startsWith(where.slice(0, at)))
  );
};

/**
 * Everything that is wrong with a service, each problem at the prop's own path. `serving`: the config maps of the
 * colour that it is for. @default - upstream's, with the settings on that the service needs
 */
export function serviceProblems(props: KnativeServiceProps, serving?: ServingConfig): Problem[] {
  const { problems, renders } = shapeProblems(props);
  const shape = problems.map((problem) => ({ ...problem, value: shown(problem.value) }));
  // What has a wrong type cannot be rendered: its other mistakes show once it is mended.
  if (!renders) return shape;
  const config = serving ?? neededSettings(props);
  const findings = validateService(renderService(props), config);
  return once([
    ...shape,
    ...contradictions(props, config),
    ...findings.map((finding) => asProblem(finding, props)).filter((one) => !isMisspelt(one, shape)),
  ]).map((problem) => ({ ...problem, value: shown(problem.value) }));
}
