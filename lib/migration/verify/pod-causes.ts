import type { KubeObject } from '../../clusters/cluster-port.ts';
import { type Fields, fieldsOf } from '../../validation/fields.ts';
import { listOf, textOf } from '../inventory/names.ts';
import {
  containerCause,
  creationCause,
  exitCause,
  imageCause,
  isPullReason,
  probeCause,
  schedulingCause,
  volumeCause,
} from './causes.ts';
import type { Warning } from './evidence.ts';

/** Why one container does not run. */
function statusCause({ name, image, state, lastState, restartCount, ready }: Fields): string | undefined {
  const container = String(name ?? '');
  const waiting = fieldsOf(fieldsOf(state).waiting);
  const reason = textOf(waiting.reason) ?? '';
  const message = textOf(waiting.message) ?? '';
  if (isPullReason(reason)) return imageCause(String(image ?? ''), message);
  if (/^(Create|Run)Container(Config)?Error$/.test(reason)) return containerCause(container, message);
  // One that crashed once and runs now has had its reasons.
  if (ready === true) return undefined;
  const ended = [fieldsOf(state).terminated, fieldsOf(lastState).terminated]
    .map(fieldsOf)
    .find(({ exitCode }) => typeof exitCode === 'number');
  if (ended === undefined || (ended.exitCode === 0 && reason !== 'CrashLoopBackOff')) return undefined;
  const why = textOf(ended.reason);
  const restarts = Number(restartCount ?? 0);
  const more = [
    ...(why === undefined || why === 'Error' || why === 'Completed' ? [] : [why]),
    ...(restarts === 0 ? [] : [restarts === 1 ? 'restarted once' : `restarted ${restarts} times`]),
  ];
  return exitCause(container, Number(ended.exitCode), more.length === 0 ? '' : ` (${more.join(', ')})`);
}

/** Why a pod does not run. Undefined where it does not say. */
export function podCause({ status }: KubeObject): string | undefined {
  const { conditions, initContainerStatuses, containerStatuses, reason, message } = fieldsOf(status);
  const scheduled = listOf(conditions).find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False') return schedulingCause(textOf(scheduled.message) ?? '');
  for (const one of [...listOf(initContainerStatuses), ...listOf(containerStatuses)]) {
    const cause = statusCause(one);
    if (cause !== undefined) return cause;
  }
  return reason === 'Evicted' ? `its pod was evicted: ${textOf(message) ?? 'no reason given'}` : undefined;
}

/** What a warning says of why a revision has no pod. Undefined where it is of something else. */
export function warningCause({ reason, message }: Warning): string | undefined {
  const image = /image "([^"]*)"/.exec(message)?.[1];
  switch (reason) {
    case 'FailedCreate':
      return creationCause(message);
    case 'FailedScheduling':
      return schedulingCause(message);
    case 'FailedMount':
    case 'FailedAttachVolume':
      return volumeCause(message);
    case 'Failed':
    case 'BackOff':
    case 'InspectFailed':
      if (image !== undefined) return imageCause(image, message);
      return /^Error: /.test(message) ? containerCause('', message.replace(/^Error: /, '')) : undefined;
    case 'Unhealthy':
      return probeCause(message);
    default:
      return undefined;
  }
}
