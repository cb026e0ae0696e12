import { expect, it } from 'vitest';
import type { KubeObject } from '../../../../lib/clusters/cluster-port.ts';
import type { Rewrite, WorkloadRule } from '../../../../lib/fleet/fleet.ts';
import { problemText } from '../../../../lib/messages/error.ts';
import { planLines, planMigration } from '../../../../lib/migration/plan/index.ts';
import { exampleFleet } from '../../../helpers/fleet.ts';
import { refusal } from '../../../helpers/refusal.ts';
import {
  digest,
  entry,
  type Given,
  inputs,
  make,
  revisionOf,
  service,
  serving,
  shop,
  verdicts,
  withServices,
} from './plan-inputs.ts';

/** What the fleet, an annotation or the command line says beside what the cluster tells. */
const plan = (given: Given) => planMigration(inputs(given));
const rewriting = (...rewrites: Rewrite[]) => ({ rewrites, workloads: [] });
const running = (...workloads: WorkloadRule[]) => ({ rewrites: [], workloads });

const written = (given: Given): KubeObject[] =>
  plan(given).objects.flatMap(({ writes = [], arrival }) =>
    arrival === undefined ? writes.map(({ object }) => object) : [...arrival.revisions, arrival.object],
  );

it('rewrites images by the beginning of their names, in every revision of a service, and says because of what', () => {
  const cart = service('cart', {
    containers: [{ name: 'app', image: 'ghcr.io/acme/cart:2' }],
    initContainers: [{ name: 'i', image: 'ghcr.io/acme-two/i@sha256:9' }],
  });
  const [first, second] = [1, 2].map((generation) =>
    revisionOf('cart', `cart-0000${generation}`, generation, 'ghcr.io/acme/cart'),
  );
  if (first === undefined || second === undefined) return;
  const given = {
    ...withServices([cart, first, second]),
    migration: rewriting({ registries: { 'ghcr.io/acme': 'ecr/green', 'ghcr.io': 'mirror' } }),
    state: { settings: new Map([['config-features', { 'kubernetes.podspec-init-containers': 'enabled' }]]) },
  };
  const [old, latest, object] = written(given);
  // The digest stays, and so does the tag of the template.
  expect(old?.spec.containers[0].image).toBe(`ecr/green/cart@${digest('1')}`);
  expect(latest?.spec.containers[0].image).toBe(`ecr/green/cart@${digest('2')}`);
  expect(object?.spec.template.spec.containers[0].image).toBe('ecr/green/cart:2');
  expect(object?.spec.template.spec.initContainers[0].image).toBe('mirror/acme-two/i@sha256:9');
  const lines = planLines(plan(given), 'title').map(({ text }) => text);
  for (const [before, after] of [
    ['ghcr.io/acme/cart:2', 'ecr/green/cart:2'],
    [`ghcr.io/acme/cart@${digest('1')}`, `ecr/green/cart@${digest('1')}`],
  ])
    expect(lines).toContain(
      `    because of rewrite registries: .spec.template.spec.containers[name=app].image: ${before} → ${after}`,
    );
});

it('rewrites roles of accounts, hosts, annotations and anything else, each under its name', () => {
  const role = 'eks.amazonaws.com/role-arn';
  const account = make('ServiceAccount', 'app', {}, { annotations: { [role]: 'arn:blue', old: '1' } });
  const mapping = make('serving.knative.dev/v1beta1 DomainMapping', 'www.blue.example.com');
  const data = { image: 'ghcr.io/acme/not-an-image', host: 'blue.example.com' };
  const given = {
    entries: [account, mapping, make('ConfigMap', 'a', { data })].map((object) => entry(object)),
    migration: rewriting(
      { roleArns: { 'arn:blue': 'arn:green' } },
      { hosts: { 'blue.example.com': 'green.example.com' } },
      { registries: { 'ghcr.io': 'mirror' } },
      { annotations: { kinds: ['ServiceAccount'], add: { new: '2' }, remove: ['old'] } },
      { to: 'blue', annotations: { add: { never: 'x' } } },
      {
        name: 'label',
        objects: (object, { to }) => ({ ...object, metadata: { ...object.metadata, labels: { to } } }),
      },
    ),
  };
  const [first, second, third] = written(given);
  expect(first?.metadata).toEqual({
    name: 'app',
    namespace: 'shop',
    annotations: { [role]: 'arn:green', new: '2' },
    labels: { to: 'green' },
  });
  expect(second?.data).toEqual(data);
  expect(third?.metadata.name).toBe('www.green.example.com');
  expect(plan(given).objects[0]?.rewritten?.map(({ rewrite, field }) => `${rewrite} ${field}`)).toEqual([
    'roleArns .metadata.annotations["eks.amazonaws.com/role-arn"]',
    'annotations .metadata.annotations.new',
    'annotations .metadata.annotations.old',
    'label .metadata.labels',
  ]);
  // A word that changes nothing may be misspelt; one for the other colour is none of that.
  expect(plan(given).unused).toEqual(['migration.rewrites[2]: registries changes nothing']);
});

