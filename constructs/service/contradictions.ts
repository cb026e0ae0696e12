import type { Problem } from '../../lib/messages/error.ts';
import { mayOvercommit, type ServingConfig, servingContext } from '../../lib/validation/index.ts';
import type { ContainerProps, ResourcesProps } from './container.ts';
import { type EndingProps, graceSeconds, graceText, leastGrace } from './ending.ts';
import { serviceAnnotations, serviceLabels } from './networking.ts';
import type { ProbeProps } from './probe.ts';
import { quantityValue } from './quantity.ts';
import { queueProxyAnnotations } from './queue-proxy.ts';
import { kpaOnly, scalingAnnotations } from './scaling.ts';
import type { SchedulingProps } from './scheduling.ts';
import type { KnativeServiceProps } from './service-props.ts';
import { type Time, timeSeconds } from './time.ts';

/** What each prop allows by itself, but not together: Knative or Kubernetes would refuse it late, or ignore it. */

const problem = (where: string, value: unknown, allowed: string): Problem => ({ where, value, allowed });

/** The times of a pod's end, under the longest timeout that the colour allows. */
function ending(props: EndingProps, longest: number): Problem[] {
  const { timeout, longestRequest, drainTime } = props;
  const least = leastGrace(props);
  if (least === undefined || longestRequest === undefined)
    return drainTime === undefined
      ? []
      : [
          problem(
            'drainTime',
            drainTime,
            'nothing without longestRequest: the grace period cannot be derived',
          ),
        ];
  if (timeout !== undefined)
    return timeSeconds(timeout) >= least
      ? []
      : [problem('timeout', timeout, `nothing, or at least ${least}s: ${graceText(props)}`)];
  const most = `at most ${longest}s in all (max-revision-timeout-seconds)`;
  return least <= longest
    ? []
    : [problem('longestRequest', longestRequest, `${most}: ${graceText(props)} are ${least}s`)];
}

function times(props: KnativeServiceProps, fallback: number): Problem[] {
  const timeout = graceSeconds(props) || fallback;
  return (['responseStartTimeout', 'idleTimeout'] as const).flatMap((prop) => {
    const given: Time | undefined = props[prop];
    return given === undefined || timeSeconds(given) <= timeout
      ? []
      : [problem(prop, given, `at most the timeout, ${timeout}s: a longer one never comes into effect`)];
  });
}

function scaling({ scaling: given = {} }: KnativeServiceProps): Problem[] {
  if (given.class !== 'hpa') return [];
  const { metric = 'cpu', target } = given;
  return [
    ...kpaOnly
      .filter((prop) => given[prop] !== undefined)
      .map((prop) =>
        problem(`scaling.${prop}`, given[prop], 'nothing with the class hpa: only kpa knows it'),
      ),
    ...(metric !== 'cpu' && target === undefined
      ? [
          problem(
            'scaling.target',
            target,
            `a target: without one Kubernetes scales by CPU, not by ${metric}`,
          ),
        ]
      : []),
  ];
}

function scheduling({ tolerations = [], topologySpread = [] }: SchedulingProps): Problem[] {
  const places = topologySpread.map(
    ({ topologyKey, whenUnsatisfiable = 'ScheduleAnyway' }) => `${topologyKey} ${whenUnsatisfiable}`,
  );
  return [
    ...tolerations.flatMap(({ key, value, effect, for: time }, index) => [
      ...(key === undefined && value !== undefined
        ? [problem(`tolerations[${index}].value`, value, 'nothing without a key')]
        : []),
      ...(time !== undefined && effect !== 'NoExecute'
        ? [problem(`tolerations[${index}].for`, time, 'nothing without the effect NoExecute')]
        : []),
    ]),
    ...topologySpread.flatMap(({ topologyKey, minDomains, whenUnsatisfiable }, index) => [
      ...(minDomains !== undefined && whenUnsatisfiable !== 'DoNotSchedule'
        ? [problem(`topologySpread[${index}].minDomains`, minDomains, 'nothing without DoNotSchedule')]
        : []),
      ...(places.indexOf(places[index] ?? '') < index
        ? [problem(`topologySpread[${index}].topologyKey`, topologyKey, 'each pair of label and rule once')]
        : []),
    ]),
  ];
}

const dns = ({ dnsPolicy, dnsConfig }: KnativeServiceProps): Problem[] =>
  dnsPolicy === 'None' && (dnsConfig?.nameservers ?? []).length === 0
    ? [problem('dnsPolicy', dnsPolicy, 'None with dnsConfig.nameservers only')]
    : [];

/** The API server tells them apart by their names. */
const pullSecrets = ({ imagePullSecrets = [] }: KnativeServiceProps): Problem[] =>
  imagePullSecrets.flatMap((name, index) =>
    imagePullSecrets.indexOf(name) < index
      ? [problem(`imagePullSecrets[${index}]`, name, 'each Secret once')]
      : [],
  );

