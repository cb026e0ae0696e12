import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthObjects } from '../../../charts/index.ts';
import { identityOf } from '../../../charts/ownership.ts';
import {
  createKubernetesCluster,
  type DefinitionPort,
  type KubeObject,
} from '../../../lib/clusters/index.ts';
import {
  type Change,
  compareObjects,
  findLeft,
  type ObjectDrift,
  type WantedObject,
} from '../../../lib/drift/index.ts';
import type { FleetInput } from '../../../lib/fleet/index.ts';
import {
  type ApiServer,
  createStore,
  type ResourceDefinition,
  rehearsalResources,
  type Store,
  type StoreOptions,
  startApiServer,
} from '../../../lib/rehearsal/kube-api/index.ts';
import { exampleFleet } from '../../helpers/fleet.ts';

/** The objects of a small fleet for green. */
export const wantedObjects = (overrides: Partial<FleetInput> = {}): WantedObject[] =>
  synthObjects(
    exampleFleet({
      colours: {
        blue: { kubernetes: '1.34', knative: '1.22.1' },
        green: { kubernetes: '1.35', knative: '1.23.0' },
      },
      services: [{ name: 'hello', namespace: 'shop', image: 'app:1' }],
      ...overrides,
    }),
    'green',
  ).flatMap(({ component, objects }) => objects.map((object) => ({ component, object })));

export interface TestApi {
  readonly store: Store;
  readonly server: ApiServer;
  readonly kubeconfig: string;
  readonly cluster: DefinitionPort;
  close(): Promise<void>;
}

/** An API server without controllers: what is written stays as it was written. */
export async function startApi(
  resources: readonly ResourceDefinition[] = rehearsalResources,
  options: StoreOptions = {},
): Promise<TestApi> {
  const folder = await mkdtemp(join(tmpdir(), 'zeroshift-drift-'));
  const store = createStore(resources, options);
  const server = await startApiServer({ store, resources, name: 'green' });
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, server.kubeconfig(), { mode: 0o600 });
  return {
    store,
    server,
    kubeconfig,
    cluster: createKubernetesCluster({ name: 'green', kubeconfig, context: 'green' }),
    async close() {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const hook = 'argocd.argoproj.io/hook';

/** As a sync does it, hooks aside. */
export async function applyAll(cluster: DefinitionPort, wanted: readonly WantedObject[]): Promise<void> {
  for (const { object } of wanted)
    if (object.metadata.annotations?.[hook] === undefined) await cluster.apply(object);
}

export async function compared(
  cluster: DefinitionPort,
  wanted: readonly WantedObject[],
): Promise<Map<string, ObjectDrift>> {
  const found = new Map<string, ObjectDrift>();
  for await (const drift of compareObjects(cluster, await cluster.discover(), wanted)) {
    const { apiVersion, kind, namespace, name } = drift;
    const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
    found.set(identityOf({ apiVersion, kind, metadata }), drift);
  }
  return found;
}

export const changesOf = (found: ReadonlyMap<string, ObjectDrift>): Partial<Record<Change, number>> => {
  const sums: Partial<Record<Change, number>> = {};
  for (const { change } of found.values()) sums[change] = (sums[change] ?? 0) + 1;
  return sums;
};

export const leftOf = async (
  cluster: DefinitionPort,
  wanted: readonly WantedObject[],
): Promise<readonly KubeObject[]> => (await findLeft(cluster, await cluster.discover(), wanted, 'shop')).left;
