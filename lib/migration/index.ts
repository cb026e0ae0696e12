/**
 * Migration: from what runs on one colour to the same on the other. Inventory, the stages in which a service is
 * recreated, applying and verifying belong here; traffic does not.
 */
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
export { migrateServices } from './migrate.ts';
export {
  planLines,
  planMigration,
  runsAnnotation,
  sealMigrationPlan,
  sumsOf,
  takeMigrationPlan,
} from './plan/index.ts';
export { stagesOf } from './stages.ts';
export { verifyServices } from './verify.ts';
