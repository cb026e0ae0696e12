import type { Problem } from '../../lib/messages/error.ts';
import { type ServingConfig, validateService } from '../../lib/validation/index.ts';
import { propPath } from './prop-path.ts';
import { neededSettings, renderService } from './render-service.ts';
import type { KnativeServiceProps } from './service-props.ts';
import { shapeProblems } from './shape.ts';
import { type Time, timeText } from './time.ts';

/** The value at a path such as `scaling.window` or `traffic[0].percent`; a duration as text. */
function valueAt(props: KnativeServiceProps, path: string): unknown {
  const value = path
    .split(/[.[\]]+/)
    .filter((part) => part !== '')
    .reduce<unknown>(
      (part, key) => (typeof part === 'object' && part !== null ? Reflect.get(part, key) : undefined),
      props,
    );
  const isDuration = typeof value === 'object' && value !== null && 'toMilliseconds' in value;
  return isDuration ? timeText(value as Time) : value;
}

/**
 * Everything that is wrong with a service, each problem at the prop's own path. `serving`: the config maps of the
 * colour that it is for. @default - upstream's, with the settings on that the service needs
 */
export function serviceProblems(props: KnativeServiceProps, serving?: ServingConfig): Problem[] {
  const { problems, renders } = shapeProblems(props);
  // What has a wrong type cannot be rendered: its other mistakes show once it is mended.
  if (!renders) return [...problems];
  const findings = validateService(renderService(props), serving ?? neededSettings(props));
  return [
    ...problems,
    ...findings.map((finding) => {
      const where = propPath(finding, props);
      const value = finding.code === 'traffic.sum' ? finding.value : (valueAt(props, where) ?? finding.value);
      return { where, value, allowed: finding.allowed };
    }),
  ];
}
