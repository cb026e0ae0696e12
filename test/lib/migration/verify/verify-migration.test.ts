import { expect, it } from 'vitest';
import type { DryRun, KubeObject } from '../../../../lib/clusters/index.ts';
import {
  isFailure,
  type Rewriting,
  sumsText,
  sumVerdicts,
  verdictText,
  verifyServices,
} from '../../../../lib/migration/verify/index.ts';
import { type ReadCluster, twoClusters, unready, verdictOf, type Writable, wheres } from './two-clusters.ts';

const noImage =
  'Unable to fetch image "ghcr.io/acme/cart:3": failed to resolve image to digest: 401 Unauthorized';

it('says what is not there', async () => {
  const { blue, green } = twoClusters();
  green.objects = [];
  expect(await verdictOf(blue, green)).toMatchObject({
    state: 'different',
    differences: [{ where: '', says: 'not there' }],
  });
});

it('tells a service that does not serve yet from one that is another', async () => {
  const { blue, green } = twoClusters();
  green.change('Service', 'cart', unready('RevisionFailed', 'Revision "cart-00003" failed.'));
  green.change('Service', 'cart', ({ status }) => {
    status.traffic = [];
  });
  green.change('Revision', 'cart-00003', unready('ContainerMissing', noImage));
  const waiting = await verdictOf(blue, green);
  expect(waiting).toMatchObject({
    state: 'not-ready',
    differences: [],
    notReady: ['revision cart-00003: its image ghcr.io/acme/cart:3 cannot be pulled: 401 Unauthorized'],
  });
  expect(isFailure(waiting)).toBe(true);
  green.change('Service', 'cart', ({ spec }) => {
    spec.template.spec.timeoutSeconds = 5;
  });
  expect(await verdictOf(blue, green)).toMatchObject({
    state: 'different',
    differences: [{ where: 'spec.template.spec.timeoutSeconds', says: '5 instead of 30' }],
    notReady: [expect.any(String)],
  });
});

it('does not hold against the migration what is not ready on the source either, and says so', async () => {
  const { blue, green } = twoClusters();
  for (const cluster of [blue, green])
    for (const [kind, name] of [
      ['Service', 'cart'],
      ['Configuration', 'cart'],
      ['Revision', 'cart-00003'],
    ] as const)
      cluster.change(kind, name, unready('ContainerMissing', noImage));
  const verdict = await verdictOf(blue, green);
  expect(verdict).toMatchObject({
    state: 'not-ready',
    differences: [],
    sourceNotReady: 'revision cart-00003: its image ghcr.io/acme/cart:3 cannot be pulled: 401 Unauthorized',
  });
  expect(isFailure(verdict)).toBe(false);
  expect(sumsText(sumVerdicts([verdict]))).toBe(
    '0 same, 0 different, 1 not ready, 1 of them on the source neither',
  );
  const services = [{ namespace: 'shop', name: 'cart' }];
  const ports = [blue, green] as unknown as Parameters<typeof verifyServices>;
  expect(await verifyServices(ports[0], ports[1], services)).toEqual({ services: 1, waitingFor: [] });
  // What it is must be the same all the same.
  green.change('Service', 'cart', ({ status }) => {
    status.traffic[0].percent = 100;
  });
  const other = await verdictOf(blue, green);
  expect(isFailure(other)).toBe(true);
  expect(verdictText(other)).toContain('traffic to cart-00002: 100 % instead of 20 %');
});

it('sees that Ready is of another generation', async () => {
  const { blue, green } = twoClusters();
  green.change('Service', 'cart', ({ metadata }) => {
    metadata.generation++;
  });
  expect(await verdictOf(blue, green)).toMatchObject({
    state: 'not-ready',
    notReady: ['its controller has not seen its latest change: generation 2, seen 1'],
  });
});

