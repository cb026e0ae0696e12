import type { ClusterPort, KubeObject } from '../clusters/cluster-port.ts';
import { ZeroshiftError } from '../messages/error.ts';
import { parseGoBool } from '../validation/index.ts';
import {
  type Arrival,
  type ArrivalPort,
  type ArrivalTarget,
  arrivalOf,
  arrive,
  type FoundArrival,
  temporaryNames,
} from './arrival/index.ts';
import { type Inventory, keyOf, readInventory, type ServiceInventory } from './inventory.ts';
import { kinds } from './kinds.ts';
import { portable } from './portable.ts';

/** What a run of the migration did, and which services are not ready yet. */
export interface MigrationRun {
  readonly services: number;
  readonly objects: number;
  readonly waitingFor: readonly string[];
}

/**
 * Brings services of the source to the target with their history, and says which are not ready there: call it again
 * until it waits for nothing. Idempotent; writes nothing to the source; of the target it deletes only what passes generations.
 * @throws ZeroshiftError `migration.in-the-way`, `migration.no-way`, and what the ports throw
 */
export async function migrateServices(
  source: ClusterPort,
  target: ClusterPort,
  services: readonly { readonly namespace: string; readonly name: string }[],
): Promise<MigrationRun> {
  const only = new Set(services.map(({ namespace, name }) => `${namespace}/${name}`));
  const inventory = await readInventory(source, { only });
  const zeroScale = await allowsZeroScale(target);
  // All of them are planned before the first is touched: a refusal leaves the target as it was.
  const planned: { service: ServiceInventory; arrival: Arrival }[] = [];
  for (const service of inventory.services)
    planned.push({ service, arrival: await arrivalTo(target, service, zeroScale) });
  let objects = await applyNamespaces(inventory, target);
  const waitingFor: string[] = [];
  for (const { service, arrival } of planned) {
    if (arrival.writes > 0) await arrive(withRemoval(target), arrival);
    objects += arrival.writes + (await applyMappings(service, target));
    const waits = waitsFor(await target.get(referenceTo(service.service)));
    if (waits !== undefined) waitingFor.push(`${keyOf(service.service)} ${waits}`);
  }
  return { services: planned.length, objects, waitingFor };
}

const referenceTo = ({ metadata: { namespace = 'default', name } }: KubeObject) => ({
  ...kinds.service,
  namespace,
  name,
});

/** Whether revisions may begin with no pods. */
async function allowsZeroScale(target: ClusterPort): Promise<boolean> {
  const data = (await target.get(kinds.autoscaler))?.data;
  return parseGoBool(data?.['allow-zero-initial-scale'] ?? 'false') === true;
}

async function arrivalTo(
  target: ClusterPort,
  inventory: ServiceInventory,
  zeroScale: boolean,
): Promise<Arrival> {
  const { service } = inventory;
  const found = arrivalOf({
    source: inventory,
    object: portable(service),
    target: await readTarget(target, inventory, zeroScale),
  });
  refuse(service, found);
  return found.arrival;
}

/** What the target has of a service, read by names. */
async function readTarget(
  target: ClusterPort,
  { service, revisions }: ServiceInventory,
  zeroScale: boolean,
): Promise<ArrivalTarget> {
  const reference = referenceTo(service);
  const [live, configuration] = await Promise.all([
    target.get(reference),
    target.get({ ...reference, ...kinds.configuration }),
  ]);
  const latest: string | undefined = configuration?.status?.latestCreatedRevisionName;
  const names = [
    ...revisions.map(({ metadata }) => metadata.name),
    ...(temporaryNames(service.metadata.name) ?? []),
    ...(latest === undefined ? [] : [latest]),
  ];
  const there = await Promise.all(
    [...new Set(names)].map(
      async (name) => [name, await target.get({ ...reference, ...kinds.revision, name })] as const,
    ),
  );
  const known = new Map(there);
  return {
    ...(live === undefined ? {} : { service: live }),
    ...(configuration === undefined ? {} : { configuration }),
    revision: (name) => known.get(name),
    zeroScale,
  };
}

function refuse(service: KubeObject, { conflicts, refusal }: FoundArrival): void {
  const [conflict] = conflicts;
  if (conflict !== undefined)
    throw new ZeroshiftError(`${keyOf(service)} cannot come to the target: ${conflict.why}`, {
      code: 'migration.in-the-way',
      source: 'user',
      action: 'delete it on the target if nothing needs it, and plan again',
    });
  if (refusal !== undefined)
    throw new ZeroshiftError(`${keyOf(service)} cannot come to the target: ${refusal.why}`, {
      code: 'migration.no-way',
      source: 'user',
      action: refusal.action,
    });
}

/** The port of an engine deletes nothing by its type; the revisions that pass generations must go. */
function withRemoval(target: ClusterPort): ArrivalPort {
  if (!('remove' in target)) throw new Error('this port takes no temporary revisions away');
  return target as ClusterPort & ArrivalPort;
}

/** Why a service is not ready; undefined where it is. */
function waitsFor(service: KubeObject | undefined): string | undefined {
  if (service === undefined) return 'is not there';
  const conditions: { type: string; status: string; reason?: string }[] = service.status?.conditions ?? [];
  const ready = conditions.find(({ type }) => type === 'Ready');
  const isCurrent = service.status?.observedGeneration === service.metadata.generation;
  if (ready?.status === 'True' && isCurrent) return undefined;
  return ready?.reason === undefined || !isCurrent ? 'is not ready' : `is not ready (${ready.reason})`;
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
