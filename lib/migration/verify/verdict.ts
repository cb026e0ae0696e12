/**
 * - `same`: nobody can tell it from the one on the source
 * - `different`: something is otherwise, and waiting does not help
 * - `not-ready`: it is as it should be as far as can be seen, and does not serve yet
 * - `not-verified`: it is there, and nothing of it can be asked through the entrances; only of what is not Knative's
 */
export type VerdictState = 'same' | 'different' | 'not-ready' | 'not-verified';

/** One thing that is otherwise on the target. */
export interface Finding {
  /** Such as `spec.template.spec.containers[app].env[V].value`, `revision cart-00002`, `https://cart.example.com/`. */
  readonly where: string;
  /** A clause, such as `"1" instead of "2"`. */
  readonly says: string;
}

/** What the target's entrance presents for a host. */
export interface HostCertificate {
  readonly host: string;
  readonly issuer: string;
  /** ISO 8601. */
  readonly expires: string;
}

/**
 * A Knative Service of the source, or a Configuration or Route that stands alone, and its twin on the target; or what leads
 * to a plain workload: a DomainMapping to a Service of Kubernetes, an Ingress, such a Service itself (`PlainService`).
 */
export interface ServiceVerdict {
  readonly kind: 'Service' | 'Configuration' | 'Route' | 'DomainMapping' | 'Ingress' | 'PlainService';
  readonly namespace: string;
  readonly name: string;
  readonly state: VerdictState;
  readonly differences: readonly Finding[];
  /** Why it does not serve on the target yet, each one sentence without a full stop. */
  readonly notReady: readonly string[];
  /** Why it is not ready on the source: then it need not be on the target. @default - it is ready there */
  readonly sourceNotReady?: string;
  /** What delivers it to the source: `Application shop`. @default - nothing that is known */
  readonly deliveredBy?: string;
  readonly certificates: readonly HostCertificate[];
  /** What could not be compared, and why. */
  readonly notes: readonly string[];
}

/** Whether the migration has not done its work: what serves nobody on the source need not serve on the target. */
export const isFailure = ({ state, sourceNotReady }: ServiceVerdict): boolean =>
  state === 'different' || (state === 'not-ready' && sourceNotReady === undefined);

export interface VerdictSums {
  readonly same: number;
  readonly different: number;
  readonly notReady: number;
  /** Of those that are not ready, how many are not on the source either. */
  readonly notReadyOnSource: number;
  readonly notVerified: number;
}

export function sumVerdicts(verdicts: Iterable<ServiceVerdict>): VerdictSums {
  const sums = { same: 0, different: 0, notReady: 0, notReadyOnSource: 0, notVerified: 0 };
  for (const verdict of verdicts) addVerdict(sums, verdict);
  return sums;
}

export function addVerdict(
  sums: { -readonly [Key in keyof VerdictSums]: number },
  verdict: ServiceVerdict,
): void {
  if (verdict.state === 'not-verified') sums.notVerified++;
  else if (verdict.state !== 'not-ready') sums[verdict.state]++;
  else {
    sums.notReady++;
    if (!isFailure(verdict)) sums.notReadyOnSource++;
  }
}
