/**
 * The cutover engine. Pure: plan, decide, evolve, gates, invariants. Effects at its edge: runner, journal, lease,
 * mailbox and what performs a command. How anything is drawn, and which adapters play the ports, is not known here.
 */
export type { Command, CommandResult, Floor, RegionSample, Singleton } from './commands.ts';
export {
  type CutoverFiles,
  cutoverFiles,
  findCutovers,
  findNewestPlan,
  type KeptPlan,
  loadPlan,
  newestPlan,
  savePlan,
} from './cutover-directory.ts';
export { decide } from './decide.ts';
export type { Decision } from './decision.ts';
export type { Deed } from './deeds.ts';
export { type DryRun, dryRunCutover, dryRunFinalize, dryRunRollback, type RunKind } from './dry-run.ts';
export { evolve, replay } from './evolve.ts';
export { type GateResult, judge, type Verdict, verdictOf } from './gates.ts';
export { acceptChange, commandCutover, type HandCommand, type TakenCommand } from './hands-on.ts';
export { type Journal, openJournal, readJournal } from './journal.ts';
export type { Actor, JournalEvent, JournalRecord } from './journal-event.ts';
export { type Lease, leaseHolder, takeLease } from './lease.ts';
export { checkFacts, makePlan } from './make-plan.ts';
export {
  cutoverStatus,
  finalizeCutover,
  type OperationProps,
  resumeCutover,
  rollbackCutover,
  startCutover,
} from './operate.ts';
export {
  type CutoverPlan,
  openPlan,
  type PlannedSingleton,
  type PlanPolicy,
  type RegionFacts,
  type ShiftStep,
  type Step,
  sealPlan,
  serviceCount,
} from './plan.ts';
export {
  type Clock,
  type ColourPorts,
  type CutoverPorts,
  type DoctorPort,
  type DoctorReading,
  type FollowPort,
  type HookPort,
  type HookTold,
  systemClock,
} from './ports.ts';
export type { RunResult } from './runner.ts';
export { singletonText } from './singleton-text.ts';
export { type CutoverState, initialState } from './state.ts';
export { journalTable, journalTableName } from './store/dynamodb-table.ts';
export { stateOfTable, type TablePlace, tablePlace } from './store/table-place.ts';
export { type CutoverStore, openStore, takeFleetLease } from './store.ts';