function bounds({ requests = {}, limits = {} }: ResourcesProps, at: string): Problem[] {
  return Object.entries(requests).flatMap(([resource, text]) => {
    const limit = Object.entries(limits).find(([name]) => name === resource)?.[1];
    const [least, most] = [quantityValue(text), quantityValue(limit ?? '')];
    if (mayOvercommit(resource))
      return least !== undefined && most !== undefined && least > most
        ? [problem(`${at}requests.${resource}`, text, `at most the limit, ${limit}`)]
        : [];
    if (limit === undefined)
      return [problem(`${at}limits.${resource}`, limit, `${text}, as requested: nobody may use more of it`)];
    return least === most
      ? []
      : [problem(`${at}requests.${resource}`, text, `nothing, or the limit, ${limit}`)];
  });
}

const root = (security: { runAsUser?: number; runAsNonRoot?: boolean } | undefined, at: string): Problem[] =>
  security?.runAsNonRoot === true && security.runAsUser === 0
    ? [problem(`${at}.runAsUser`, 0, 'another user than 0, which is root, with runAsNonRoot')]
    : [];

const probes = ['readinessProbe', 'livenessProbe', 'startupProbe'] as const;

/** How a probe asks, where it says no port and Knative fills none in: by gRPC, and at start-up however it asks. */
function portless(kind: (typeof probes)[number], probe: ProbeProps): string | undefined {
  if ('grpc' in probe && probe.grpc.port === undefined) return 'grpc';
  if (kind !== 'startupProbe') return undefined;
  if ('http' in probe && probe.http.port === undefined) return 'http';
  return 'tcp' in probe && probe.tcp.port === undefined ? 'tcp' : undefined;
}

/** `beside`: it stands beside the container with the port, so that a probe must say which port it means. */
function container(props: Partial<ContainerProps>, at: string, beside: boolean): Problem[] {
  return [
    ...bounds(props.resources ?? {}, `${at}resources.`),
    ...root(props.securityContext, `${at}securityContext`),
    ...probes.flatMap((kind) => {
      const probe = props[kind];
      const by = beside && probe !== undefined ? portless(kind, probe) : undefined;
      return by === undefined
        ? []
        : [problem(`${at}${kind}.${by}.port`, undefined, 'a port: the container has none of its own')];
    }),
  ];
}

const containers = (props: KnativeServiceProps): Problem[] => [
  ...(props.containers === undefined
    ? container(props, '', false)
    : props.containers.flatMap((part, index) =>
        container(part, `containers[${index}].`, part.port === undefined && part.protocol === undefined),
      )),
  ...(props.initContainers ?? []).flatMap((part, index) =>
    container(part, `initContainers[${index}].`, false),
  ),
];

/** Labels and annotations that a prop says too. */
function twice(props: KnativeServiceProps): Problem[] {
  const { network = {}, scaling: scales, queueProxy } = props;
  const said = (
    where: string,
    free: Readonly<Record<string, string>> = {},
    rendered: Readonly<Record<string, string>> = {},
    prop = '',
  ): Problem[] =>
    Object.keys(rendered)
      .filter((name) => free[name] !== undefined)
      .map((name) => problem(`${where}.${name}`, free[name], `nothing: ${prop} says it`));
  const { annotations, labels, revisionAnnotations } = props;
  const own = (name: string, value: unknown) =>
    value === undefined ? {} : { [`serving.knative.dev/${name}`]: '' };
  return [
    ...said('labels', labels, serviceLabels(network), 'network.visibility'),
    ...said('annotations', annotations, serviceAnnotations(network), 'network'),
    ...said('annotations', annotations, own('rollout-duration', props.rolloutDuration), 'rolloutDuration'),
    ...said('revisionAnnotations', revisionAnnotations, scalingAnnotations(scales ?? {}), 'scaling'),
    ...said(
      'revisionAnnotations',
      revisionAnnotations,
      queueProxyAnnotations(queueProxy ?? {}),
      'queueProxy',
    ),
    ...said(
      'revisionAnnotations',
      revisionAnnotations,
      own('progress-deadline', props.progressDeadline),
      'progressDeadline',
    ),
    ...said('revisionAnnotations', revisionAnnotations, own('no-gc', props.keepRevisions), 'keepRevisions'),
  ];
}

/** A tag and the service's name are one label of a host name. */
const tags = ({ name, traffic = [] }: KnativeServiceProps): Problem[] =>
  traffic.flatMap(({ tag }, index) =>
    tag !== undefined && name.length <= 63 && tag.length + name.length > 62
      ? [
          problem(
            `traffic[${index}].tag`,
            tag,
            `at most ${62 - name.length} characters: <tag>-${name} is a host's label`,
          ),
        ]
      : [],
  );

/** Everything that contradicts something else in a service, each problem at the prop's path. */
export function contradictions(props: KnativeServiceProps, serving: ServingConfig): Problem[] {
  const { maxTimeoutSeconds, timeoutSeconds } = servingContext(serving);
  return [
    ...ending(props, maxTimeoutSeconds),
    ...times(props, timeoutSeconds),
    ...scaling(props),
    ...scheduling(props),
    ...dns(props),
    ...pullSecrets(props),
    ...containers(props),
    ...root(props.podSecurityContext, 'podSecurityContext'),
    ...bounds(queueResources(props), 'queueProxy.'),
    ...twice(props),
    ...tags(props),
  ];
}

const queueResources = ({ queueProxy = {} }: KnativeServiceProps): ResourcesProps => ({
  requests: { ...queueProxy.requests } as Record<string, string>,
  limits: { ...queueProxy.limits } as Record<string, string>,
});
