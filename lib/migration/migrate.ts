import type { ClusterPort, KubeObject } from '../clusters/cluster-port.ts';
import { type Inventory, keyOf, readInventory, type ServiceInventory } from './inventory.ts';
import { kinds } from './kinds.ts';
import { portable } from './portable.ts';
import { stagesOf } from './stages.ts';

/** What a run of the migration did, and which revisions it waits for before it can go on. */
export interface MigrationRun {
  readonly services: number;
  readonly objects: number;
  readonly waitingFor: readonly string[];
}

/**
 * Recreates services of the source on the target, as far as that is possible now: call it again until it waits for
 * nothing. Idempotent; deletes nothing; writes nothing to the source.
 * @throws ZeroshiftError `migration.revision-gap`, and what the ports throw
 */
export async function migrateServices(
  source: ClusterPort,
  target: ClusterPort,
  services: readonly { readonly namespace: string; readonly name: string }[],
): Promise<MigrationRun> {
  const only = new Set(services.map(({ namespace, name }) => `${namespace}/${name}`));
  const inventory = await readInventory(source, { only });
  // All of them are planned before the first is touched: a refusal leaves the target as it was.
  const planned = inventory.services.map((service) => ({ service, stages: stagesOf(service) }));
  let objects = await applyNamespaces(inventory, target);
  const waitingFor: string[] = [];
  for (const { service, stages } of planned) {
    for (const stage of stages) {
      if (stage.revision !== undefined) {
        const made = await readyRevision(target, service.service, stage.revision);
        if (made === 'ready') continue;
        waitingFor.push(`${keyOf(service.service)} ${stage.revision}`);
        if (made === 'made') break;
      }
      await target.apply(stage.object);
      objects++;
      if (stage.revision !== undefined) break;
    }
    objects += await applyMappings(service, target);
  }
  return { services: planned.length, objects, waitingFor };
}

async function applyNamespaces({ namespaces }: Inventory, target: ClusterPort): Promise<number> {
  let applied = 0;
  for (const namespace of namespaces) {
    if ((await target.get({ ...kinds.namespace, name: namespace.metadata.name })) !== undefined) continue;
    const { spec, ...rest } = portable(namespace);
    await target.apply(rest as KubeObject);
    applied++;
  }
  return applied;
}

async function readyRevision(
  target: ClusterPort,
  service: KubeObject,
  name: string,
): Promise<'ready' | 'made' | 'none'> {
  const namespace = service.metadata.namespace ?? 'default';
  const revision = await target.get({ ...kinds.revision, namespace, name });
  if (revision === undefined) return 'none';
  const conditions: { type: string; status: string }[] = revision.status?.conditions ?? [];
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True') ? 'ready' : 'made';
}

async function applyMappings({ domainMappings }: ServiceInventory, target: ClusterPort): Promise<number> {
  for (const mapping of domainMappings) {
    // The claim is made by whoever may: without it the mapping would wait for ever.
    await target.apply({
      ...kinds.domainClaim,
      metadata: { name: mapping.metadata.name },
      spec: { namespace: mapping.metadata.namespace },
    });
    await target.apply(portable(mapping));
  }
  return domainMappings.length * 2;
}
