import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { release } from '../../../../constructs/knative/index.ts';
import {
  createKubernetesCluster,
  type DefinitionPort,
  type KubeObject,
} from '../../../../lib/clusters/index.ts';
import { type Colour, colours } from '../../../../lib/fleet/index.ts';
import { applyMigration } from '../../../../lib/migration/apply/index.ts';
import {
  type Following,
  type FollowNews,
  type FollowTimes,
  startFollowing,
} from '../../../../lib/migration/follow/index.ts';
import { takeMigrationPlan } from '../../../../lib/migration/plan/index.ts';
import { type RunningCluster, startCluster } from '../../../../lib/rehearsal/cluster/index.ts';
import { type FaultyApi, startFaultyApi } from '../../../helpers/faulty-api.ts';

/** Two clusters with Knative's controllers, and ways to them on which things can go wrong. */
export interface TwoColours {
  readonly running: Readonly<Record<Colour, RunningCluster>>;
  /** Where things go wrong. */
  readonly ways: Readonly<Record<Colour, FaultyApi>>;
  /** Without faults, as who works there. */
  readonly people: Readonly<Record<Colour, DefinitionPort>>;
  /** A merge patch in another name than ours. */
  patchAsKubectl(colour: Colour, path: string, patch: object): Promise<void>;
  close(): Promise<void>;
}

export async function startTwoColours(): Promise<TwoColours> {
  const folder = await mkdtemp(join(tmpdir(), 'zeroshift-follow-'));
  const start = async (colour: Colour) => {
    const cluster = await startCluster({
      fleet: 'shop',
      colour,
      region: 'eu-west-1',
      ports: [80],
      directory: folder,
      domain: 'shop.example.com',
      seed: 1,
    });
    const config = parse(await readFile(cluster.kubeconfig, 'utf8'));
    const ca = Buffer.from(config.clusters[0].cluster['certificate-authority-data'], 'base64').toString();
    const { token } = config.users[0].user;
    const way = await startFaultyApi({ url: cluster.apiUrl, ca, token });
    const kubeconfig = join(folder, `${colour}-faulty`);
    await writeFile(kubeconfig, way.kubeconfig(cluster.name), { mode: 0o600 });
    return { cluster, way, token, people: createKubernetesCluster(cluster), kubeconfig };
  };
  const [blue, green] = await Promise.all(colours.map(start));
  if (blue === undefined || green === undefined) throw new Error('no clusters');
  return {
    running: {
      blue: { ...blue.cluster, kubeconfig: blue.kubeconfig },
      green: { ...green.cluster, kubeconfig: green.kubeconfig },
    },
    ways: { blue: blue.way, green: green.way },
    people: { blue: blue.people, green: green.people },
    patchAsKubectl: async (colour, path, patch) => {
      const { way, token } = colour === 'blue' ? blue : green;
      const answer = await fetch(`${way.url}${path}?fieldManager=kubectl-edit`, {
        method: 'PATCH',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/merge-patch+json' },
        body: JSON.stringify(patch),
      });
      if (!answer.ok) throw new Error(await answer.text());
    },
    close: async () => {
      await Promise.all([blue, green].flatMap(({ cluster, way }) => [way.close(), cluster.close()]));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const open: Following[] = [];

/** Of tests that failed. */
export const endAll = (): Promise<unknown> => Promise.allSettled(open.splice(0).map((one) => one.end()));

/** Follows on ways on which things go wrong. */
export function followOn(
  { running }: TwoColours,
  random: () => number,
  {
    silentMs = 60_000,
    namespaces,
    ...times
  }: Partial<FollowTimes> & { readonly silentMs?: number; readonly namespaces?: readonly string[] } = {},
) {
  const port = (colour: Colour): DefinitionPort =>
    createKubernetesCluster(running[colour], {
      timeoutMs: 3000,
      random,
      watchTimes: { firstMs: 10, maxMs: 300, silentMs, lastsSeconds: 20 },
    });
  const [source, target] = [port('blue'), port('green')];
  const news: FollowNews[] = [];
  const knative = '1.23.0';
  const following = startFollowing({
    source,
    target,
    plan: (places = namespaces) =>
      takeMigrationPlan({
        source,
        target,
        context: { from: 'blue', to: 'green', region: 'eu-west-1' },
        release: { knative, features: release(knative, 'test').features },
        ...(places === undefined ? {} : { scope: { namespaces: places } }),
      }),
    apply: (plan, signal) => applyMigration({ plan, source, target, signal, objectTimeoutMs: 3000 }),
    ...(namespaces === undefined ? {} : { namespaces }),
    onNews: (one) => news.push(one),
    times: { gatherMs: 30, settleMs: 2000, firstRetryMs: 50, maxRetryMs: 1000, ...times },
  });
  open.push(following);
  let failure: unknown;
  following.ended.catch((error: unknown) => {
    failure = error;
  });
  return {
    following,
    news,
    /** Waits until it is so. */
    async until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
      const deadline = Date.now() + 50_000;
      while (!(await condition())) {
        if (failure !== undefined) throw failure;
        if (Date.now() > deadline)
          throw new Error(
            `not in time: ${what}\n${JSON.stringify([following.status(), news.slice(-8)], null, 1)}`,
          );
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    },
  };
}

export const object = (kind: string, name: string, more: object = {}, namespace = 'shop'): KubeObject => ({
  apiVersion: kind === 'Service' ? 'serving.knative.dev/v1' : 'v1',
  kind,
  metadata: { name, ...(kind === 'Namespace' ? {} : { namespace }) },
  ...more,
});

export const service = (name: string, image: string): KubeObject =>
  object('Service', name, {
    spec: {
      template: { spec: { containers: [{ name: 'app', image, env: [{ name: 'A', value: image }] }] } },
    },
  });