it('waits for a kept revision and for a host that are not ready, and says why', async () => {
  const { blue, green } = twoClusters();
  green.change('Revision', 'cart-00001', unready('ContainerMissing', noImage));
  green.change('DomainMapping', 'www.example.com', ({ status }) => {
    status.conditions = [{ type: 'DomainClaimed', status: 'False', reason: 'DomainAlreadyClaimed' }];
  });
  expect(await verdictOf(blue, green)).toMatchObject({
    state: 'not-ready',
    notReady: [
      'revision cart-00001: its image ghcr.io/acme/cart:3 cannot be pulled: 401 Unauthorized',
      'www.example.com not ready: another namespace holds the claim on this host',
    ],
  });
  blue.change('Revision', 'cart-00001', unready('ContainerMissing', noImage));
  blue.change('DomainMapping', 'www.example.com', unready('x', 'y'));
  expect(await verdictOf(blue, green)).toMatchObject({
    state: 'same',
    notes: ['host www.example.com: not ready on the source either'],
  });
});

it('compares with what the fleet rewrites, not with the source', async () => {
  const { blue, green } = twoClusters();
  const registry = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/acme';
  const moved = JSON.parse(
    JSON.stringify(green.objects)
      .replaceAll('ghcr.io/acme', registry)
      .replaceAll('www.example.com', 'www.green.com'),
  ) as KubeObject[];
  green.objects = moved;
  green.change('Service', 'cart', ({ metadata }) => {
    metadata.annotations['example.com/colour'] = 'green';
    delete metadata.annotations['example.com/owner'];
  });
  const rewriting: Rewriting = {
    migration: {
      rewrites: [
        { registries: { 'ghcr.io/acme': registry } },
        { hosts: { 'www.example.com': 'www.green.com' } },
        {
          annotations: {
            kinds: ['Service'],
            add: { 'example.com/colour': 'green' },
            remove: ['example.com/owner'],
          },
        },
      ],
      workloads: [],
    },
    context: { from: 'blue', to: 'green', region: 'eu-west-1' },
  };
  expect(await verdictOf(blue, green, { rewriting })).toMatchObject({ state: 'same', differences: [] });
  const without = wheres(await verdictOf(blue, green));
  expect(without).toEqual(
    expect.arrayContaining([
      'metadata.annotations["example.com/owner"]',
      'spec.template.spec.containers[app].image',
      'host www.example.com',
    ]),
  );
  const failing: Rewriting = {
    ...rewriting,
    migration: {
      rewrites: [
        {
          name: 'mine',
          objects: () => {
            throw new Error('no such class');
          },
        },
      ],
      workloads: [],
    },
  };
  expect((await verdictOf(blue, green, { rewriting: failing })).differences).toContainEqual({
    where: 'rewrites',
    says: 'rewrite mine failed: no such class',
  });
});

/** A target whose release adds two defaults to whatever is made there. */
function defaulting(cluster: ReadCluster): {
  tried: KubeObject[];
  target: ReadCluster & { dryRun(object: KubeObject): Promise<DryRun> };
} {
  const tried: KubeObject[] = [];
  const dryRun = async (object: KubeObject): Promise<DryRun> => {
    tried.push(object);
    const made = structuredClone(object) as Writable;
    addDefaults(made.spec.template.spec);
    return { outcome: 'accepted', object: made };
  };
  return { tried, target: Object.assign(cluster, { dryRun }) };
}
const addDefaults = (spec: Writable): void => {
  spec.automountServiceAccountToken = false;
  spec.containers[0].terminationMessagePolicy = 'File';
};

