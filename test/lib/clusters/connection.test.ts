import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createKubernetesCluster } from '../../../lib/clusters/index.ts';
import { createStore, rehearsalResources, startApiServer } from '../../../lib/rehearsal/kube-api/index.ts';
import { startFaultyProxy } from '../../helpers/faulty-proxy.ts';
import { temporaryDirectories } from '../../helpers/temporary-directory.ts';

const temporaryDirectory = temporaryDirectories();

it('keeps its connections for the next calls, and has no more of them than calls at a time', async () => {
  const directory = await temporaryDirectory();
  const store = createStore(rehearsalResources);
  const server = await startApiServer({ store, resources: rehearsalResources, name: 'blue' });
  const kubeconfig = join(directory, 'kubeconfig');
  await writeFile(kubeconfig, server.kubeconfig(), { mode: 0o600 });
  const behind = { name: 'blue', kubeconfig, context: 'blue' };
  const proxy = await startFaultyProxy({ behind, directory, fault: () => undefined });
  try {
    const cluster = createKubernetesCluster(proxy.location);
    const burst = async (): Promise<void> => {
      let left = 200;
      const caller = async (): Promise<void> => {
        while (left-- > 0) await cluster.ready();
      };
      await Promise.all(Array.from({ length: 32 }, caller));
    };
    await burst();
    const { connections } = proxy;
    expect(connections).toBeLessThanOrEqual(32);
    await burst();
    expect(proxy.connections).toBe(connections);
  } finally {
    await proxy.close();
    await server.close();
  }
});
