import { mkdtemp, rm, stat } from 'node:fs/promises';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningCluster, startCluster } from '../../../../lib/rehearsal/cluster/index.ts';
import { type Answer, ask, type ClusterClient, clusterClient, until } from './cluster-client.ts';
import { condition, ksvc } from './test-cluster.ts';

const serving = '/apis/serving.knative.dev/v1/namespaces/default';
const errors: string[] = [];
let directory: string;
let cluster: RunningCluster;
let api: ClusterClient;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zeroshift-'));
  cluster = await startCluster({
    fleet: 'shop',
    colour: 'blue',
    region: 'eu-west-1',
    ports: [80],
    directory,
    domain: 'shop.test',
    seed: 1,
    gatewayDrainSeconds: 3,
    configMaps: { 'config-autoscaler': { 'stable-window': '6s', 'scale-to-zero-grace-period': '3s' } },
    timings: { quietPeriodMs: 500 },
    onError: (controller, key, error) => errors.push(`${controller} ${key}: ${String(error)}`),
  });
  api = await clusterClient(cluster);
});

afterAll(async () => {
  await cluster?.close();
  await until('all sockets are closed', () => !process.getActiveResourcesInfo().includes('TCPServerWrap'));
  await rm(directory, { recursive: true });
  expect(errors).toEqual([]);
});

const isReady = async (name: string, generation: number): Promise<boolean> => {
  const service = await api.get(`${serving}/services/${name}`);
  return service.status?.observedGeneration === generation && condition(service, 'Ready') === 'True';
};
const pods = async (revision: string): Promise<number> => {
  const selector = encodeURIComponent(`serving.knative.dev/revision=${revision}`);
  const list = await api.get(`/api/v1/namespaces/default/pods?labelSelector=${selector}`);
  return list.items.filter((pod: { metadata: object }) => !('deletionTimestamp' in pod.metadata)).length;
};
const create = async (name: string, options: Parameters<typeof ksvc>[1] = {}): Promise<void> => {
  await api.post(
    `${serving}/services`,
    ksvc(name, { ...options, env: { STARTUP_MS: '50', ...options.env } }),
  );
  await until(`${name} is Ready`, () => isReady(name, 1));
};

/** A steady load until it is ended, one request every 5 ms; what was answered with something else than 200. */
function steadyLoad(host: string) {
  const agent = new Agent({ keepAlive: true });
  const lost: string[] = [];
  const open = new Set<Promise<void>>();
  let requests = 0;
  const send = (): void => {
    requests += 1;
    // Half of them on kept connections, half on fresh ones.
    const answered = ask(cluster, host, requests % 2 === 0 ? agent : undefined)
      .then(({ status, body }: Answer) => {
        if (status !== 200) lost.push(`${status} ${body}`);
      })
      .catch((error: unknown) => {
        lost.push(String(error));
      })
      .finally(() => open.delete(answered));
    open.add(answered);
  };
  const timer = setInterval(send, 5);
  return {
    more: (count: number): Promise<void> => {
      const target = requests + count;
      return until(`${count} more requests`, () => requests >= target);
    },
    async end(): Promise<string[]> {
      clearInterval(timer);
      await Promise.all(open);
      agent.destroy();
      return lost;
    },
  };
}