it('takes what a newer release adds for no difference, and what somebody adds for one', async () => {
  const { blue, green } = twoClusters();
  for (const name of ['cart-00001', 'cart-00002', 'cart-00003'])
    green.change('Revision', name, ({ spec }) => addDefaults(spec));
  green.change('Service', 'cart', ({ spec }) => addDefaults(spec.template.spec));
  const fields = ['automountServiceAccountToken', 'containers[app].terminationMessagePolicy'];
  const everywhere = [
    'spec.template.spec.',
    ...['cart-00001', 'cart-00002', 'cart-00003'].map((name) => `revision ${name} spec.`),
  ].flatMap((prefix) => fields.map((field) => `${prefix}${field}`));
  // Nobody can say that these are its defaults.
  expect(wheres(await verdictOf(blue, green)).sort()).toEqual(everywhere.sort());
  const { tried, target } = defaulting(green);
  expect(await verdictOf(blue, target)).toMatchObject({ state: 'same', differences: [] });
  for (const { metadata, spec } of tried) {
    expect(metadata.name).toBe('zeroshift-verify');
    expect(spec.template.metadata.name).toBeUndefined();
  }
  green.change('Service', 'cart', ({ spec }) => {
    spec.template.spec.automountServiceAccountToken = true;
    spec.template.spec.hostNetwork = true;
  });
  expect((await verdictOf(blue, target)).differences).toEqual([
    { where: 'spec.template.spec.automountServiceAccountToken', says: 'true instead of nothing' },
    { where: 'spec.template.spec.hostNetwork', says: 'true instead of nothing' },
  ]);
  const before = tried.length;
  expect(await verdictOf(...same(defaulting(twoClusters().green).target))).toMatchObject({ state: 'same' });
  expect(tried.length).toBe(before);
  target.dryRun = async () => ({ outcome: 'refused', message: 'forbidden' });
  expect(wheres(await verdictOf(blue, target))).toContain('spec.template.spec.automountServiceAccountToken');
});

const same = (green: ReadCluster): [ReadCluster, ReadCluster] => [twoClusters().blue, green];

it('never shows a value beside a Secret that it most likely is of', async () => {
  for (const [from, to] of [
    ['blue', 'green'],
    ['green', 'blue'],
  ] as const) {
    const clusters = twoClusters();
    for (const [kind, name] of [
      ['Service', 'cart'],
      ['Revision', 'cart-00003'],
    ] as const)
      clusters[to].change(kind, name, ({ spec }) => {
        const { env } = (spec.template?.spec ?? spec).containers[0];
        env[1] = { name: 'PASSWORD', value: 'hunter2' };
      });
    const verdict = await verdictOf(clusters.blue, clusters.green);
    expect(JSON.stringify(verdict)).not.toContain('hunter2');
    const says =
      from === 'blue'
        ? 'a value that is written out instead of key password of Secret db'
        : 'key password of Secret db instead of a value that is written out';
    expect(verdict.differences).toContainEqual({
      where: 'spec.template.spec.containers[app].env[PASSWORD]',
      says,
    });
  }
  const { blue, green } = twoClusters();
  green.change('Service', 'cart', ({ spec }) => {
    spec.template.spec.containers[0].env[0].value = 'test';
  });
  expect((await verdictOf(blue, green)).differences).toEqual([
    { where: 'spec.template.spec.containers[app].env[MODE].value', says: '"test" instead of "live"' },
  ]);
});

it('does not miss a revision that a migration leaves where it is', async () => {
  const { blue, green } = twoClusters();
  // Kept by retention alone, and not ready.
  const kept = structuredClone(blue.find('Revision', 'cart-00002')) as Writable;
  kept.metadata.name = 'cart-00000';
  kept.metadata.labels['serving.knative.dev/configurationGeneration'] = '0';
  kept.metadata.annotations = { ...kept.metadata.annotations, 'serving.knative.dev/no-gc': 'true' };
  kept.status.conditions = [{ type: 'Ready', status: 'False', reason: 'ContainerMissing' }];
  blue.objects.push(kept);
  expect(await verdictOf(blue, green)).toMatchObject({
    state: 'same',
    notes: [expect.stringContaining('revision cart-00000: not there, for it is not ready on the source')],
  });
  kept.status.conditions = [{ type: 'Ready', status: 'True' }];
  expect(wheres(await verdictOf(blue, green))).toEqual(['revision cart-00000']);
});

