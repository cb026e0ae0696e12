import { type LoadRun, type PlainLoadOptions, startLoad, startLoadInWorker } from '../load/index.ts';
import { type EntranceInfo, type EntrancePartProps, entrancePart } from './entrance-part.ts';
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
  /** Before a cluster that is not the rehearsal's own. */
  entrance(props: EntrancePartProps, care: Care): Promise<Thread<EntranceInfo>>;
  accelerator(props: AcceleratorPartProps, care: Care): Promise<Thread<AcceleratorInfo>>;
  load(options: PlainLoadOptions): Promise<LoadRun>;
}

/** One thread a part; the modules are looked for beside this one, as they are built. */
export const inThreads: StartPart = {
  cluster: (props, care) =>
    startThread(`${props.colour} cluster`, new URL('./cluster-worker.js', import.meta.url), props, care),
  entrance: (props, care) =>
    startThread(`entrance of ${props.colour}`, new URL('./entrance-worker.js', import.meta.url), props, care),
  accelerator: (props, care) =>
    startThread('accelerator', new URL('./accelerator-worker.js', import.meta.url), props, care),
  load: (options) => startLoadInWorker(options, new URL('./load-worker.js', import.meta.url)),
};

/** Everything in this thread: for tests that run from the sources. */
export const inProcess: StartPart = {
  cluster: async (props) => asThread<ClusterInfo>(await clusterPart(props)),
  entrance: async (props) => asThread<EntranceInfo>(await entrancePart(props)),
  load: async (options) => startLoad(options),
  accelerator: async (props) => asThread<AcceleratorInfo>(await acceleratorPart(props)),
};

const asThread = <Info>(part: Part): Thread<Info> => ({
  info: part.info as Info,
  tell: (message) => part.hear?.(message),
  close: () => part.close(),
});
