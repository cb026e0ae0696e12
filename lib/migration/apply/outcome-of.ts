import { ClusterError, type ClusterReason } from '../../clusters/cluster-error.ts';
import { ZeroshiftError } from '../../messages/error.ts';
import type { ObjectPlace } from '../plan/plan.ts';
import { Interrupted } from './guarded-port.ts';
import type { ObjectResult, OutcomeReason } from './result.ts';

const goOn = 'run the same command again: it goes on where it stopped';

/** What to do about each reason of a cluster, once trying again has not helped. */
const told: Readonly<Record<ClusterReason, { readonly code: string; readonly action: string }>> = {
  passing: { code: 'unavailable', action: goOn },
  'field-conflict': {
    code: 'field-conflict',
    action: 'decide whose the fields are: take them from the other manager, or make the source say the same',
  },
  exists: { code: 'changed', action: 'plan again' },
  changed: { code: 'changed', action: 'plan again' },
  missing: { code: 'missing', action: 'plan again' },
  'namespace-missing': { code: 'namespace-missing', action: 'plan again: the namespace went meanwhile' },
  'namespace-going': {
    code: 'namespace-being-deleted',
    action:
      'wait until the namespace is gone; if it stays, see which finalizers hold what is in it; then plan again',
  },
  refused: {
    code: 'refused',
    action: 'mend what the message names, on the source or in the target, and plan again',
  },
  unauthorized: { code: 'unauthorized', action: 'mend the credentials for this cluster, and run it again' },
  senseless: { code: 'refused', action: 'plan again' },
};

export const interrupted: OutcomeReason = { code: 'interrupted', why: 'it was stopped', action: goOn };

/** Codes of an arrival that found the target other than it was planned for. */
const somebodyElses = new Set(['in-the-way', 'target-changed']);

/** What became of an object whose making failed. @throws what is not about the object: a lost lease, a mistake of ours */
export function outcomeOf(place: ObjectPlace, error: unknown): ObjectResult {
  if (error instanceof Interrupted) return { ...place, outcome: 'skipped', reason: interrupted };
  if (error instanceof ClusterError) {
    const { conflicts, why } = error;
    const reason = { ...told[error.reason], why };
    return error.reason === 'field-conflict'
      ? { ...place, outcome: 'conflict', reason, conflicts }
      : { ...place, outcome: 'failed', reason };
  }
  if (!ZeroshiftError.is(error) || !error.code.startsWith('migration.')) throw error;
  const { code, message, action = goOn, problems } = error;
  const short = code.slice(code.indexOf('.') + 1);
  const why = [message, ...problems.map(({ where, allowed }) => `${where}: allowed ${allowed}`)].join('; ');
  return {
    ...place,
    outcome: somebodyElses.has(short) ? 'conflict' : 'failed',
    reason: { code: short, why, action },
  };
}

/** Of an object that the target took although it is on its way out. */
export const beingDeleted = (finalizers: unknown): OutcomeReason => ({
  code: 'being-deleted',
  why: `the one on the target is being deleted${
    Array.isArray(finalizers) && finalizers.length > 0 ? `, and held by ${finalizers.join(', ')}` : ''
  }`,
  action:
    'wait until it is gone; if it stays, see what its finalizers wait for; then run the same command again',
});
