import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { createKubernetesCluster, type DefinitionPort } from '../../../../lib/clusters/index.ts';
import type { Colour } from '../../../../lib/fleet/colour.ts';
import { startCluster } from '../../../../lib/rehearsal/cluster/index.ts';

type Both<T> = Readonly<Record<Colour, T>>;

export interface TwoClusters {
  readonly directory: string;
  /** With the contexts of both, and `alias`, which leads where blue's does. */
  readonly kubeconfig: string;
  readonly contexts: Both<string>;
  readonly ports: Both<DefinitionPort>;
  close(): Promise<void>;
}

interface Config {
  readonly clusters: unknown[];
  readonly users: unknown[];
  readonly contexts: { readonly name: string; readonly context: unknown }[];
}

/** Two clusters of the rehearsal's, started apart from any rehearsal, as somebody's own. */
export async function twoClusters(
  configMaps: Readonly<Record<string, Readonly<Record<string, string>>>>,
): Promise<TwoClusters> {
  const directory = await mkdtemp(join(tmpdir(), 'zeroshift-contexts-'));
  const start = (colour: Colour, seed: number) =>
    startCluster({
      fleet: 'two',
      colour,
      region: 'eu-west-1',
      ports: [80, 443],
      directory,
      domain: 'example.com',
      seed,
      configMaps,
      gatewayDrainSeconds: 2,
    });
  const [blue, green] = await Promise.all([start('blue', 1), start('green', 2)]);
  const [first, second] = (await Promise.all(
    [blue, green].map(async ({ kubeconfig }) => parse(await readFile(kubeconfig, 'utf8'))),
  )) as [Config, Config];
  const kubeconfig = join(directory, 'config');
  const alias = first.contexts.map(({ context }) => ({ name: 'alias', context }));
  const merged = {
    ...first,
    clusters: [...first.clusters, ...second.clusters],
    users: [...first.users, ...second.users],
    contexts: [...first.contexts, ...second.contexts, ...alias],
  };
  await writeFile(kubeconfig, stringify(merged), { mode: 0o600 });
  const contexts = { blue: blue.context, green: green.context };
  const port = (colour: Colour) =>
    createKubernetesCluster({ name: contexts[colour], kubeconfig, context: contexts[colour] });
  return {
    directory,
    kubeconfig,
    contexts,
    ports: { blue: port('blue'), green: port('green') },
    close: async () => {
      await Promise.all([blue.close(), green.close()]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
