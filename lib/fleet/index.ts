/**
 * The fleet: its definition (what should be) and its locator (where it is). Schemas, defaults and loading belong
 * here; nothing that derives from a fleet does.
 */
export { type Colour, colours, sibling } from './colour.ts';
export { defineFleet, type FleetInput, isFleet } from './define-fleet.ts';
export { Duration } from './duration.ts';
export type {
  Accelerator,
  ColourDefinition,
  CutoverPolicy,
  DrainPolicy,
  Entrance,
  ExistingColour,
  ExistingNetwork,
  Fleet,
  Gates,
  NewNetwork,
  Region,
  RehearsalOptions,
  ServingOptions,
} from './fleet.ts';
export { defaultFleetFile, loadFleet } from './load-fleet.ts';
export type {
  AcceleratorLocation,
  ClusterLocation,
  ColourLocation,
  EntranceLocation,
  Locator,
  RegionLocation,
} from './locator.ts';
export { readLocatorFromSsm } from './locator-ssm.ts';
export { parseLocator, readLocatorFile } from './read-locator.ts';
