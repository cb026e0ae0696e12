import { mkdir } from 'node:fs/promises';
import { connectApi } from '../api/index.ts';
import { createRegistry, type Registry } from '../images/index.ts';
import { colourOf, imagePrograms, installKnative, laneFleet, pushImages } from '../knative/index.ts';
import {
  linkUp,
  makeCgroups,
  type Place,
  privateMounts,
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
  type KnativeRelease,
  keeper as keeperProgram,
  kubectl,
  kubernetesPrograms,
  type Programs,
} from '../programs/index.ts';
import { check, refuseOther } from './check.ts';
import { patience, sweep } from './down.ts';
import { shareKubeconfigs } from './kubeconfig.ts';
import { type ClusterRecord, writeRecord } from './record.ts';
import { type Cluster, running } from './running.ts';
import { whole } from './whole.ts';

export interface UpOptions {
  /** @default - a bare cluster */
  readonly knative?: KnativeRelease;
  readonly progress: (line: string) => void;
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
 * Brings a cluster up, and returns when its node is ready. One that is up is left as it is, also while its keeper starts a
 * part again; one that was left half up is taken down first.
 * @throws ZeroshiftError `lane.missing`, `lane.cache`, `lane.other-release`, `lane.busy`, `lane.program-failed`,
 * `lane.too-long`, `lane.broken`
 */
export async function up(place: Place, options: UpOptions): Promise<Cluster> {
  const progress = (line: string) => options.progress(`${place.name}: ${line}`);
  const { knative } = options;
  await check([{ place, ...(knative && { knative }) }]);
  const waiting = () => progress('another command is at work on it: waiting');
  return withLock(place.name, patience, waiting, async () => {
    const found = await running(place);
    const known = found?.knative;
    // Another command may have brought it up meanwhile.
    refuseOther([{ name: place.name, ...(knative && { knative }), ...(known && { found: known }) }]);
    let record: ClusterRecord | undefined = found;
    if (record !== undefined && !(await whole(place, progress))) record = undefined;
    if (record === undefined) {
      const programs = await buildAll(knative === undefined ? [] : [knative], progress);
      await sweep(place);
      record = { access: await startCluster(place, programs, progress) };
      await writeRecord(place, record);
      await shareKubeconfigs();
    }
    if (knative !== undefined && record.knative === undefined) {
      await addKnative(place, record.access, knative, progress);
      record = { ...record, knative };
      await writeRecord(place, record);
    } else if (record === found)
      progress(`already up${known === undefined ? '' : `, with Knative ${known}`}`);
    return { place, ...record };
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
