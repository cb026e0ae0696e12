/**
 * Carrying a migration plan out: in its order, at the pace of the target's API server, again after a crash; waiting for
 * services; and handing the fields over at the end. What is to be made is decided in the plan.
 */
export { type AdmissionProps, askAdmission } from './admission.ts';
export { type ApplyProps, applyMigration } from './apply-migration.ts';
export type { ApplyPort } from './guarded-port.ts';
export { type OpenProps, openNamespaces } from './open-namespaces.ts';
export { type ReleaseProps, type ReleaseResult, releaseOwnership } from './release.ts';
export type {
  ApplyProgress,
  ApplyResult,
  ObjectResult,
  Outcome,
  OutcomeReason,
  OutcomeSums,
} from './result.ts';
export { stalePlaces } from './stale.ts';
export {
  type ServiceName,
  type UnreadyService,
  type WaitProps,
  type WaitResult,
  waitUntilReady,
} from './wait-ready.ts';
