import { type Problem, ZeroshiftError } from '../../lib/messages/error.ts';

/** Times of the entrance in front of the gateway, all in seconds. */
export interface EntranceTimes {
  /** Where these fields stand in the caller's input, for problems. @default 'entrance' */
  readonly where?: string;
  /** Where the gateway's idle time stands. @default - `gatewayIdle` beside the others */
  readonly whereGatewayIdle?: string;
  /** TCP idle time of the accelerator; a client may use a connection until then. @default 340 */
  readonly acceleratorIdle?: number;
  /** TCP idle time of the NLB. @default 350 */
  readonly idleTimeout?: number;
  /** How long a target that was taken away keeps its flows. @default 300 */
  readonly deregistrationDelay?: number;
  /** Between two checks of a target. @default 10 */
  readonly healthCheckInterval?: number;
  /** How long a check waits for its answer. @default - one second less than the interval, at most 6 */
  readonly healthCheckTimeout?: number;
  /** Checks in a row until a target counts as healthy. @default 2 */
  readonly healthyThreshold?: number;
  /** Checks in a row until a target counts as unhealthy. @default 2 */
  readonly unhealthyThreshold?: number;
  /** How long the NLB may still send new flows to a target that it knows to be gone. Not documented. @default 60 */
  readonly propagation?: number;
  /** How long the gateway keeps a connection on which nothing happens. @default - as long as the other times allow */
  readonly gatewayIdle?: number;
  /** The longest that a request may take; Knative's `max-revision-timeout-seconds`. @default 600 */
  readonly longestRequest?: number;
}

/** What the gateway's pods must keep to so that nothing is lost when one of them goes; all in seconds. */
export interface GatewayTimes {
  /** Until no new flow can reach a pod that fails its checks: so long it takes connections as before. */
  readonly notice: number;
  /** After so long without a request the gateway begins to close a connection. */
  readonly idle: number;
  /** How long the end of a pod may be held up, while it closes what is open. */
  readonly preStop: number;
  /** Envoy's drain time: it cuts nothing and refuses nothing before. */
  readonly drain: number;
  readonly terminationGracePeriod: number;
  /** How long a new pod must have been ready before an old one goes. */
  readonly minReady: number;
  /** After so long a rolling update without progress counts as failed. */
  readonly progressDeadline: number;
  /** At least so long it may take until all gateways are replaced and nothing is left of the old ones. */
  readonly replacement: number;
}

/** Envoy answers once more for 5 s on an idle connection that it is about to close, and waits 1 s for the client's end. */
const closing = 6;
/** Shorter than this, ordinary clients would meet closed connections all the time. */
const leastIdle = 30;
/** Between the gateway's idle time and the accelerator's: clocks, and the way there. */
const margin = 4;
/** For Envoy's own end, after the drain. */
const ending = 15;
/** Kubernetes' own patience with a rolling update. */
const patience = 600;
/** How much of the gateways a rolling update adds at a time, rounded up: one by one, as long as there are four. */
export const gatewaySurge = { percent: 25, rounds: 4 } as const;

/**
 * Derives the gateway's times from the entrance's: gateway idle < accelerator idle ≤ NLB idle, and a drain that lasts
 * until the entrance has noticed and every connection has idled out or answered.
 * @throws ZeroshiftError `kourier.times` where they contradict each other, with both values
 */
export function gatewayTimes(entrance: EntranceTimes = {}): GatewayTimes {
  const {
    where = 'entrance',
    acceleratorIdle = 340,
    idleTimeout = 350,
    deregistrationDelay = 300,
  } = entrance;
  const {
    healthCheckInterval = 10,
    healthyThreshold = 2,
    unhealthyThreshold = 2,
    propagation = 60,
  } = entrance;
  const { healthCheckTimeout = Math.min(6, healthCheckInterval - 1), longestRequest = 600 } = entrance;
  const notice = Math.ceil(unhealthyThreshold * healthCheckInterval + healthCheckTimeout + propagation);
  const below = acceleratorIdle - closing - margin;
  const flows = Math.floor(deregistrationDelay) - notice - closing;
  const { gatewayIdle = Math.floor(Math.min(below, flows)) } = entrance;

  const problems: Problem[] = [];
  const { whereGatewayIdle = `${where}.gatewayIdle` } = entrance;
  const problem = (field: string, value: number, allowed: string) =>
    problems.push({
      where: field === 'gatewayIdle' ? whereGatewayIdle : `${where}.${field}`,
      value: `${value}s`,
      allowed,
    });
  if (idleTimeout < acceleratorIdle)
    problem('idleTimeout', idleTimeout, `at least the accelerator's idle time, ${acceleratorIdle}s`);
  if (healthCheckTimeout >= healthCheckInterval)
    problem(
      'healthCheckTimeout',
      healthCheckTimeout,
      `less than the time between two checks, ${healthCheckInterval}s`,
    );
  if (below < leastIdle)
    problem('acceleratorIdle', acceleratorIdle, `at least ${leastIdle + closing + margin}s`);
  if (entrance.gatewayIdle !== undefined && gatewayIdle > below)
    problem(
      'gatewayIdle',
      gatewayIdle,
      `at most ${below}s, ${closing + margin}s less than the accelerator's idle time, ${acceleratorIdle}s`,
    );
  if (entrance.gatewayIdle !== undefined && gatewayIdle < 1)
    problem('gatewayIdle', gatewayIdle, `at least 1s; 0 would keep connections for ever`);
  const idle = entrance.gatewayIdle ?? leastIdle;
  if (flows < idle)
    problem(
      'deregistrationDelay',
      deregistrationDelay,
      `at least ${notice + closing + idle}s: ${notice}s until the entrance has noticed (${unhealthyThreshold} checks every ${healthCheckInterval}s), and ${idle + closing}s until the gateway has closed idle connections`,
    );
  if (problems.length > 0)
    throw new ZeroshiftError('the times of the entrance contradict each other', {
      code: 'kourier.times',
      source: 'user',
      problems,
      action: 'change one of the two times that each line names',
    });

  const preStop = notice + Math.max(gatewayIdle + closing, Math.ceil(longestRequest));
  const minReady = Math.ceil(healthyThreshold * healthCheckInterval);
  return {
    notice,
    idle: gatewayIdle,
    preStop,
    drain: preStop,
    terminationGracePeriod: preStop + ending,
    minReady,
    progressDeadline: patience + minReady,
    replacement: gatewaySurge.rounds * minReady + preStop + ending,
  };
}
