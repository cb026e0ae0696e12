import { afterAll, beforeAll, expect, it } from 'vitest';
import { synthObjects } from '../../charts/index.ts';
import type { KubeObject } from '../../lib/clusters/index.ts';
import { createKubernetesCluster } from '../../lib/clusters/index.ts';
import { colours } from '../../lib/fleet/index.ts';
import {
  type Api,
  applyObjects,
  callGateway,
  connectApi,
  gatewaysOf,
  holds,
  laneFleet,
  registryOf,
  sharedKubeconfig,
  status,
  until,
} from './index.ts';
import { clusters, dismiss, onClusters, ownNamespace } from './on-clusters.ts';

const namespace = ownNamespace('lane');
const service = (name: string, image: string, annotations: Record<string, string> = {}): KubeObject => ({
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Service',
  metadata: { name, namespace },
  spec: {
    template: {
      metadata: { annotations },
      spec: { containers: [{ image, env: [{ name: 'TARGET', value: name }] }] },
    },
  },
});

onClusters.each(colours)('the cluster %s', (colour) => {
  let api: Api;
  beforeAll(async () => {
    api = connectApi(clusters()[colour].access);
    await api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  });
  afterAll(async () => {
    await dismiss(api, namespace);
    api.close();
  });

  it('has a node of the stamped version that is ready, and every part running', async () => {
    const nodes = await api.list({ apiVersion: 'v1', kind: 'Node' });
    expect(nodes.map(({ status }) => status.nodeInfo.kubeletVersion)).toEqual(['v1.35.4']);
    const { state, parts, bytes } = await status(clusters()[colour].place);
    expect(state).toBe('up');
    // A test may have killed one; none may end by itself.
    const faulty = parts.filter(({ pid, starts, last }) => pid === 0 || (starts !== 1 && last !== 'killed'));
    expect(faulty).toEqual([]);
    expect(parts.length).toBe(9);
    expect(bytes).toBeGreaterThan(500e6);
  });

  it("runs the project's own objects, on the lane's images", async () => {
    const { knative = '1.23.0' } = clusters()[colour];
    const made = synthObjects(laneFleet({ blue: knative, green: knative }), colour)
      .flatMap(({ objects }) => objects)
      .filter(({ kind }) => kind === 'Deployment');
    expect(made.length).toBe(6);
    for (const { apiVersion, kind, metadata, spec } of made) {
      const found = await api.get({ apiVersion, kind, ...metadata });
      expect(holds(found, 'Available')).toBe(true);
      expect(found?.metadata.labels).toEqual(metadata.labels);
      const [container] = found?.spec.template.spec.containers ?? [];
      expect(container.image).toMatch(/^10\.98\.0\.1:5000\/.+@sha256:[0-9a-f]{64}$/);
      const [wanted] = spec.template.spec.containers;
      expect(container.args).toEqual(wanted.args);
      expect(container.readinessProbe).toMatchObject(wanted.readinessProbe);
    }
  });

  it('makes a service ready, with its tag resolved to the digest in the registry', async () => {
    const image = '10.98.0.1:5000/app:lane';
    await applyObjects(api, [service('hello', image)]);
    await until('hello', 60, async () =>
      holds(
        await api.get({ apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'hello', namespace }),
        'Ready',
      ),
    );
    const [revision] = await api.list(
      { apiVersion: 'serving.knative.dev/v1', kind: 'Revision' },
      namespace,
      'serving.knative.dev/service=hello',
    );
    const digest = await registryOf(clusters()[colour].place).digest('app', 'lane');
    expect(digest).toMatch(/^sha256:/);
    expect(revision?.status.containerStatuses).toEqual([
      { name: 'user-container', imageDigest: `10.98.0.1:5000/app@${digest}` },
    ]);
    const [gateway = ''] = await gatewaysOf(api);
    const answer = await callGateway({ gateway, host: `hello.${namespace}.lane.example.com` });
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('hello hello-00001');
  });

  it('answers from zero, at every gateway', async () => {
    await applyObjects(api, [
      service('sleeper', '10.98.0.1:5000/app:lane', { 'autoscaling.knative.dev/initial-scale': '0' }),
    ]);
    await until('sleeper', 60, async () =>
      holds(
        await api.get({ apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'sleeper', namespace }),
        'Ready',
      ),
    );
    const pods = () =>
      api.list({ apiVersion: 'v1', kind: 'Pod' }, namespace, 'serving.knative.dev/service=sleeper');
    expect(await pods()).toEqual([]);
    const gateways = await gatewaysOf(api);
    expect(gateways.length).toBe(2);
    const host = `sleeper.${namespace}.lane.example.com`;
    const answers = await Promise.all(gateways.map((gateway) => callGateway({ gateway, host })));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200]);
    expect((await pods()).length).toBeGreaterThan(0);
  });

  it("is reached by the project's own client, by the context of its colour", async () => {
    const cluster = await createKubernetesCluster({
      name: colour,
      context: colour,
      kubeconfig: sharedKubeconfig(),
    });
    await cluster.ready();
    const node = await cluster.get({ apiVersion: 'v1', kind: 'Node', name: `${colour}-node` });
    expect(node?.metadata.name).toBe(`${colour}-node`);
  });
});
