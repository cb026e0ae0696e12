import type { Duration } from 'cdk8s';
import { goDuration, parseGoDuration } from '../../lib/validation/index.ts';

type Amount = `${number}${'ms' | 's' | 'm' | 'h'}`;

/** A length of time: text as Go and Knative write it (`6s`, `1m30s`, `500ms`), or cdk8s's `Duration`. */
export type Time = Amount | `${number}${'h' | 'm'}${Amount}` | `${number}h${number}m${Amount}` | Duration;

/** As text for an annotation. Text is passed on as it is; validation judges it. */
export const timeText = (time: Time): string =>
  typeof time === 'string' ? time : goDuration(time.toMilliseconds());

/** In seconds; `NaN` where the text is no duration, which validation then refuses. */
export const timeSeconds = (time: Time): number =>
  typeof time === 'string' ? (parseGoDuration(time) ?? Number.NaN) / 1e9 : time.toMilliseconds() / 1000;
