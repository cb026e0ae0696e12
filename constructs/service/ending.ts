import { goDuration } from '../../lib/validation/index.ts';
import { type Kinds, seconds } from './kinds.ts';
import { type Time, timeSeconds } from './time.ts';

/**
 * How a pod ends without cutting a request.
 *
 * When a pod is told to end, its queue-proxy waits until no request has come for 30 s, and only then are the
 * service's containers told (SIGTERM); a request under way does not extend that wait. Everything that is not over when
 * the grace period ends is cut, and Knative has no grace period of its own: it is the service's timeout. So a request
 * that comes while the pod is still being taken out of the routes needs its own time, and the app needs its time after
 * that, all within the timeout:
 *
 *     timeout ≥ 10 s (requests that still come) + the longer of 30 s and the longest request + drain time
 *
 * An app whose requests take longer than 30 s must finish them after SIGTERM by itself.
 */
export interface EndingProps {
  /**
   * How long a request may take, in whole seconds, at most the colour's maximum (600s). It is the grace period of the
   * pods too. @default - derived from `longestRequest`; without that `revision-timeout-seconds` of the colour, 300s
   */
  readonly timeout?: Time;
  /** The longest that a request takes. `timeout` is derived from it, or checked. @default - unknown: nothing is derived */
  readonly longestRequest?: Time;
  /** What the app takes to end after its last request: flush, hand over, close. Needs `longestRequest`. @default 0s */
  readonly drainTime?: Time;
}

/** Seconds in which requests still come to a pod that ends: until the gateways have heard of it. */
const stragglers = 10;

/** Seconds without a new request after which queue-proxy lets the containers end. */
const quietPeriod = 30;

export const endingKinds: Kinds<EndingProps> = {
  timeout: seconds(0),
  longestRequest: seconds(1),
  drainTime: seconds(0),
};

const known = (time: Time | undefined): number => (time === undefined ? 0 : timeSeconds(time));

/** The least grace period that cuts no request, in seconds; undefined where the longest request is unknown. */
export const leastGrace = ({ longestRequest, drainTime }: EndingProps): number | undefined =>
  longestRequest === undefined
    ? undefined
    : stragglers + Math.max(quietPeriod, known(longestRequest)) + known(drainTime);

/** The timeout, which is the grace period, in seconds; undefined where the colour's default holds. */
export const graceSeconds = (props: EndingProps): number | undefined =>
  props.timeout === undefined ? leastGrace(props) : timeSeconds(props.timeout);

/** How the least grace period comes about, in words. */
export function graceText(props: EndingProps): string {
  const text = (count: number) => goDuration(count * 1000);
  const request = known(props.longestRequest);
  const drain = known(props.drainTime);
  return [
    `${text(stragglers)} in which requests still come`,
    request < quietPeriod ? `${text(quietPeriod)} of quiet` : `${text(request)} for the longest request`,
    ...(drain > 0 ? [`${text(drain)} of drain time`] : []),
  ].join(' + ');
}
