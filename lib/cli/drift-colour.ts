import { componentLabel } from '../../charts/ownership.ts';
import type { DefinitionPort } from '../clusters/definition-port.ts';
import {
  deletionCommand,
  keptBecause,
  type LeftObjects,
  objectName,
  type WantedObject,
} from '../drift/index.ts';
import { type Colour, colours, type RegionLocation } from '../fleet/index.ts';
import { chosenRegions } from './chosen-regions.ts';
import { type LiveFleet, liveFleet } from './live-fleet.ts';
import { oneOf } from './one-of.ts';
import type { LocatedOptions } from './options.ts';
import type { Output } from './output.ts';

export interface ColourOptions extends LocatedOptions {
  /** Must be given. */
  readonly colour?: string;
  readonly region?: string;
}

/** A colour's cluster in one region. */
export interface ColourCluster extends RegionLocation {
  readonly cluster: DefinitionPort;
}

export interface DriftColour extends LiveFleet {
  readonly colour: Colour;
  readonly wanted: readonly WantedObject[];
  readonly clusters: readonly ColourCluster[];
}

/** A colour's definition and the clusters that it is compared with. Nothing is contacted before it is used. */
export async function driftColour(options: ColourOptions): Promise<DriftColour> {
  const colour = oneOf(options.colour, colours, {
    code: 'usage.colour',
    where: '--colour',
    what: 'colour',
  });
  const [live, { synthObjects }, { createKubernetesCluster }] = await Promise.all([
    liveFleet(options),
    import('../../charts/index.ts'),
    import('../clusters/index.ts'),
  ]);
  const { definition, locator } = live;
  const clusters = chosenRegions(locator.regions, options.region).map((region) => ({
    ...region,
    cluster: createKubernetesCluster(region.colours[colour].cluster),
  }));
  const wanted = synthObjects(definition, colour).flatMap(({ component, objects }) =>
    objects.map((object) => ({ component, object })),
  );
  return { ...live, colour, wanted, clusters };
}

/** Says what left the definition on one cluster, and what could not be looked through. */
export function sayLeft(
  output: Output,
  colour: Colour,
  { region, colours: locations }: ColourCluster,
  { left, unlisted }: LeftObjects,
): void {
  for (const object of left)
    output.say('diff.left', {
      colour,
      region,
      ...objectName(object),
      component: object.metadata.labels?.[componentLabel] ?? null,
      kept: keptBecause(object) ?? null,
      command: deletionCommand(object, locations[colour].cluster),
    });
  for (const { kind, why } of unlisted) output.say('diff.unlisted', { colour, region, kind, why });
}
