import { release } from '../../../constructs/knative/index.ts';
import { type ClusterPort, createKubernetesCluster, type DefinitionPort } from '../../clusters/index.ts';
import type { CutoverPorts } from '../../cutover/index.ts';
import { type Colour, colours, type Fleet, type RegionLocation, sibling } from '../../fleet/index.ts';
import { askAdmission } from '../../migration/apply/index.ts';
import type { InventorySource } from '../../migration/inventory/index.ts';
import {
  type MigrationPlan,
  type PlanScope,
  type RegionPlan,
  sealMigrationPlan,
  takeMigrationPlan,
} from '../../migration/plan/index.ts';
import { chosenRegions } from '../chosen-regions.ts';
import { liveFleet } from '../live-fleet.ts';
import { oneOf } from '../one-of.ts';
import { type FromFile, readFromFile } from './from-file.ts';
import type { MigrateOptions } from './options.ts';

/** Both clusters of a region. */
export interface SceneRegion extends RegionLocation {
  /** Read only. */
  readonly source: InventorySource & ClusterPort;
  readonly target: DefinitionPort;
}

/** What a migration is about, and where its parts are. */
export interface Scene {
  /** As it was defined. */
  readonly fleet: Fleet;
  readonly from: Colour;
  readonly to: Colour;
  readonly regions: readonly SceneRegion[];
  readonly ports: CutoverPorts;
  /** Where plans, journals and the lease are kept. */
  readonly state: string;
  /** In the place of the source's clusters. @default - these are the source */
  readonly file?: FromFile;
}

/**
 * Finds out what a migration is about. Nothing is contacted before it is used.
 * @throws ZeroshiftError `usage.…`, what fleet and locator throw, what a file throws that is the source
 */
export async function migrateScene(options: MigrateOptions): Promise<Scene> {
  const to = oneOf(options.to, colours, { code: 'usage.colour', where: '--to', what: 'colour' });
  const from = sibling(to);
  const file = await fileOf(options);
  if (file === undefined)
    oneOf(options.from ?? from, [from], {
      code: 'usage.colour',
      where: '--from',
      what: 'colour to move from',
    });
  const { definition, locator, ports, state } = await liveFleet(options);
  const regions = chosenRegions(locator.regions, options.region).map((region) => ({
    ...region,
    source: file?.source ?? createKubernetesCluster(region.colours[from].cluster),
    target: createKubernetesCluster(region.colours[to].cluster),
  }));
  return { fleet: definition, from, to, regions, ports, state, ...(file === undefined ? {} : { file }) };
}

const fileOf = ({ from, namespace }: MigrateOptions): Promise<FromFile | undefined> =>
  readFromFile({
    ...(from === undefined ? {} : { from }),
    ...(namespace === undefined ? {} : { namespaces: namespace }),
  });

/** What of the source the command line asks for; undefined for all of it. */
export function scopeOf({ namespace, selector, copyManaged }: MigrateOptions): PlanScope | undefined {
  const scope: PlanScope = {
    ...(namespace === undefined ? {} : { namespaces: [...new Set(namespace)].sort() }),
    ...(selector === undefined ? {} : { selector }),
    ...(copyManaged === undefined ? {} : { copyManaged: [...new Set(copyManaged)].sort() }),
  };
  return Object.keys(scope).length === 0 ? undefined : scope;
}

/** Plans one region. Reads both of its clusters, and writes nothing. */
export function planRegion(
  { fleet, from, to }: Scene,
  { region, source, target }: SceneRegion,
  { copyManaged, ...scope }: PlanScope = {},
): Promise<RegionPlan> {
  const { knative } = fleet.colours[to];
  const { features } = release(knative, `colours.${to}.knative`);
  const { migration } = fleet;
  return takeMigrationPlan({
    source,
    target,
    context: { from, to, region },
    release: { knative, features },
    scope,
    ...(migration === undefined ? {} : { migration }),
    ...(copyManaged === undefined ? {} : { copyManaged }),
  });
}

/** Plans all regions, and asks their targets whether they would take it. Changes nothing. */
export async function planAll(scene: Scene, scope: PlanScope | undefined): Promise<MigrationPlan> {
  const regions: RegionPlan[] = [];
  for (const region of scene.regions) {
    const { source, target } = region;
    regions.push(await askAdmission({ plan: await planRegion(scene, region, scope), source, target }));
  }
  return sealMigrationPlan({
    apiVersion: 'zeroshift/v1',
    kind: 'MigrationPlan',
    fleet: scene.fleet.name,
    from: scene.from,
    to: scene.to,
    ...(scope === undefined ? {} : { scope }),
    regions,
  });
}
