import { type Finding, finding, under } from './finding.ts';
import type { ContainerPort, Probe } from './objects.ts';

const largest = 2 ** 31 - 1;
const handlers = ['httpGet', 'tcpSocket', 'exec', 'grpc'] as const;

/** `serving`: the port that a probe of the container with the port may name; undefined for other containers. */
function checkPort(
  handler: 'httpGet' | 'tcpSocket',
  port: number | string | undefined,
  serving: ContainerPort | undefined,
): Finding[] {
  const field = `${handler}.port`;
  if (serving === undefined)
    return port === undefined || port === '' || port === 0
      ? [finding(field, 'probe.port', port, 'a port')]
      : [];
  return typeof port === 'string' && port !== '' && port !== serving.name
    ? [
        finding(
          field,
          'probe.port',
          port,
          `the name of the container's port, ${serving.name ?? ''}, or a number`,
        ),
      ]
    : [];
}

/** What is wrong with a probe's handlers. */
export function checkProbe(probe: Probe | undefined, serving?: ContainerPort): Finding[] {
  if (probe === undefined) return [];
  const given = handlers.filter((handler) => probe[handler] !== undefined);
  let found: Finding[] = [];
  for (const handler of given) {
    // What an earlier handler has wrong is named below the later one: so does upstream.
    found = under(handler, found);
    if (handler === 'httpGet' || handler === 'tcpSocket')
      found.push(...checkPort(handler, probe[handler]?.port, serving));
  }
  const allowed = `one of ${handlers.join(', ')}`;
  if (given.length === 0)
    return [...found, ...handlers.map((handler) => finding(handler, 'probe.handler', undefined, allowed))];
  if (given.length === 1) return found;
  const together = given.join(' and ');
  // Upstream spells this one differently when there are several.
  const named = given.map((handler) => (handler === 'grpc' ? 'gRPC' : handler));
  return [...found, ...named.map((handler) => finding(handler, 'probe.handler', together, allowed))];
}

const least = (field: string, value: number, smallest: number): Finding[] =>
  value >= smallest
    ? []
    : [finding(field, 'probe.range', value, `a whole number from ${smallest} to ${largest}`)];

/** What is wrong with a readiness probe; a period of 0 is Knative's own fast probing. */
export function checkReadiness(probe: Probe | undefined, serving?: ContainerPort): Finding[] {
  if (probe === undefined) return [];
  const { periodSeconds = 0, initialDelaySeconds = 0, successThreshold = 0 } = probe;
  const { failureThreshold = 0, timeoutSeconds = 0 } = probe;
  const only = (field: string, value: number): Finding[] =>
    value === 0 ? [] : [finding(field, 'probe.period', value, 'nothing while periodSeconds is 0')];
  return [
    ...checkProbe(probe, serving),
    ...least('periodSeconds', periodSeconds, 0),
    ...least('initialDelaySeconds', initialDelaySeconds, 0),
    ...least('successThreshold', successThreshold, 1),
    ...(periodSeconds === 0
      ? [...only('failureThreshold', failureThreshold), ...only('timeoutSeconds', timeoutSeconds)]
      : [...least('timeoutSeconds', timeoutSeconds, 1), ...least('failureThreshold', failureThreshold, 1)]),
  ];
}

/** What a probe of a container without the port has, where the cluster takes no such probes. */
export function noProbe(probe: Probe | undefined): Finding[] {
  const allowed =
    'nothing: only the container with the port may have a probe, while multi-container-probing is off';
  const given = Object.entries(probe ?? {}).map(([field, value]) =>
    // Upstream names the probe itself for its handlers.
    finding((handlers as readonly string[]).includes(field) ? '' : field, 'probe.sidecar', value, allowed),
  );
  return given.filter(({ field }, index) => given.findIndex((other) => other.field === field) === index);
}
