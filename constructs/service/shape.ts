import type { Problem } from '../../lib/messages/error.ts';
import { nearest } from '../../lib/messages/nearest.ts';
import type { ContainerProps, MountProps } from './container.ts';
import type { ProbeProps } from './probe.ts';
import type { ScalingProps } from './scaling.ts';
import type { KnativeServiceProps } from './service-props.ts';
import type { TrafficTargetProps } from './traffic-split.ts';

/** The shape of a service's props, for definitions that no compiler saw. */

type Check = (value: unknown) => boolean;
type Checks<T> = Readonly<Record<T extends unknown ? keyof T : never, Kind>>;
type Kind = keyof typeof kinds;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText: Check = (value) => typeof value === 'string';
const isTime: Check = (value) =>
  isText(value) || (isRecord(value) && typeof value.toMilliseconds === 'function');
const isTexts: Check = (value) => isRecord(value) && Object.values(value).every(isText);
const isList: Check = (value) => Array.isArray(value);

const kinds = {
  text: [isText, 'text'],
  texts: [isTexts, 'names with text values'],
  number: [(value) => typeof value === 'number', 'a number'],
  flag: [(value) => typeof value === 'boolean', 'true or false'],
  time: [isTime, 'a duration such as 30s or 1m30s'],
  record: [isRecord, 'an object'],
  list: [isList, 'a list'],
  lines: [(value) => Array.isArray(value) && value.every(isText), 'a list of texts'],
} as const satisfies Readonly<Record<string, readonly [Check, string]>>;

const container: Checks<ContainerProps> = {
  image: 'text',
  command: 'lines',
  args: 'lines',
  env: 'record',
  port: 'number',
  protocol: 'text',
  resources: 'record',
  readinessProbe: 'record',
  livenessProbe: 'record',
  startupProbe: 'record',
  mounts: 'record',
};

const service: Checks<KnativeServiceProps> = {
  name: 'text',
  namespace: 'text',
  labels: 'texts',
  annotations: 'texts',
  revisionName: 'text',
  containerConcurrency: 'number',
  timeout: 'time',
  scaling: 'record',
  traffic: 'list',
  nodeSelector: 'texts',
  serviceAccountName: 'text',
  volumes: 'record',
  containers: 'list',
  ...container,
};

const scaling: Checks<ScalingProps> = {
  class: 'text',
  metric: 'text',
  target: 'number',
  targetUtilization: 'number',
  targetBurstCapacity: 'number',
  window: 'time',
  panicWindow: 'number',
  panicThreshold: 'number',
  min: 'number',
  max: 'number',
  initial: 'number',
  activation: 'number',
  scaleDownDelay: 'time',
  lastPodRetention: 'time',
};

const target: Checks<TrafficTargetProps> = {
  revision: 'text',
  latest: 'flag',
  percent: 'number',
  tag: 'text',
};

const mount: Checks<MountProps> = { volume: 'text', subPath: 'text', readOnly: 'flag' };

const probe: Checks<ProbeProps> = {
  http: 'record',
  tcp: 'record',
  exec: 'lines',
  initialDelay: 'time',
  period: 'time',
  timeout: 'time',
  failureThreshold: 'number',
  successThreshold: 'number',
};

export interface ShapeProblems {
  readonly problems: readonly Problem[];
  /** Whether the props can be rendered all the same: an unknown prop does no harm, a wrong type does. */
  readonly renders: boolean;
}

/** Unknown props and values of a wrong type, at their paths. */
export function shapeProblems(props: KnativeServiceProps): ShapeProblems {
  const unknown: Problem[] = [];
  const wrong: Problem[] = [];
  const check = (value: unknown, fields: Readonly<Record<string, Kind>>, at: string): void => {
    if (value === undefined) return;
    if (!isRecord(value)) {
      wrong.push({ where: at.replace(/\.$/, '') || 'the service', value, allowed: 'an object' });
      return;
    }
    for (const [prop, part] of Object.entries(value)) {
      const kind = fields[prop];
      if (kind === undefined) unknown.push(unknownProp(prop, part, Object.keys(fields), at));
      else if (part !== undefined && !kinds[kind][0](part))
        wrong.push({ where: at + prop, value: part, allowed: kinds[kind][1] });
    }
  };
  /** The entries of a record or list; none where it is neither, which was said already. */
  const each = (value: unknown, visit: (part: unknown, name: string) => void): void => {
    if (typeof value === 'object' && value !== null)
      for (const [name, part] of Object.entries(value)) visit(part, name);
  };
  const checkContainer = (value: Readonly<Record<string, unknown>>, at: string): void => {
    for (const name of ['readinessProbe', 'livenessProbe', 'startupProbe'])
      check(isRecord(value[name]) ? value[name] : undefined, probe, `${at}${name}.`);
    check(isRecord(value.resources) ? value.resources : undefined, resources, `${at}resources.`);
    each(value.env, (part, name) => {
      if (!isText(part) && !(isRecord(part) && isText(part.secret ?? part.configMap) && isText(part.key)))
        wrong.push({ where: `${at}env.${name}`, value: part, allowed: envAllowed });
    });
    each(value.mounts, (part, path) => {
      if (!isText(part)) check(part, mount, `${at}mounts.${path}.`);
    });
  };
  check(props, service, '');
  if (!isRecord(props)) return { problems: wrong, renders: false };
  check(isRecord(props.scaling) ? props.scaling : undefined, scaling, 'scaling.');
  if (isList(props.traffic)) each(props.traffic, (part, index) => check(part, target, `traffic[${index}].`));
  each(props.volumes, (part, name) => {
    if (!(isRecord(part) && (isRecord(part.emptyDir) || volumeKinds.some((kind) => isText(part[kind])))))
      wrong.push({
        where: `volumes.${name}`,
        value: part,
        allowed: `one of emptyDir, ${volumeKinds.join(', ')}`,
      });
  });
  checkContainer(props, '');
  if (isList(props.containers))
    each(props.containers, (part, index) => {
      check(part, { name: 'text', ...container }, `containers[${index}].`);
      if (isRecord(part)) checkContainer(part, `containers[${index}].`);
    });
  if (props.containers !== undefined)
    for (const [prop, value] of Object.entries(props))
      if (prop in container && value !== undefined)
        wrong.push({ where: prop, value, allowed: 'either containers or one image, not both' });
  return { problems: [...unknown, ...wrong], renders: wrong.length === 0 };
}

const resources = { requests: 'texts', limits: 'texts' } as const;
const volumeKinds = ['secret', 'configMap', 'persistentVolumeClaim'];
const envAllowed = 'text, { secret, key } or { configMap, key }';

/** The problem of a prop that does not exist, with what was probably meant. */
export function unknownProp(prop: string, value: unknown, known: readonly string[], at: string): Problem {
  const near = nearest(prop, known);
  const allowed = near === undefined ? `one of ${known.join(', ')}` : `did you mean "${near}"?`;
  return { where: at + prop, value, allowed: `a known prop: ${allowed}` };
}
