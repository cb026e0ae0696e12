import { setTimeout as pause } from 'node:timers/promises';
import { gatewayName, kourierNamespace } from '../../../constructs/kourier/index.ts';
import { connectApi } from '../api/index.ts';
import { knativeNamespaces } from '../knative/index.ts';
import {
  isLocked,
  keeperOf,
  leftOver,
  memoryOf,
  type PartState,
  type Place,
  partStates,
} from '../machine/index.ts';
import { registryPort } from '../node/index.ts';
import type { KnativeRelease } from '../programs/index.ts';
import { type ClusterRecord, readRecord } from './record.ts';
import { type State, stateOf } from './state.ts';

/** Something of Knative's, as Kubernetes counts it. */
export interface DeploymentStatus {
  readonly name: string;
  readonly ready: number;
  readonly wanted: number;
}

export interface PartStatus extends PartState {
  /** Bytes in memory. */
  readonly bytes: number;
}

export interface ClusterStatus {
  readonly name: string;
  readonly state: State;
  readonly parts: readonly PartStatus[];
  /** Bytes of everything in the cluster, pods included. */
  readonly bytes: number;
  /** @default - a bare cluster, or none */
  readonly knative?: KnativeRelease;
  readonly deployments: readonly DeploymentStatus[];
  /** Where it is, once it is up. @default - nowhere */
  readonly addresses?: ClusterAddresses;
  /** @default - none */
  readonly kubeconfig?: string;
}

export interface ClusterAddresses {
  readonly api: string;
  readonly node: string;
  readonly pods: string;
  /** From inside the cluster; from the host it is the node's port 5000. */
  readonly registry: string;
  /** Where the gateways' pods take requests from outside. */
  readonly gateways: readonly string[];
}

interface Inside {
  /** The API server says that it is ready. */
  readonly answers: boolean;
  readonly deployments: readonly DeploymentStatus[];
  readonly gateways: readonly string[];
}

/** Milliseconds for the API server's word that it is ready. */
const patience = 3000;

/** What the API server says of it; nothing while it does not answer. */
async function inside({ access }: ClusterRecord): Promise<Inside> {
  const nothing: Inside = { answers: false, deployments: [], gateways: [] };
  const api = connectApi(access);
  try {
    const word = await Promise.race([api.raw('/readyz'), pause(patience, '', { ref: false })]);
    if (word !== 'ok') return nothing;
    const [deployments, pods] = await Promise.all([
      Promise.all(
        knativeNamespaces.map((name) => api.list({ apiVersion: 'apps/v1', kind: 'Deployment' }, name)),
      ),
      api.list({ apiVersion: 'v1', kind: 'Pod' }, kourierNamespace, `app=${gatewayName}`),
    ]);
    return {
      answers: true,
      deployments: deployments.flat().map(({ metadata, spec, status }) => ({
        name: metadata.name,
        ready: status?.readyReplicas ?? 0,
        wanted: spec?.replicas ?? 1,
      })),
      gateways: pods.flatMap(({ status }) => (status?.podIP === undefined ? [] : [`${status.podIP}:8080`])),
    };
  } catch {
    return nothing;
  } finally {
    api.close();
  }
}

/** How a cluster is. Changes nothing. */
export async function status(place: Place): Promise<ClusterStatus> {
  const { name, nodeAddress, pods, registry, kubeconfig } = place;
  const [keeper, record, locked] = await Promise.all([keeperOf(place), readRecord(place), isLocked(name)]);
  const seen = { keeper: keeper !== undefined, complete: record !== undefined, locked, answers: false };
  if (keeper === undefined) {
    const state = stateOf({ ...seen, left: await leftOver(place), parts: [] });
    return { name, state, parts: [], bytes: 0, deployments: [] };
  }
  const processes = await memoryOf(keeper.pid);
  const parts = (await partStates(place)).map((part) => ({
    ...part,
    bytes: processes.find(({ inner, depth }) => depth === 2 && inner === part.pid)?.bytes ?? 0,
  }));
  const bytes = processes.reduce((sum, one) => sum + one.bytes, 0);
  if (record === undefined)
    return { name, state: stateOf({ ...seen, left: true, parts }), parts, bytes, deployments: [] };
  const { answers, deployments, gateways } = await inside(record);
  return {
    name,
    state: stateOf({ ...seen, left: true, parts, answers }),
    parts,
    bytes,
    ...(record.knative === undefined ? {} : { knative: record.knative }),
    deployments,
    addresses: {
      api: record.access.server,
      node: nodeAddress,
      pods,
      registry: `${registry}:${registryPort}`,
      gateways,
    },
    kubeconfig,
  };
}
