import type { KubeObject } from '../../../clusters/cluster-port.ts';

/** Conditions of a status, as Knative keeps them: one happy condition that follows the ones it depends on. */

export type ConditionStatus = 'True' | 'False' | 'Unknown';

export interface Condition {
  readonly type: string;
  readonly status: ConditionStatus;
  readonly severity?: 'Info';
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime: string;
}

/** `Ready` and what it depends on. */
export interface ConditionSet {
  readonly dependents: readonly string[];
}

const happy = 'Ready';

export class Conditions {
  readonly #set: ConditionSet;
  readonly #now: string;
  #conditions: Condition[];

  constructor(set: ConditionSet, existing: readonly Condition[], now: string) {
    this.#set = set;
    this.#now = now;
    this.#conditions = [...existing];
    const initial = this.get(happy)?.status === 'True' ? 'True' : 'Unknown';
    for (const type of [happy, ...set.dependents]) if (this.get(type) === undefined) this.#put(type, initial);
  }

  get(type: string): Condition | undefined {
    return this.#conditions.find((condition) => condition.type === type);
  }

  is(type: string, status: ConditionStatus): boolean {
    return this.get(type)?.status === status;
  }

  markTrue(type: string, reason?: string, message?: string): void {
    this.#put(type, 'True', reason, message);
    const unhappy = this.#unhappyDependent();
    if (unhappy !== undefined) this.#put(happy, unhappy.status, unhappy.reason, unhappy.message);
    else if (type !== happy) this.#put(happy, 'True');
  }

  markFalse(type: string, reason: string, message: string): void {
    this.#put(type, 'False', reason, message);
    if (this.#set.dependents.includes(type)) this.#put(happy, 'False', reason, message);
  }

  markUnknown(type: string, reason?: string, message?: string): void {
    this.#put(type, 'Unknown', reason, message);
    // A failure is worth more than not knowing.
    const failed = this.#dependent('False');
    if (failed !== undefined) this.#put(happy, 'False', failed.reason, failed.message);
    else if (this.#set.dependents.includes(type)) this.#put(happy, 'Unknown', reason, message);
  }

  /** Copies another object's condition into one of this object's. */
  propagate(type: string, source: Condition | undefined): void {
    if (source === undefined) return;
    if (source.status === 'True') this.markTrue(type);
    else if (source.status === 'False') this.markFalse(type, source.reason ?? '', source.message ?? '');
    else this.markUnknown(type, source.reason, source.message);
  }

  /** Sorted by type; what is as it was keeps its time. */
  list(before: readonly Condition[] = []): Condition[] {
    return this.#conditions
      .map((condition) => {
        const old = before.find((other) => other.type === condition.type);
        return old !== undefined && sameButTime(old, condition)
          ? { ...condition, lastTransitionTime: old.lastTransitionTime }
          : condition;
      })
      .sort((a, b) => (a.type < b.type ? -1 : 1));
  }

  #unhappyDependent(): Condition | undefined {
    return this.#dependent('False') ?? this.#dependent('Unknown');
  }

  #dependent(status: ConditionStatus): Condition | undefined {
    return this.#conditions
      .filter((condition) => this.#set.dependents.includes(condition.type) && condition.status === status)
      .sort((a, b) => (a.lastTransitionTime > b.lastTransitionTime ? -1 : 1))[0];
  }

  #put(type: string, status: ConditionStatus, reason?: string, message?: string): void {
    const condition: Condition = {
      type,
      status,
      ...(type === happy || this.#set.dependents.includes(type) ? {} : { severity: 'Info' as const }),
      ...(reason === undefined || reason === '' ? {} : { reason }),
      ...(message === undefined || message === '' ? {} : { message }),
      lastTransitionTime: this.#now,
    };
    const index = this.#conditions.findIndex((other) => other.type === type);
    const old = this.#conditions[index];
    if (old === undefined) this.#conditions.push(condition);
    else if (!sameButTime(old, condition)) this.#conditions[index] = condition;
  }
}

const sameButTime = (a: Condition, b: Condition): boolean =>
  a.status === b.status && a.reason === b.reason && a.message === b.message && a.severity === b.severity;

/** A condition of an object's status. */
export function conditionOf(object: KubeObject | undefined, type: string): Condition | undefined {
  const conditions: readonly Condition[] | undefined = object?.status?.conditions;
  return conditions?.find((condition) => condition.type === type);
}
