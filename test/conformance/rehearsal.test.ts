import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { createKubernetesCluster } from '../../lib/clusters/index.ts';
import { startCluster } from '../../lib/rehearsal/cluster/index.ts';
import { conformance } from './suite/index.ts';

vi.setConfig({ testTimeout: 120_000 });

conformance("the rehearsal's cluster", async () => {
  const directory = await mkdtemp(join(tmpdir(), 'zeroshift-conformance-'));
  const cluster = await startCluster({
    fleet: 'conformance',
    colour: 'blue',
    region: 'eu-west-1',
    ports: [80],
    directory,
    domain: 'example.com',
    seed: 20_261_124,
    configMaps: { 'config-autoscaler': { 'scale-to-zero-grace-period': '6s' } },
  });
  const { name, kubeconfig, context, entrance } = cluster;
  return {
    name,
    port: createKubernetesCluster({ name, kubeconfig, context }),
    gateway: entrance.addresses['80'] ?? '',
    image: 'dev.local/app:1',
    close: async () => {
      await cluster.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
});
