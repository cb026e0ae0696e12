import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  graceSeconds,
  type KnativeServiceProps,
  neededSettings,
  renderService,
  serviceProblems,
} from '../../constructs/service/index.ts';
import type { KubeObject } from '../../lib/clusters/index.ts';
import { type LoadRun, startLoad } from '../../lib/rehearsal/load/index.ts';
import { turnOn } from './features.ts';
import {
  type Answer,
  type Api,
  buildPrograms,
  callGateway,
  connectApi,
  type GoProgram,
  gatewaysOf,
  holds,
  registryOf,
  until,
} from './index.ts';
import { clusters, dismiss, onClusters, ownNamespace } from './on-clusters.ts';

/*
 * What the suite of conformance shows on these clusters too is not shown again here: that a service becomes ready, from zero
 * and back to it, a hundred requests at once, a split of 80 and 20 with a tag, an update under load. Here is what a service of
 * the typed constructs is beyond that.
 */

const namespace = ownNamespace('services');
const app = '10.98.0.1:5000/app:lane';
const quiet = () => {};
const seen: GoProgram = { name: 'files', module: 'files', package: '.' };
const requests = { cpu: '10m', memory: '16Mi' };
const disk = 'lane.zeroshift.dev/disk';
const scaling = { window: '6s', min: 1 } as const;

/** Four kinds of volumes, each holding something that a container can be asked for. */
const parts = (image: string): KnativeServiceProps => ({
  name: 'parts',
  namespace,
  revisionLabels: { team: 'shop' },
  scaling,
  affinity: { nodes: { require: [{ 'kubernetes.io/os': 'linux', 'lane.zeroshift.dev/none': false }] } },
  initContainers: [
    {
      name: 'before',
      image,
      args: ['write', '/shared/note', 'written before'],
      mounts: { '/shared': 'shared' },
    },
  ],
  containers: [
    {
      name: 'front',
      image,
      port: 8080,
      args: ['serve', '8080'],
      env: {
        TEXT: 'as it is',
        COLOUR: { configMap: 'settings', key: 'colour' },
        PASSWORD: { secret: 'keys', key: 'password' },
        NODE: { field: 'spec.nodeName' },
        MEMORY: { resource: 'limits.memory', divisor: '1Mi' },
      },
      envFrom: [{ configMap: 'settings', prefix: 'ALL_' }],
      resources: { requests, limits: { memory: '64Mi' } },
      mounts: {
        '/shared': 'shared',
        '/memory': 'memory',
        '/settings': 'settings',
        '/keys': 'keys',
        '/all': 'all',
      },
    },
    {
      name: 'side',
      image,
      args: ['serve', '8081'],
      resources: { requests },
      mounts: { '/shared': 'shared' },
    },
  ],
  volumes: {
    shared: { emptyDir: {} },
    memory: { emptyDir: { medium: 'Memory', sizeLimit: '8Mi' } },
    settings: { configMap: 'settings', items: { colour: 'below/colour.txt' }, mode: 0o444 },
    keys: { secret: 'keys' },
    all: {
      projected: [
        { configMap: 'settings' },
        { secret: 'keys', items: { password: 'secret/word' } },
        {
          downwardApi: {
            team: "metadata.labels['team']",
            memory: { resource: 'limits.memory', container: 'front', divisor: '1Mi' },
          },
        },
        { serviceAccountToken: { path: 'token', audience: 'vault', expiration: '10m' } },
      ],
    },
  },
});

/** Runs on a node with a fast disk only, of which there is none at first. */
const picky: KnativeServiceProps = {
  name: 'picky',
  namespace,
  image: app,
  scaling,
  nodeSelector: { [disk]: 'fast' },
  resources: { requests },
};

/** Scales by requests a second, so that a long one keeps no pod. */
const draining: KnativeServiceProps = {
  name: 'draining',
  namespace,
  image: app,
  env: { STARTUP_MS: '0' },
  longestRequest: '12s',
  drainTime: '1s',
  scaling: { window: '6s', min: 1, max: 4, metric: 'rps', target: 10 },
  resources: { requests },
};

/** What the constructs refuse and no dry run does: it fails later, by the kubelet. */
const root: KnativeServiceProps = {
  name: 'root',
  namespace,
  image: app,
  podSecurityContext: { runAsNonRoot: true, runAsUser: 0 },
  resources: { requests },
};

