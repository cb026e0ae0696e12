import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makeFolder } from '../../files/index.ts';
import { type Colour, colours, type Fleet, type Locator } from '../../fleet/index.ts';
import { ZeroshiftError } from '../../messages/error.ts';
import { flowMemory } from '../flow-colours.ts';
import type { OpenClusters, WorldClusters } from './clusters.ts';
import { locatorOf } from './locator-of.ts';
import { ownClusters } from './own-clusters.ts';
import type { ClusterInfo } from './parts.ts';
import type { StartPart } from './start-part.ts';
import type { Care } from './thread.ts';

export interface WorldProps {
  readonly fleet: Fleet;
  /** Where kubeconfigs and the locator are written. */
  readonly directory: string;
  readonly seed: number;
  /** The colour that has the weight at first. */
  readonly live: Colour;
  readonly start: StartPart;
  /** @default - clusters of the rehearsal's own */
  readonly clusters?: OpenClusters;
  /** Ends a start that is under way. */
  readonly signal: AbortSignal;
}

/** An accelerator and two clusters that run. */
export interface World {
  readonly locator: Locator;
  readonly locatorFile: string;
  readonly clusters: Readonly<Record<Colour, ClusterInfo>>;
  /** The clusters were there before: see `WorldClusters`. */
  readonly foreign: boolean;
  /** Where the accelerator writes the colour of each flow, for a load. */
  readonly flowMemory: SharedArrayBuffer;
  /** Resolves when every answer of the colour is an error, or no longer. */
  setFault(colour: Colour, fault: 'errors' | null): Promise<void>;
  /** Given, with a ZeroshiftError as its reason, when a part ends although nobody closed it. */
  readonly failed: AbortSignal;
  /** Ends every part, gracefully where it still can. */
  close(): Promise<void>;
}

/** From an accepted change of weights to its effect, in milliseconds. AWS takes longer; the protocol is the same. */
const propagationMs = 800;

/**
 * Stands up what a fleet's first region needs, and writes the locator that leads to it.
 * @throws ZeroshiftError `rehearsal.part-failed`, `rehearsal.regions`, and what opening the clusters throws
 */
export async function startWorld(props: WorldProps): Promise<World> {
  const { fleet, seed, live, start, signal } = props;
  // Whoever reads the locator may stand in another folder.
  const directory = resolve(props.directory);
  const region = onlyRegion(fleet);
  await makeFolder(directory);
  const failure = new AbortController();
  const care: Care = { signal, onFailure: (error) => failure.abort(error) };
  const open = props.clusters ?? ownClusters(start);
  const clusters = await open({ fleet, region, directory, seed, care });
  try {
    const memory = flowMemory();
    const accelerator = await start.accelerator(
      {
        name: fleet.name,
        region: region.name,
        account: region.account,
        ports: fleet.entrance.ports,
        endpoints: endpointsOf(clusters, live),
        propagationMs,
        // Not the load's own seed: what it draws must not decide where it goes.
        seed: seed + 3,
        flowMemory: memory,
      },
      care,
    );
    const close = async (): Promise<void> => {
      // In the direction of the traffic.
      await accelerator.close();
      await clusters.close();
    };
    try {
      const locator = locatorOf(fleet.name, region.name, accelerator.info, clusters.infos);
      const locatorFile = join(directory, 'locator.json');
      await writeFile(locatorFile, `${JSON.stringify(locator, null, 2)}\n`);
      return {
        locator,
        locatorFile,
        clusters: clusters.infos,
        foreign: clusters.foreign,
        flowMemory: memory,
        setFault: (colour, fault) => clusters.setFault(colour, fault),
        failed: failure.signal,
        close,
      };
    } catch (error) {
      await accelerator.close();
      throw error;
    }
  } catch (error) {
    await clusters.close();
    throw error;
  }
}

function onlyRegion(fleet: Fleet): Fleet['regions'][number] {
  const [region] = fleet.regions;
  if (region === undefined || fleet.regions.length > 1)
    throw new ZeroshiftError('a rehearsal has one region', {
      code: 'rehearsal.regions',
      source: 'user',
      problems: [{ where: 'regions', value: fleet.regions.map(({ name }) => name), allowed: 'one region' }],
      action: 'rehearse a fleet definition with one of its regions',
    });
  return region;
}

const endpointsOf = ({ infos }: WorldClusters, live: Colour) =>
  colours.map((colour) => {
    const { arn, addresses, healthUrl } = infos[colour].entrance;
    return { id: arn, colour, addresses, healthUrl, weight: colour === live ? 100 : 0 };
  });
