import type { OpenClusters } from './clusters.ts';
import type { ClusterInfo, FaultMessage } from './parts.ts';
import type { StartPart } from './start-part.ts';
import type { Thread } from './thread.ts';

/** Clusters of the rehearsal's own, which are gone when it ends. */
export const ownClusters =
  (start: StartPart): OpenClusters =>
  async ({ fleet, region, directory, seed, care }) => {
    const started: Thread<ClusterInfo>[] = [];
    const open = async (colour: 'blue' | 'green', offset: number): Promise<Thread<ClusterInfo>> => {
      const { ports } = fleet.entrance;
      const thread = await start.cluster(
        {
          colour,
          region: region.name,
          account: region.account,
          ports,
          fleet: fleet.name,
          directory,
          domain: fleet.domain,
          seed: seed + offset,
        },
        care,
      );
      started.push(thread);
      return thread;
    };
    const close = async (): Promise<void> => {
      await Promise.all(started.map((thread) => thread.close()));
    };
    try {
      const starting = [open('blue', 1), open('green', 2)] as const;
      // One that starts after the other has failed would never be closed.
      await Promise.allSettled(starting);
      const [blue, green] = await Promise.all(starting);
      const threads = { blue, green };
      return {
        infos: { blue: blue.info, green: green.info },
        foreign: false,
        setFault: async (colour, fault) => {
          const message: FaultMessage = { fault };
          threads[colour].tell(message);
        },
        close,
      };
    } catch (error) {
      await close();
      throw error;
    }
  };
