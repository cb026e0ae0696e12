import { join } from 'node:path';
import { cacheFolder } from './cache-folder.ts';

/** Where a cluster lives on this machine: its names, addresses and folder. All of it follows from a name. */
export interface Place {
  readonly name: string;
  readonly folder: string;
  /** Host's end of the link. */
  readonly device: string;
  readonly hostAddress: string;
  /** The node's own address: API server, DNS, node ports. Reachable from the host. */
  readonly nodeAddress: string;
  /** Pods' addresses, reachable from the host. */
  readonly pods: string;
  readonly services: string;
  /** Of the API server's own Service. */
  readonly apiService: string;
  /** Address of the registry as the cluster's own pods and containerd see it; the same in every cluster. */
  readonly registry: string;
  readonly kubeconfig: string;
}

/** 198.18.0.0/15 is for tests of networks: nobody's own network is there. */
const blocks: Readonly<Record<string, number>> = { blue: 10, green: 20, spare: 30 };

/** The place of a cluster: `blue`, `green`, or `spare`, which the lane's own tests use. */
export function placeOf(name: string): Place {
  const block = blocks[name];
  if (block === undefined) throw new Error(`no place is called ${name}`);
  const folder = join(cacheFolder(), 'run', name);
  return {
    name,
    folder,
    device: `zs-${name}`,
    hostAddress: `198.18.${block}.1`,
    nodeAddress: `198.18.${block}.2`,
    pods: `198.18.${block + 1}.0/24`,
    services: '10.96.0.0/16',
    apiService: '10.96.0.1',
    // Knative speaks plain HTTP to private addresses only.
    registry: '10.98.0.1',
    kubeconfig: join(folder, 'kubeconfig'),
  };
}
