import type { MigrationDefinition, RewriteContext } from '../../fleet/fleet.ts';
import {
  Histories,
  type InventoryObject,
  type InventoryScope,
  type InventorySource,
  takeInventory,
} from '../inventory/index.ts';
import { configurationOf } from '../inventory/revision-uses.ts';
import { PackedEntries } from './packed.ts';
import type { RegionPlan } from './plan.ts';
import { planMigration } from './plan-migration.ts';
import { readTarget } from './read-target.ts';
import { keepHeapSmall } from './small-heap.ts';
import type { TargetRelease } from './target.ts';

export interface TakePlanProps {
  /** Read only. */
  readonly source: InventorySource;
  /** Read only. */
  readonly target: InventorySource;
  readonly context: RewriteContext;
  readonly release: TargetRelease;
  readonly migration?: MigrationDefinition;
  readonly copyManaged?: readonly string[];
  /** What of the source is to move, with what it needs. @default - everything */
  readonly scope?: Pick<InventoryScope, 'namespaces' | 'selector'>;
}

/**
 * Reads both clusters of a region and makes the plan of what would be made on the target. Writes nothing.
 * @throws ZeroshiftError what an inventory throws, and what the ports throw
 */
export async function takeMigrationPlan(props: TakePlanProps): Promise<RegionPlan> {
  const { source, target, context, release, migration, copyManaged, scope } = props;
  const entries = new PackedEntries();
  const histories = new Histories();
  let read = 0;
  for await (const entry of takeInventory(source, { ...scope, onKnative: histories.take })) {
    if (++read === many) keepHeapSmall();
    if (entry.entry !== 'object') entries.add(entry);
    // Those of services and configurations are known with these.
    else if (!isRevisionOf(entry)) entries.add(withoutReferrers(entry));
  }
  const inputs = {
    entries,
    histories,
    context,
    ...(migration === undefined ? {} : { migration }),
    ...(copyManaged === undefined ? {} : { copyManaged }),
  };
  const plan = planMigration({ ...inputs, target: await readTarget(target, source, inputs), release });
  // Rules for what is out of the scope are not said for nothing.
  const isAll = scope?.namespaces === undefined && scope?.selector === undefined;
  return isAll ? plan : { ...plan, unused: [] };
}

/** From so many objects on memory is worth more than the time that it takes to keep it small. */
const many = 5000;

const isRevisionOf = (entry: InventoryObject): boolean =>
  entry.kind === 'Revision' && configurationOf(entry.object) !== undefined;

/** Who needs what is there is asked by nobody. */
const withoutReferrers = ({ neededBy: _, ...entry }: InventoryObject): InventoryObject => entry;