// Side by side: most of their time is waiting for the autoscaler.
describe.concurrent('a rehearsal cluster', () => {
  it('writes a kubeconfig that only its owner may read, and an entrance that is healthy', async () => {
    expect((await stat(cluster.kubeconfig)).mode & 0o777).toBe(0o600);
    expect(cluster.kubeconfig).toBe(join(directory, 'blue.kubeconfig'));
    expect(cluster.entrance.arn).toMatch(
      /^arn:aws:elasticloadbalancing:eu-west-1:\d{12}:loadbalancer\/net\/shop-blue\/[0-9a-f]{16}$/,
    );
    expect((await fetch(cluster.entrance.healthUrl)).status).toBe(200);
  });

  it('serves a service by its host, from zero too, and goes back to zero', { timeout: 60_000 }, async () => {
    await create('hello', { env: { TARGET: 'blue' } });
    const answer = await ask(cluster, 'hello.default.shop.test');
    expect([answer.status, answer.body]).toEqual([200, expect.stringContaining('blue')]);
    await until('hello is at zero', async () => (await pods('hello-00001')) === 0, 30);
    expect((await ask(cluster, 'hello.default.shop.test')).status).toBe(200);
    expect(await pods('hello-00001')).toBe(1);
  });

  it('loses nothing while a new revision takes over', { timeout: 60_000 }, async () => {
    await create('rolling', { env: { TARGET: 'one', ANSWER_MS: '20' } });
    const load = steadyLoad('rolling.default.shop.test');
    await load.more(50);
    const service = await api.get(`${serving}/services/rolling`);
    const { containers } = service.spec.template.spec;
    const env = [
      { name: 'TARGET', value: 'two' },
      { name: 'STARTUP_MS', value: '300' },
    ];
    const spec = { template: { spec: { containers: [{ ...containers[0], env }] } } };
    await api.patch(`${serving}/services/rolling`, { spec });
    await until('the update is Ready', () => isReady('rolling', 2));
    await until('the old revision is gone', async () => (await pods('rolling-00001')) === 0, 30);
    await load.more(100);
    expect(await load.end()).toEqual([]);
    expect((await ask(cluster, 'rolling.default.shop.test')).body).toContain('two');
  });

  it('splits 90 and 10, with a host for the tag, and a domain mapped to the service', {
    timeout: 60_000,
  }, async () => {
    await create('split', { env: { TARGET: 'one' } });
    const service = await api.get(`${serving}/services/split`);
    const { containers } = service.spec.template.spec;
    const two = { ...containers[0], env: [{ name: 'TARGET', value: 'two' }] };
    await api.patch(`${serving}/services/split`, {
      spec: {
        template: { spec: { containers: [two] } },
        traffic: [
          { revisionName: 'split-00001', percent: 90, latestRevision: false },
          { latestRevision: true, percent: 10, tag: 'next' },
        ],
      },
    });
    await api.post('/apis/serving.knative.dev/v1beta1/namespaces/default/domainmappings', {
      apiVersion: 'serving.knative.dev/v1beta1',
      kind: 'DomainMapping',
      metadata: { name: 'www.shop.example', namespace: 'default' },
      spec: { ref: { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'split' } },
    });
    await until('the split is Ready', () => isReady('split', 2));
    expect((await ask(cluster, 'next-split.default.shop.test')).body).toContain('two');
    const bodies = await Promise.all(Array.from({ length: 400 }, () => ask(cluster, 'www.shop.example')));
    const second = bodies.filter(({ body }) => body.includes('two')).length;
    expect(bodies.every(({ status }) => status === 200)).toBe(true);
    // Binomial (400, 0.1): 13 and 72 are more than four standard deviations away.
    expect(second).toBeGreaterThan(13);
    expect(second).toBeLessThan(72);
  });

  it('keeps to a concurrency of 1 by starting pods', { timeout: 60_000 }, async () => {
    await create('single', { concurrency: 1, env: { ANSWER_MS: '200' } });
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => ask(cluster, 'single.default.shop.test')),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    await until('there are more pods', async () => (await pods('single-00001')) > 1);
  });

  it('takes a floor on a Revision, without a new one, and gives it up again', {
    timeout: 60_000,
  }, async () => {
    await create('floor');
    const revision = `${serving}/revisions/floor-00001`;
    const floor = (value: string | null) =>
      api.patch(revision, { metadata: { annotations: { 'autoscaling.knative.dev/min-scale': value } } });
    await floor('3');
    await until('there are three pods', async () => (await pods('floor-00001')) === 3, 8);
    expect((await api.get(`${serving}/configurations/floor`)).status.latestCreatedRevisionName).toBe(
      'floor-00001',
    );
    await floor(null);
    await until('there are none', async () => (await pods('floor-00001')) === 0, 30);
  });

  it('restarts its gateways without losing a request, and shows what they counted', {
    timeout: 60_000,
  }, async () => {
    await create('steady');
    const load = steadyLoad('steady.default.shop.test');
    await load.more(50);
    const path = '/apis/apps/v1/namespaces/kourier-system/deployments/3scale-kourier-gateway';
    const names = async (): Promise<string[]> =>
      (await api.get('/api/v1/namespaces/kourier-system/pods')).items.map(
        (pod: { metadata: { name: string } }) => pod.metadata.name,
      );
    const before = await names();
    const annotations = { 'kubectl.kubernetes.io/restartedAt': new Date().toISOString() };
    await api.patch(path, { spec: { template: { metadata: { annotations } } } });
    await until('the old gateways are gone', async () => {
      const now = await names();
      return now.length === 2 && now.every((name) => !before.includes(name));
    });
    await load.more(100);
    expect(await load.end()).toEqual([]);
    const [gateway = ''] = await names();
    const stats = await api.text(
      `/api/v1/namespaces/kourier-system/pods/${gateway}:9000/proxy/stats/prometheus`,
    );
    expect(stats).toMatch(/^envoy_/m);
  });

  it('deletes a service with all that it had', { timeout: 60_000 }, async () => {
    await create('gone');
    await api.delete(`${serving}/services/gone`);
    await until('its host leads nowhere', async () => {
      const { status } = await ask(cluster, 'gone.default.shop.test');
      return status === 404;
    });
    await until('its pod has ended', async () => (await pods('gone-00001')) === 0);
    await expect(api.get(`${serving}/revisions/gone-00001`)).rejects.toThrow(/404/);
  });
});