/** The same, by the route: the host would have a label of 64 characters. */
const tagged: KnativeServiceProps = {
  name: 'tagged',
  namespace,
  image: app,
  traffic: [{ latest: true, percent: 100, tag: 'x'.repeat(57) }],
  resources: { requests },
};

const settings: readonly KubeObject[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings', namespace },
    data: { colour: 'teal' },
  },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'keys', namespace },
    stringData: { password: 'sesame' },
  },
];

onClusters('a service of the typed constructs', () => {
  let api: Api;
  let gateway: string;
  let node: string;
  let putBack: (() => Promise<void>) | undefined;

  const label = (labels: Readonly<Record<string, string>>) =>
    api.apply({ apiVersion: 'v1', kind: 'Node', metadata: { name: node, labels } });
  const find = (name: string) =>
    api.get({ apiVersion: 'serving.knative.dev/v1', kind: 'Service', name, namespace });
  const ready = (name: string) => until(name, 60, async () => holds(await find(name), 'Ready'));
  const podsOf = (name: string) =>
    api.list({ apiVersion: 'v1', kind: 'Pod' }, namespace, `serving.knative.dev/service=${name}`);
  const ask = (name: string, path: string): Promise<Answer> =>
    callGateway({ gateway, host: `${name}.${namespace}.lane.example.com`, path });

  beforeAll(async () => {
    const { access, place } = clusters().green;
    api = connectApi(access);
    [gateway = ''] = await gatewaysOf(api);
    node = (await api.list({ apiVersion: 'v1', kind: 'Node' }))[0]?.metadata.name ?? '';
    const binary = (await buildPrograms([seen], quiet))(seen);
    const content = { entrypoint: ['/files'], files: [{ to: '/files', from: binary }] };
    const { tagged: image } = await registryOf(place).push('files', 'lane', content);
    const right = [parts(image), picky, draining];
    expect(right.flatMap((props) => serviceProblems(props))).toEqual([]);
    const all = [...right, root, tagged];
    const features = all.map((props) => neededSettings(props).features);
    putBack = await turnOn(api, Object.assign({}, ...features));
    for (const object of [...settings, ...all.map(renderService)]) await api.apply(object);
  }, 120_000);
  afterAll(async () => {
    await putBack?.();
    await label({});
    await dismiss(api, namespace);
    api.close();
  });

  describe('with several containers', () => {
    const file = (path: string) => ask('parts', `/file?path=${encodeURIComponent(path)}`);
    const text = async (path: string) => {
      const { status, body } = await file(path);
      return status === 200 ? body : `${status} ${body}`;
    };

    beforeAll(() => ready('parts'), 70_000);

    it('runs one before the others, and they share a folder and an address', async () => {
      expect(await text('/shared/note')).toBe('written before');
      const path = encodeURIComponent('/file?path=/shared/note');
      expect((await ask('parts', `/beside?port=8081&path=${path}`)).body).toBe('written before');
    });

    it('has an empty folder in memory, of the size that was asked for', async () => {
      expect(await text('/proc/mounts')).toMatch(/^tmpfs \/memory tmpfs rw.*\bsize=8192k/m);
    });

    it('has the files of a ConfigMap, a Secret, and several sources in one', async () => {
      const settled = await file('/settings/below/colour.txt');
      expect([settled.body, settled.headers['x-mode']]).toEqual(['teal', '0444']);
      expect((await file('/settings/colour')).status).toBe(404);
      expect(await text('/keys/password')).toBe('sesame');
      expect(await text('/all/colour')).toBe('teal');
      expect(await text('/all/secret/word')).toBe('sesame');
      expect((await file('/all/password')).status).toBe(404);
      expect(await text('/all/team')).toBe('shop');
      expect(await text('/all/memory')).toBe('64');
      const [, claims = ''] = (await text('/all/token')).split('.');
      const { aud, exp, iat } = JSON.parse(Buffer.from(claims, 'base64url').toString());
      expect([aud, exp - iat]).toEqual([['vault'], 600]);
    });

    it('has variables from everywhere', async () => {
      const environment = (await text('/proc/self/environ')).split('\0');
      for (const variable of [
        'TEXT=as it is',
        'COLOUR=teal',
        'PASSWORD=sesame',
        `NODE=${node}`,
        'MEMORY=64',
        'ALL_colour=teal',
        'PORT=8080',
        'K_SERVICE=parts',
      ])
        expect(environment).toContain(variable);
    });
  });

  it('runs on the nodes that it selects, and nowhere else', async () => {
    const [waiting] = await until('the pod of picky is refused by the scheduler', 60, async () => {
      const pods = await podsOf('picky');
      const refused = pods.filter(({ status }) =>
        (status.conditions ?? []).some(({ reason }: { reason?: string }) => reason === 'Unschedulable'),
      );
      return refused.length > 0 ? refused : false;
    });
    expect(waiting?.spec.nodeName).toBeUndefined();
    expect(holds(await find('picky'), 'Ready')).toBe(false);
    await label({ [disk]: 'fast' });
    await ready('picky');
    expect((await ask('picky', '/')).status).toBe(200);
    expect((await podsOf('picky')).map(({ spec }) => spec.nodeName)).toEqual([node]);
  });

  it('never starts as root where it must not', async () => {
    expect(serviceProblems(root).map(({ where }) => where)).toEqual(['podSecurityContext.runAsUser']);
    await until('the kubelet says so', 60, async () =>
      (await podsOf('root')).some(({ status }) =>
        ((status.containerStatuses ?? []) as { state: { waiting?: { reason?: string } } }[]).some(
          ({ state }) => state.waiting?.reason === 'CreateContainerConfigError',
        ),
      ),
    );
  });

  it('has no host for a tag that makes it too long', async () => {
    expect(serviceProblems(tagged).map(({ where }) => where)).toEqual(['traffic[0].tag']);
    await until('the route says so', 60, async () => {
      const conditions: { type: string; status: string; message?: string }[] =
        (await find('tagged'))?.status?.conditions ?? [];
      const { status, message } = conditions.find(({ type }) => type === 'RoutesReady') ?? {};
      return status === 'False' && message?.includes('no more than 63 characters');
    });
  });

  it('cuts no long request when it scales down, with the grace period that is derived', async () => {
    await ready('draining');
    const grace = graceSeconds(draining);
    expect(grace).toBe(41);
    const load = (rate: number, path: string): LoadRun =>
      startLoad({
        address: gateway.replace('http://', ''),
        rate,
        seed: 20_261_124,
        maxDurationMs: 90_000,
        targets: [
          {
            service: path,
            host: `draining.${namespace}.lane.example.com`,
            path,
            weight: 1,
            expectedStatus: 200,
            deadlineMs: 30_000,
          },
        ],
      });
    const busy = load(60, '/?ANSWER_MS=20');
    const long = load(3, '/?ANSWER_MS=10000');
    const caught = new Map<string, number>();
    const pods = async () => {
      const all = await podsOf('draining');
      const staying = all.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
      const serving = staying.filter(({ status }) =>
        (status.conditions ?? []).some(
          ({ type, status: is }: { type: string; status: string }) => type === 'Ready' && is === 'True',
        ),
      );
      return { all, staying, serving, ending: all.filter((pod) => !staying.includes(pod)) };
    };
    try {
      await until('there are four pods', 60, async () => (await pods()).serving.length === 4);
      const { all } = await pods();
      expect(new Set(all.map(({ spec }) => spec.terminationGracePeriodSeconds))).toEqual(new Set([grace]));
      // Long ones are everywhere before the short ones end.
      await until('long ones are under way', 30, async () => long.snapshot().totals.scheduled >= 30);
      busy.stop();
      await until('one pod is left', 60, async () => {
        const { staying, ending } = await pods();
        for (const { metadata, status } of ending) {
          const { body } = await callGateway({
            gateway: `http://${status.podIP}:8080`,
            host: 'x',
            path: '/counts',
          });
          const { inside } = JSON.parse(body) as { inside: number };
          caught.set(metadata.name, Math.max(inside, caught.get(metadata.name) ?? 0));
        }
        return staying.length === 1;
      });
    } finally {
      busy.stop();
      long.stop();
    }
    const results = await Promise.all([busy.finished, long.finished]);
    expect(results.map(({ totals, lost }) => [totals.lost, lost[0]])).toEqual([
      [0, undefined],
      [0, undefined],
    ]);
    // Each of the three had requests when it was told to end, and they were answered.
    expect([...caught.values()].filter((inside) => inside > 0).length).toBe(3);
  });
});
