/**
 * Verification: whether what is on the target is what the source has, service by service: by what both clusters say, and
 * by what both entrances answer. It reads; making things so belongs to applying.
 */
export type { Rewriting } from './expected.ts';
export type { VerifyReader } from './family.ts';
export type { VerifyEntrances } from './through-entrance.ts';
export {
  addVerdict,
  type Finding,
  type HostCertificate,
  isFailure,
  type ServiceVerdict,
  sumVerdicts,
  type VerdictState,
  type VerdictSums,
} from './verdict.ts';
export { findingText, sumsText, verdictLines, verdictText } from './verdict-text.ts';
export type { VerifyTarget } from './verify-family.ts';
export { type VerifyMigrationProps, verifyMigration } from './verify-migration.ts';
export { type Verification, verifyServices } from './verify-services.ts';
