import type { KubeObject } from '../../clusters/cluster-port.ts';
import { listOf, textOf } from '../inventory/names.ts';

export interface Condition {
  readonly type: string;
  /** `True`, `False` or `Unknown`. */
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

export const conditionsOf = (object: KubeObject | undefined): Condition[] =>
  listOf(object?.status?.conditions).map(({ type, status, reason, message }) => ({
    type: String(type ?? ''),
    status: String(status ?? ''),
    reason: textOf(reason) ?? '',
    message: textOf(message) ?? '',
  }));

export const conditionOf = (object: KubeObject | undefined, type: string): Condition | undefined =>
  conditionsOf(object).find((condition) => condition.type === type);

/** Whether its controller has seen what it is now. */
export const isObserved = (object: KubeObject): boolean =>
  object.status?.observedGeneration === object.metadata.generation;

/** Ready says something of what an object is now only at its own generation. */
export const isReady = (object: KubeObject): boolean => isObserved(object) && hasBecomeReady(object);

/** Of revisions, which never change. */
export const hasBecomeReady = (object: KubeObject): boolean =>
  conditionOf(object, 'Ready')?.status === 'True';
