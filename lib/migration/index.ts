/**
 * Migration: from what runs on one colour to the same on the other. Inventory, how a service arrives with its history,
 * applying and verifying belong here; traffic does not.
 */

export type { Rewrite, RewriteContext, WorkloadRule } from '../fleet/fleet.ts';
export {
  type ApplyProgress,
  type ApplyProps,
  type ApplyResult,
  applyMigration,
  askAdmission,
  type ObjectResult,
  releaseOwnership,
  waitUntilReady,
} from './apply/index.ts';
export {
  type Arrival,
  type ArrivalPort,
  arrivalOf,
  arrive,
} from './arrival/index.ts';
export {
  type Following,
  type FollowNews,
  type FollowProps,
  type FollowStatus,
  type FollowSummary,
  followMigration,
  startFollowing,
} from './follow/index.ts';
export {
  type ExportedFile,
  type ExportedSource,
  type ExportRepair,
  exportedSource,
  type NamedSecret,
  type ReadExportOptions,
  type RepairCode,
  readExport,
  readExportFile,
  repairLines,
} from './from-file/index.ts';
export {
  type InventoryEntry,
  type InventoryMissing,
  type InventoryObject,
  type InventoryScope,
  type InventorySetting,
  type InventorySource,
  type InventoryUnread,
  type Owner,
  type StayReason,
  takeInventory,
} from './inventory/index.ts';
export { type Inventory, readInventory, type ServiceInventory } from './inventory.ts';
export {
  planLines,
  planMigration,
  runsAnnotation,
  sealMigrationPlan,
  sumsOf,
  takeMigrationPlan,
} from './plan/index.ts';
export {
  type ServiceVerdict,
  type VerifyMigrationProps,
  verifyMigration,
  verifyServices,
} from './verify/index.ts';
