/** What a cluster holds that has to move, what does not and why, and what is needed: read as a stream of entries. */
export type {
  InventoryEntry,
  InventoryMissing,
  InventoryObject,
  InventorySetting,
  InventoryUnread,
  NeededBy,
  RevisionUse,
  Role,
  StayReason,
} from './item.ts';
export { keyText, type ObjectKey } from './names.ts';
export { referencesOf } from './object-references.ts';
export type { Challenge, Owner } from './owners.ts';
export type { Need } from './pod-references.ts';
export { Histories, type ServiceHistory } from './service-history.ts';
export type { InventorySource } from './source.ts';
export { type InventoryScope, takeInventory } from './take-inventory.ts';