it('takes fewer generations for no difference where the latest revision is the same, such as on the way back', async () => {
  const { blue, green } = twoClusters();
  blue.change('Configuration', 'cart', ({ metadata }) => {
    metadata.generation++;
  });
  blue.change('Service', 'cart', ({ metadata, status }) => {
    metadata.generation++;
    status.observedGeneration = metadata.generation;
  });
  blue.change('Configuration', 'cart', ({ metadata, status }) => {
    status.observedGeneration = metadata.generation;
  });
  blue.change('Revision', 'cart-00003', ({ metadata }) => {
    metadata.labels['serving.knative.dev/configurationGeneration'] = '4';
  });
  expect(await verdictOf(blue, green)).toMatchObject({
    state: 'same',
    differences: [],
    notes: [expect.stringMatching(/3 instead of 4 at least, which changes nothing/)],
  });
});

it('verifies what somebody delivers like the rest, but for the count of its generations', async () => {
  const { blue, green } = twoClusters();
  const id = 'shop:serving.knative.dev/Service:shop/cart';
  blue.change('Service', 'cart', ({ metadata, spec, status }) => {
    metadata.annotations['argocd.argoproj.io/tracking-id'] = id;
    spec.traffic = [{ latestRevision: true, percent: 100, tag: 'current' }];
    status.traffic = [{ ...status.traffic[1], percent: 100 }];
  });
  const delivered = JSON.parse(JSON.stringify(blue.objects)) as Writable[];
  green.objects = delivered
    .filter(({ metadata }) => !['cart-00001', 'cart-00002'].includes(metadata.name))
    .map((object) =>
      object.kind === 'Revision' || object.kind === 'Service' || object.kind === 'Configuration'
        ? JSON.parse(JSON.stringify(object).replaceAll('cart-00003', 'cart-00001').replaceAll('"3"', '"1"'))
        : object,
    );
  green.change('Configuration', 'cart', ({ metadata }) => {
    metadata.generation = 1;
  });
  green.change('Service', 'cart', ({ metadata }) => {
    metadata.annotations['argocd.argoproj.io/tracking-id'] = `green-${id}`;
  });
  expect(await verdictOf(blue, green)).toMatchObject({
    state: 'same',
    deliveredBy: 'Application shop',
    differences: [],
    notes: ['configuration metadata.generation: 1 instead of 3 at least, for it is delivered anew'],
  });
  // The tag has moved since.
  green.change('Revision', 'cart-00001', ({ status }) => {
    status.containerStatuses[0].imageDigest = `ghcr.io/acme/cart@sha256:${'9'.repeat(64)}`;
  });
  expect(wheres(await verdictOf(blue, green))).toEqual(['revision cart-00001 spec.containers[app].image']);
  green.objects = [];
  expect((await verdictOf(blue, green)).differences).toEqual([
    { where: '', says: 'not there: Application shop delivers it, and does not there' },
  ]);
});

it('asks for the revisions that matter only, and finds those that were forgotten', async () => {
  const { blue, green } = twoClusters();
  green.objects = green.objects.filter(({ metadata }) => metadata.name !== 'cart-00001');
  expect((await verdictOf(blue, green)).differences).toEqual([
    { where: 'revision cart-00001', says: 'not there' },
  ]);
  blue.objects.push({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'config-gc', namespace: 'knative-serving' },
    data: {
      'retain-since-create-time': '1h',
      'retain-since-last-active-time': '1h',
      'min-non-active-revisions': '0',
    },
  });
  expect(await verdictOf(blue, green)).toMatchObject({ state: 'same' });
  green.objects.push({
    ...green.find('Revision', 'cart-00002'),
    metadata: { name: 'cart-zs-a', namespace: 'shop', labels: { 'zeroshift.dev/temporary': 'true' } },
  });
  expect((await verdictOf(blue, green)).differences).toEqual([
    { where: 'revision cart-zs-a', says: 'left over from a migration that did not come to its end' },
  ]);
});
