import type { CheckResult, Judgement } from '../check.ts';
import type { Window } from './nodes.ts';

/** What gives access, and how long it lasts. */
export interface CredentialFacts {
  /** `AWS`, or `cluster shop-blue`. */
  readonly of: string;
  /** How they are had, such as `a token in the kubeconfig`. */
  readonly how: string;
  /** Whether they are made anew by themselves. */
  readonly renews: boolean;
  /** Milliseconds since the epoch. @default - they do not say */
  readonly expiresAt?: number;
  /** Why they cannot be had. @default - they can */
  readonly missing?: string;
  /** They are for good: a key, or a certificate without an end. @default false */
  readonly lasting?: boolean;
}

/** Whether credentials outlive the window, or renew. Pure. */
export function credentialCheck(facts: CredentialFacts, window: Window): CheckResult {
  return {
    check: 'credentials',
    where: facts.of,
    limit: `good for ${window.length}, or made anew by themselves`,
    ...judged(facts, window),
  };
}

function judged({ how, renews, expiresAt, missing, lasting }: CredentialFacts, window: Window): Judgement {
  const todo = 'sign in by a profile or a role that renews, or for longer; then look again';
  if (missing !== undefined) return { value: `none: ${missing}`, verdict: 'fail', todo: 'sign in' };
  if (renews) return { value: `${how}, made anew`, verdict: 'pass' };
  if (expiresAt === undefined)
    return lasting === true
      ? { value: `${how}, without an end`, verdict: 'pass' }
      : { value: `${how}, which does not say how long it is good`, verdict: 'unknown', todo };
  const value = `${how}, good until ${new Date(expiresAt).toISOString().slice(0, 16)}Z`;
  return expiresAt <= window.to ? { value, verdict: 'fail', todo } : { value, verdict: 'pass' };
}
