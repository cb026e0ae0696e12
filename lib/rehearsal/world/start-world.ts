import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makeFolder } from '../../files/index.ts';
import { type Colour, colours, type Fleet, type Locator } from '../../fleet/index.ts';
import { ZeroshiftError } from '../../messages/error.ts';
import { type LoadRun, type PlainLoadOptions, startLoad, startLoadInWorker } from '../load/index.ts';
import {
  type AcceleratorInfo,
  type AcceleratorPartProps,
  acceleratorPart,
  type ClusterInfo,
  type ClusterPartProps,
  clusterPart,
} from './parts.ts';
import type { Part } from './serve-part.ts';
import { type Care, startThread, type Thread } from './thread.ts';

/** How the parts are started: each in a thread of its own, or all in this one. */
export interface StartPart {
  cluster(props: ClusterPartProps, care: Care): Promise<Thread<ClusterInfo>>;
  accelerator(props: AcceleratorPartProps, care: Care): Promise<Thread<AcceleratorInfo>>;
  load(options: PlainLoadOptions): Promise<LoadRun>;
}

/** One thread a part; the modules are looked for beside this one, as they are built. */
export const inThreads: StartPart = {
  cluster: (props, care) =>
    startThread(`${props.colour} cluster`, new URL('./cluster-worker.js', import.meta.url), props, care),
  accelerator: (props, care) =>
    startThread('accelerator', new URL('./accelerator-worker.js', import.meta.url), props, care),
  load: (options) => startLoadInWorker(options, new URL('./load-worker.js', import.meta.url)),
};

/** Everything in this thread: for tests that run from the sources. */
export const inProcess: StartPart = {
  cluster: async (props) => asThread<ClusterInfo>(await clusterPart(props)),
  load: async (options) => startLoad(options),
  accelerator: async (props) => asThread<AcceleratorInfo>(await acceleratorPart(props)),
};

const asThread = <Info>(part: Part): Thread<Info> => ({
  info: part.info as Info,
  tell: (message) => part.hear?.(message),
  close: () => part.close(),
});

export interface WorldProps {
  readonly fleet: Fleet;
  /** Where kubeconfigs and the locator are written. */
  readonly directory: string;
  readonly seed: number;
  /** The colour that has the weight at first. */
  readonly live: Colour;
  readonly start: StartPart;
  /** Ends a start that is under way. */
  readonly signal: AbortSignal;
}

/** An accelerator and two clusters that run. */
export interface World {
  readonly locator: Locator;
  readonly locatorFile: string;
  readonly clusters: Readonly<Record<Colour, ClusterInfo>>;
  setFault(colour: Colour, fault: 'errors' | null): void;
  /** Given, with a ZeroshiftError as its reason, when a part ends although nobody closed it. */
  readonly failed: AbortSignal;
  /** Ends every part, gracefully where it still can. */
  close(): Promise<void>;
}

/** From an accepted change of weights to its effect, in milliseconds. AWS takes longer; the protocol is the same. */
const propagationMs = 800;

/**
 * Stands up what a fleet's first region needs, and writes the locator that leads to it.
 * @throws ZeroshiftError `rehearsal.part-failed`, `rehearsal.regions`
 */
export async function startWorld(props: WorldProps): Promise<World> {
  const { fleet, seed, live, start, signal } = props;
  // Whoever reads the locator may stand in another folder.
  const directory = resolve(props.directory);
  const [region] = fleet.regions;
  if (region === undefined || fleet.regions.length > 1)
    throw new ZeroshiftError('a rehearsal has one region', {
      code: 'rehearsal.regions',
      source: 'user',
      problems: [{ where: 'regions', value: fleet.regions.map(({ name }) => name), allowed: 'one region' }],
      action: 'rehearse a fleet definition with one of its regions',
    });
  await makeFolder(directory);
  const { ports } = fleet.entrance;
  const place = { region: region.name, account: region.account, ports };
  const parts: Thread<unknown>[] = [];
  const failure = new AbortController();
  const care: Care = { signal, onFailure: (error) => failure.abort(error) };
  const close = async (): Promise<void> => {
    await Promise.all(parts.map((part) => part.close()));
  };
  const keep = <Info>(part: Thread<Info>): Thread<Info> => {
    parts.push(part);
    return part;
  };
  try {
    const cluster = async (colour: Colour, offset: number): Promise<Thread<ClusterInfo>> =>
      keep(
        await start.cluster(
          { ...place, colour, fleet: fleet.name, directory, domain: fleet.domain, seed: seed + offset },
          care,
        ),
      );
    const starting = [cluster('blue', 1), cluster('green', 2)] as const;
    // One that starts after the other has failed would never be closed.
    await Promise.allSettled(starting);
    const [blue, green] = await Promise.all(starting);
    const threads = { blue, green };
    const accelerator = keep(
      await start.accelerator(
        {
          ...place,
          name: fleet.name,
          endpoints: colours.map((colour) => {
            const { arn, addresses, healthUrl } = threads[colour].info.entrance;
            return { id: arn, addresses, healthUrl, weight: colour === live ? 100 : 0 };
          }),
          propagationMs,
          // Not the load's own seed: what it draws must not decide where it goes.
          seed: seed + 3,
        },
        care,
      ),
    );
    const locator = locatorOf(fleet.name, region.name, accelerator.info, {
      blue: blue.info,
      green: green.info,
    });
    const locatorFile = join(directory, 'locator.json');
    await writeFile(locatorFile, `${JSON.stringify(locator, null, 2)}\n`);
    return {
      locator,
      locatorFile,
      clusters: { blue: blue.info, green: green.info },
      setFault: (colour, fault) => threads[colour].tell({ fault }),
      failed: failure.signal,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function locatorOf(
  fleet: string,
  region: string,
  accelerator: AcceleratorInfo,
  clusters: Readonly<Record<Colour, ClusterInfo>>,
): Locator {
  const colour = ({ name, kubeconfig, context, entrance }: ClusterInfo) => ({
    cluster: { name, kubeconfig, context },
    entrance: { arn: entrance.arn, addresses: entrance.addresses },
  });
  return {
    apiVersion: 'zeroshift/v1',
    kind: 'Locator',
    fleet,
    accelerator: {
      arn: accelerator.acceleratorArn,
      listenerArn: accelerator.listenerArn,
      addresses: accelerator.addresses,
      controlPlane: accelerator.controlPlane,
    },
    regions: [
      {
        region,
        endpointGroupArn: accelerator.endpointGroupArn,
        colours: { blue: colour(clusters.blue), green: colour(clusters.green) },
      },
    ],
  };
}
