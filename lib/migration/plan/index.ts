/**
 * The migration plan: what makes the target hold what the source holds, as a file with a digest and as a difference for
 * people. The plan itself is pure; reading both clusters for it belongs here too, writing does not.
 */
export {
  type LeftObject,
  type MigrationPlan,
  type PlannedObject,
  type PlannedWrite,
  type PlanScope,
  type Refusal,
  type RefusalCode,
  type RegionPlan,
  sealMigrationPlan,
  sumsOf,
  type Verdict,
} from './plan.ts';
export { type PlanRules, planByRules } from './plan-by-rules.ts';
export { type MigrationInputs, type MigrationSource, planMigration } from './plan-migration.ts';
export { readTarget } from './read-target.ts';
export { planLines } from './readable-plan.ts';
export { runsAnnotation } from './runs.ts';
export { takeMigrationPlan } from './take-plan.ts';
export type { TargetRelease, TargetState } from './target.ts';
