import { mkdir } from 'node:fs/promises';
import { ZeroshiftError } from '../../../lib/messages/error.ts';
import { connectApi } from '../api/index.ts';
import { createRegistry, type Registry } from '../images/index.ts';
import { colourOf, imagePrograms, installKnative, laneFleet, pushImages } from '../knative/index.ts';
import {
  keeperOf,
  linkUp,
  makeCgroups,
  missingParts,
  type Place,
  privateMounts,
  refuseMissing,
  runParts,
  startKeeper,
  until,
  withLock,
} from '../machine/index.ts';
import {
  type Access,
  controlPlane,
  managers,
  nodeName,
  nodeParts,
  registryPart,
  registryPort,
  writeAccess,
  writeKubeconfig,
} from '../node/index.ts';
import {
  buildPrograms,
  coredns,
  goVersion,
  type KnativeRelease,
  keeper as keeperProgram,
  kubectl,
  kubernetesPrograms,
  type Programs,
} from '../programs/index.ts';
import { patience, sweep } from './down.ts';
import { shareKubeconfigs } from './kubeconfig.ts';
import { type ClusterRecord, readRecord, writeRecord } from './record.ts';

export interface UpOptions {
  /** @default - a bare cluster */
  readonly knative?: KnativeRelease;
  readonly progress: (line: string) => void;
}

/** A cluster that is up. */
export interface Cluster extends ClusterRecord {
  readonly place: Place;
}

const bare = [...Object.values(kubernetesPrograms), coredns, keeperProgram, kubectl];

/**
 * Builds whatever is missing, before anything is started: a compiler beside a cluster makes both slow.
 * @param knative @default - nothing for Knative
 * @throws ZeroshiftError `lane.program-failed`, `lane.busy`
 */
export const buildAll = (
  knative: readonly KnativeRelease[],
  progress: (line: string) => void,
): Promise<Programs> => buildPrograms([...bare, ...new Set(knative.flatMap(imagePrograms))], progress);

/**
 * Brings a cluster up, and returns when its node is ready. One that is up is left as it is; one that was left half up is
 * taken down first.
 * @throws ZeroshiftError `lane.missing`, `lane.busy`, `lane.program-failed`, `lane.too-long`
 */
export async function up(place: Place, options: UpOptions): Promise<Cluster> {
  const progress = (line: string) => options.progress(`${place.name}: ${line}`);
  refuseMissing(missingParts(await goVersion()));
  const waiting = () => progress('another command is at work on it: waiting');
  return withLock(place.name, patience, waiting, async () => {
    const found: ClusterRecord | undefined = await running(place);
    refuseOther(place, found, options.knative);
    let record = found;
    if (record === undefined) {
      const programs = await buildAll(options.knative === undefined ? [] : [options.knative], progress);
      await sweep(place);
      record = { access: await startCluster(place, programs, progress) };
      await writeRecord(place, record);
      await shareKubeconfigs();
    }
    if (options.knative !== undefined && record.knative === undefined) {
      await addKnative(place, record.access, options.knative, progress);
      record = { ...record, knative: options.knative };
      await writeRecord(place, record);
    }
    return { place, ...record };
  });
}

/** A release is not changed under a running cluster: what is left of the other would be in the way. */
function refuseOther(
  { name }: Place,
  found: ClusterRecord | undefined,
  wanted: KnativeRelease | undefined,
): void {
  if (found?.knative === undefined || wanted === undefined || found.knative === wanted) return;
  throw new ZeroshiftError(`${name} is up with Knative ${found.knative}, not ${wanted}`, {
    code: 'lane.other-release',
    source: 'user',
    action: `take ${name} down first`,
  });
}

async function addKnative(
  place: Place,
  access: Access,
  knative: KnativeRelease,
  progress: (line: string) => void,
): Promise<void> {
  const imageFor = await pushImages(registryOf(place), knative, progress);
  progress('the images are in the registry');
  const api = connectApi(access);
  try {
    const fleet = laneFleet({ blue: knative, green: knative });
    await installKnative(api, fleet, colourOf(place.name), imageFor);
    progress(`Knative ${knative} is ready`);
  } finally {
    api.close();
  }
}

/** The registry of a cluster, from the host. */
export const registryOf = ({ nodeAddress, registry }: Place): Registry =>
  createRegistry(`http://${nodeAddress}:${registryPort}`, `${registry}:${registryPort}`);

async function startCluster(
  place: Place,
  programs: Programs,
  progress: (line: string) => void,
): Promise<Access> {
  await mkdir(place.folder, { recursive: true, mode: 0o700 });
  const keeper = await startKeeper(place, programs(keeperProgram));
  await privateMounts(keeper.pid, place.folder);
  await linkUp(keeper.pid, place);
  const cgroup = await makeCgroups(place.name);
  const token = await writeAccess(place);
  await runParts(place, keeper, { ...controlPlane(place, programs), ...(await registryPart(place)) });
  const registry = registryOf(place);
  const pauseContent = {
    files: [{ to: '/keeper', from: programs(keeperProgram) }],
    entrypoint: ['/keeper'],
  };
  const pause = await until('the registry', 20, () => registry.push('pause', 'lane', pauseContent));
  const access = await until("the API server's certificate", 60, () => writeKubeconfig(place, token));
  const api = connectApi(access);
  try {
    await runParts(place, keeper, await nodeParts(place, programs, cgroup, pause.pinned));
    await until('the API server', 60, async () => (await api.raw('/readyz')) === 'ok');
    progress('the API server is ready');
    await runParts(place, keeper, await managers(place, programs));
    await until(`the node ${nodeName(place)}`, 60, async () => {
      const node = await api.get({ apiVersion: 'v1', kind: 'Node', name: nodeName(place) });
      const conditions = (node?.status?.conditions ?? []) as { type: string; status: string }[];
      return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
    });
    progress('the node is ready');
    return access;
  } finally {
    api.close();
  }
}

/** The cluster that is up at a place, or undefined. */
export async function running(place: Place): Promise<Cluster | undefined> {
  const record = (await keeperOf(place)) === undefined ? undefined : await readRecord(place);
  return record === undefined ? undefined : { place, ...record };
}
