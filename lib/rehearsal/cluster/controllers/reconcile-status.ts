import type { KubeObject } from '../../../clusters/cluster-port.ts';
import type { Store } from '../../kube-api/index.ts';
import { timestamp } from '../objects/index.ts';
import { type Condition, type ConditionSet, Conditions, conditionOf } from './conditions.ts';

// biome-ignore lint/suspicious/noExplicitAny: a status is as open as the object that it belongs to
export type Status = Record<string, any>;

interface StatusProps {
  readonly store: Store;
  readonly resource: string;
  readonly object: KubeObject;
  readonly set: ConditionSet;
  readonly now: number;
}

/**
 * Runs a reconcile with a copy of the object's status and its conditions, and writes the status if it changed; also
 * when the reconcile throws, so that what it found out is seen.
 */
export function reconcileStatus(
  props: StatusProps,
  body: (status: Status, conditions: Conditions) => number | undefined,
): number | undefined {
  const { store, resource, object, set, now } = props;
  const before: readonly Condition[] = object.status?.conditions ?? [];
  const status: Status = { ...object.status };
  const conditions = new Conditions(set, before, timestamp(now));
  if (status.observedGeneration !== object.metadata.generation)
    conditions.markUnknown('Ready', 'NewObservedGenFailure', 'unsuccessfully observed a new generation');
  try {
    return body(status, conditions);
  } finally {
    status.observedGeneration = object.metadata.generation;
    status.conditions = conditions.list(before);
    const current = store.get(resource, object.metadata.namespace, object.metadata.name);
    // A reconcile may write its own object's metadata or lose it; the status is for this object still.
    if (current !== undefined && current.metadata.uid === object.metadata.uid)
      store.updateStatus(resource, { ...current, status });
  }
}

/** The object's latest spec was seen, and its `Ready` is this. */
export const readyIs = (object: KubeObject, status: 'True' | 'False'): boolean =>
  object.status?.observedGeneration === object.metadata.generation &&
  conditionOf(object, 'Ready')?.status === status;