it('refuses an object whose rewrite fails, or makes something else of it', () => {
  const codes = (objects: NonNullable<Rewrite['objects']>) =>
    plan({ entries: [entry(make('ConfigMap', 'a'))], migration: rewriting({ name: 'mine', objects }) })
      .objects.flatMap(({ refusals = [] }) => refusals)
      .map(({ code, why }) => `${code}: ${why}`);
  expect(
    codes(() => {
      throw new Error('no such field');
    }),
  ).toEqual(['rewrite-failed: rewrite mine failed: no such field']);
  expect(codes((object) => ({ ...object, kind: 'Secret' }))[0]).toContain(
    'rewrite-failed: rewrite mine gave something else',
  );
  expect(codes((object) => ({ ...object, metadata: { name: 'a', namespace: 'b' } }))).toHaveLength(1);
});

const cronJob = (name: string, metadata: object = {}) =>
  entry(make('batch/v1 CronJob', name, { spec: { schedule: '* * * * *' } }, metadata), { role: 'undecided' });

it('refuses what may not run twice until somebody says so; the fleet has the last word', () => {
  const entries = [
    cronJob('by-fleet', { annotations: { 'zeroshift.dev/runs': 'serving' } }),
    cronJob('by-label', { labels: { tier: 'batch' } }),
    cronJob('by-note', { annotations: { 'zeroshift.dev/runs': 'serving' } }),
    cronJob('misspelt', { annotations: { 'zeroshift.dev/runs': 'twice' } }),
    cronJob('nobody'),
  ];
  const migration = running(
    { kind: 'CronJob', namespace: 'shop', name: 'by-fleet', runs: 'singleton' },
    { kind: 'CronJob', selector: { tier: 'batch' }, runs: 'skip' },
    { kind: 'CronJob', namespace: 'bank', name: 'nobody', runs: 'skip' },
  );
  const found = plan({ entries, migration });
  expect(verdicts(found)).toEqual([
    'create CronJob shop/by-fleet',
    'create CronJob shop/by-note',
    'refusal CronJob shop/misspelt',
    'refusal CronJob shop/nobody',
  ]);
  expect(found.objects.map(({ refusals }) => refusals?.[0]?.code)).toEqual([
    undefined,
    undefined,
    'invalid-runs',
    'undecided',
  ]);
  expect(found.left).toMatchObject([{ name: 'by-label', reason: 'skip' }]);
  expect(found.unused).toEqual(['migration.workloads[2]: no CronJob of blue is meant by it']);
});

it('has a singleton wait on the other colour, and keeps what makes it run', () => {
  const workload = (kind: string, spec: object) => entry(make(kind, 'a', { spec }), { role: 'undecided' });
  const entries = [
    workload('apps/v1 Deployment', { replicas: 4 }),
    workload('apps/v1 StatefulSet', {}),
    workload('batch/v1 CronJob', { schedule: '* * * * *' }),
    workload('apps/v1 DaemonSet', {}),
  ];
  const kinds = ['Deployment', 'StatefulSet', 'CronJob', 'DaemonSet'];
  const migration = running(...kinds.map((kind) => ({ kind, name: 'a', runs: 'singleton' as const })));
  const found = plan({ entries, migration }).objects;
  expect(
    found.map(({ kind, waits, writes, refusals }) => [
      kind,
      waits,
      writes?.[0]?.object.spec,
      refusals?.[0]?.code,
    ]),
  ).toEqual([
    [
      'CronJob',
      { field: '.spec.suspend', value: false },
      { schedule: '* * * * *', suspend: true },
      undefined,
    ],
    ['DaemonSet', undefined, undefined, 'cannot-wait'],
    ['Deployment', { field: '.spec.replicas', value: 4 }, { replicas: 0 }, undefined],
    ['StatefulSet', { field: '.spec.replicas', value: 1 }, { replicas: 0 }, undefined],
  ]);
});

