import type { ClusterPort } from '../../clusters/cluster-port.ts';
import type { MigrationDefinition, RewriteContext } from '../../fleet/fleet.ts';
import { type InventoryEntry, type InventorySource, takeInventory } from '../inventory/index.ts';
import { readInventory } from '../inventory.ts';
import type { RegionPlan } from './plan.ts';
import { planMigration } from './plan-migration.ts';
import { readTarget } from './read-target.ts';
import type { TargetRelease } from './target.ts';

export interface TakePlanProps {
  /** Read only. */
  readonly source: InventorySource & ClusterPort;
  /** Read only. */
  readonly target: InventorySource;
  readonly context: RewriteContext;
  readonly release: TargetRelease;
  readonly migration?: MigrationDefinition;
  readonly copyManaged?: readonly string[];
}

/**
 * Reads both clusters of a region and makes the plan of what would be made on the target. Writes nothing.
 * @throws ZeroshiftError what an inventory throws, and what the ports throw
 */
export async function takeMigrationPlan(props: TakePlanProps): Promise<RegionPlan> {
  const { source, target, context, release, migration, copyManaged } = props;
  const entries: InventoryEntry[] = [];
  for await (const entry of takeInventory(source)) entries.push(entry);
  const only = new Set(
    entries.flatMap((entry) =>
      entry.entry === 'object' &&
      entry.kind === 'Service' &&
      entry.apiVersion.startsWith('serving.knative.dev/')
        ? [`${entry.namespace}/${entry.name}`]
        : [],
    ),
  );
  const services = only.size === 0 ? [] : (await readInventory(source, { only })).services;
  const inputs = {
    entries,
    services,
    context,
    ...(migration === undefined ? {} : { migration }),
    ...(copyManaged === undefined ? {} : { copyManaged }),
  };
  return planMigration({ ...inputs, target: await readTarget(target, source, inputs), release });
}