it('leaves to others what is theirs, and says what to do there; takes it along by kind, without their marks', () => {
  const argo = { tool: 'argo-cd', from: 'Application shop' } as const;
  const marks = {
    labels: { 'argocd.argoproj.io/instance': 'shop', team: 'a' },
    annotations: { 'argocd.argoproj.io/tracking-id': 'shop:/ConfigMap:shop/a' },
  };
  const stays = { fate: 'stays', reason: 'managed-by' } as const;
  const entries = [
    entry(make('ConfigMap', 'a', {}, marks), { ...stays, owner: argo }),
    entry(make('Service', 'a', {}, marks), {
      ...stays,
      owner: { tool: 'flux', from: 'Kustomization flux/shop' },
    }),
    entry(make('Secret', 'a'), { ...stays, owner: { tool: 'helm', from: 'release shop/a' } }),
    entry(make('PersistentVolumeClaim', 'disk'), {
      fate: 'stays',
      reason: 'data',
      note: 'storage class gp3',
    }),
    entry(make('Service', 'kubernetes'), { fate: 'stays', reason: 'cluster-own' }),
  ];
  const found = plan({ entries, there: [shop, make('ConfigMap', 'a')] });
  expect(found.objects).toEqual([]);
  expect(found.left.map(({ kind, there, action }) => [kind, there, action])).toEqual([
    ['ConfigMap', true, 'add the cluster of green to Application shop'],
    ['PersistentVolumeClaim', false, 'bring its data there, and make the claim, before the traffic moves'],
    ['Secret', false, 'install release shop/a on green'],
    ['Service', false, 'add the cluster of green to Kustomization flux/shop'],
  ]);
  const copied = plan({ entries, copyManaged: ['ConfigMap', 'Widget'] });
  expect(copied.objects.map(({ writes }) => writes?.[0]?.object.metadata)).toEqual([
    { name: 'a', namespace: 'shop', labels: { team: 'a' } },
  ]);
  expect(copied.left).toHaveLength(3);
  expect(copied.unused).toEqual(['--copy-managed Widget: nothing of this kind is managed by others']);
});

it('tells what the source lacks itself, which settings are others, and which revisions do not come along', () => {
  const neededBy = { first: ['Service shop/cart'], count: 1 };
  const found = plan({
    entries: [
      { entry: 'missing', kind: 'ConfigMap', namespace: 'shop', name: 'gone', neededBy },
      { entry: 'setting', map: 'config-gc', key: 'max-non-active-revisions', value: '5', fallback: '1000' },
      { entry: 'setting', map: 'config-gc', key: 'min-non-active-revisions', value: '5', fallback: '20' },
      { entry: 'unread', kind: 'Secret', namespace: 'bank', why: 'forbidden' },
      entry(make(`${serving} Revision`, 'alone'), { uses: ['pinned'] }),
      // It comes with its service.
      entry(revisionOf('cart', 'cart-00002', 2), { uses: ['latest'] }),
    ],
    state: { settings: new Map([['config-gc', { 'min-non-active-revisions': '5' }]]) },
  });
  expect(found.missing).toEqual([
    { kind: 'ConfigMap', namespace: 'shop', name: 'gone', neededBy: 'Service shop/cart', there: false },
  ]);
  expect(found.settings).toEqual([
    { map: 'config-gc', key: 'max-non-active-revisions', value: '5', target: '1000' },
  ]);
  expect(found.unread).toEqual(['Secret in bank: forbidden']);
  expect(found.left.map(({ name, reason }) => [name, reason])).toEqual([['alone', 'history']]);
});

it('is said in the fleet, and checked there', () => {
  const objects = (object: KubeObject): KubeObject => object;
  const { migration } = exampleFleet({
    migration: { rewrites: [{ objects }], workloads: [{ kind: 'CronJob', name: 'a', runs: 'skip' }] },
  });
  expect(migration).toEqual({
    rewrites: [{ objects }],
    workloads: [{ kind: 'CronJob', name: 'a', runs: 'skip' }],
  });
  expect(exampleFleet().migration).toBeUndefined();
  expect(exampleFleet({ migration: {} }).migration).toEqual({ rewrites: [], workloads: [] });
  const { problems } = refusal(() =>
    exampleFleet({
      migration: {
        rewrites: [{ registries: {}, hosts: {} }, { name: 'nothing' }],
        workloads: [
          { kind: 'CronJob', runs: 'skip' },
          { kind: 'CronJob', name: 'a', selector: {}, runs: 'skip' },
        ],
      },
    }),
  );
  expect(problems.map(({ where }) => where)).toEqual([
    'migration.rewrites[0]',
    'migration.rewrites[1]',
    'migration.workloads[0]',
    'migration.workloads[1]',
  ]);
  expect(problems.map(problemText).join('\n')).toContain(
    'exactly one of registries, roleArns, hosts, annotations, objects',
  );
});
