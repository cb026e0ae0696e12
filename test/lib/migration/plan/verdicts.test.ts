import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../lib/clusters/cluster-port.ts';
import { planLines, planMigration } from '../../../../lib/migration/plan/index.ts';
import { portable } from '../../../../lib/migration/portable.ts';
import {
  applied,
  configurationOf,
  digest,
  entry,
  type Given,
  inputs,
  make,
  revisionOf,
  service,
  serving,
  shop,
  stateOf,
  verdicts,
  withServices,
} from './plan-inputs.ts';

const plan = (given: Given) => planMigration(inputs(given));

/** The one object of a plan. */
function only(given: Given) {
  const { objects } = plan(given);
  expect(objects).toHaveLength(1);
  return objects[0] as (typeof objects)[number];
}

const config = (data: object, metadata: object = {}): KubeObject =>
  make('ConfigMap', 'app', { data }, metadata);

describe('what the target has', () => {
  const want = config({ a: '1' }, { labels: { team: 'a' } });
  const entries = [entry(want)];

  it.each([
    ['nothing', [shop], 'create'],
    ['the same', [shop, applied(want)], 'unchanged'],
    [
      'more',
      [shop, applied(config({ a: '1', b: '2' }, { labels: { team: 'a', x: 'y' } }), 'kubectl')],
      'unchanged',
    ],
    ['another value of ours', [shop, applied(config({ a: '0' }, { labels: { team: 'a' } }))], 'update'],
    ["another value of nobody's", [shop, config({ a: '0' }, { labels: { team: 'a' } })], 'update'],
    [
      'another value of somebody',
      [shop, applied(config({ a: '0' }, { labels: { team: 'a' } }), 'kubectl-edit')],
      'conflict',
    ],
    ['a field less', [shop, applied(config({ a: '1' }), 'kubectl')], 'update'],
    [
      'what zeroshift applied and nobody says any more',
      [shop, applied(config({ a: '1', b: '2' }, { labels: { team: 'a' } }))],
      'update',
    ],
  ] as const)('$0: $2', (_, there, verdict) => {
    expect(only({ entries, there }).verdict).toBe(verdict);
  });

  it('names the fields of a conflict and whose they are, and what an update would change', () => {
    const theirs = only({
      entries,
      there: [shop, applied(config({ a: '0' }, { labels: { team: 'a' } }), 'kubectl-edit')],
    });
    expect(theirs.conflicts).toEqual([{ field: '.data.a', owner: 'kubectl-edit' }]);
    expect(theirs.writes).toBeUndefined();
    const ours = only({
      entries,
      there: [shop, applied(config({ a: '0', gone: 'x' }, { labels: { team: 'a' } }))],
    });
    expect(ours.difference).toContain('-  a: "0"\n-  gone: x\n+  a: "1"');
    expect(ours.writes).toEqual([{ object: portable(want) }]);
  });

  it('does not fight an autoscaler for the size, but anybody else for it', () => {
    const deployment = (replicas: number) => make('apps/v1 Deployment', 'app', { spec: { replicas } });
    const entries = [entry(deployment(3), { role: 'serving' })];
    const by = (manager: string, more: object) => [shop, applied(deployment(7), manager, more)];
    expect(only({ entries, there: by('kube-controller-manager', { subresource: 'scale' }) }).verdict).toBe(
      'unchanged',
    );
    expect(only({ entries, there: by('kubectl', {}) }).verdict).toBe('conflict');
  });

  it('finds the owner of an item by its name, whatever its place, and an item that somebody added', () => {
    const pods = (...containers: object[]) =>
      make('apps/v1 Deployment', 'app', { spec: { template: { spec: { containers } } } });
    const entries = [
      entry(pods({ name: 'a', image: 'a:1' }, { name: 'b', image: 'b:1' }), { role: 'serving' }),
    ];
    const live = pods({ name: 'a', image: 'a:1' }, { name: 'b', image: 'b:2' }, { name: 'c', image: 'c:1' });
    const managedFields = [
      ...(applied(pods({ name: 'a', image: 'a:1' })).metadata.managedFields as object[]),
      ...(applied(pods({ name: 'b', image: 'b:2' }), 'b-owner').metadata.managedFields as object[]),
      ...(applied(pods({ name: 'c', image: 'c:1' }), 'c-owner').metadata.managedFields as object[]),
    ];
    const there = [shop, { ...live, metadata: { ...live.metadata, managedFields } }];
    expect(only({ entries, there }).conflicts).toEqual([
      { field: '.spec.template.spec.containers[name=b].image', owner: 'b-owner' },
      { field: '.spec.template.spec.containers[name=c]', owner: 'c-owner' },
    ]);
  });

  it('sees what is gone from a list that is applied as a whole, as those of a Knative service are', () => {
    const cart = service('cart');
    const before = service(
      'cart',
      { containers: [{ name: 'app', image: 'cart:1', env: [{ name: 'OLD', value: '1' }], resources: {} }] },
      [{ latestRevision: true, percent: 100, tag: 'old' }],
    );
    const fieldsV1 = {
      'f:spec': { 'f:template': { 'f:spec': { 'f:containers': {} } }, 'f:traffic': {} },
    };
    const live = applied(portable(before), 'zeroshift', { fieldsV1 });
    const found = only({ ...withServices([cart]), there: [shop, live] });
    expect(found.verdict).toBe('update');
    expect(found.difference).toMatch(/-\s+- name: OLD\n(.*\n)*-\s+tag: old\n/);
    expect(only({ ...withServices([before]), there: [shop, live] }).verdict).toBe('unchanged');
  });

  it('tells of Secrets the names of keys, and updates what differs only in values', () => {
    const secret = make('Secret', 'db', { type: 'Opaque' });
    const entries = [entry(secret, { keys: ['password', 'user'] })];
    const differingKeys = new Map([['Secret shop/db', ['password']]]);
    const there = [shop, secret];
    expect(only({ entries, there }).verdict).toBe('unchanged');
    expect(only({ entries, there, state: { differingKeys } })).toMatchObject({
      verdict: 'update',
      keys: ['password', 'user'],
      differingKeys: ['password'],
      writes: [{ object: secret }],
    });
    const theirs = { ...secret, data: { password: 'x' } };
    const managed = { ...secret, metadata: applied(theirs, 'external-secrets').metadata };
    expect(only({ entries, there: [shop, managed], state: { differingKeys } }).conflicts).toEqual([
      { field: '.data.password', owner: 'external-secrets' },
    ]);
  });
});

describe('what the target lacks', () => {
  const deployment = (spec: object) =>
    entry(make('apps/v1 Deployment', 'app', { spec: { template: { spec } } }), { role: 'serving' });
  const selective = service('cart', { nodeSelector: { disk: 'ssd' } });
  const begun = service('cart');
  const zero: KubeObject = {
    ...begun,
    spec: {
      ...begun.spec,
      template: {
        ...begun.spec.template,
        metadata: { annotations: { 'autoscaling.knative.dev/initial-scale': '0' } },
      },
    },
  };
  const features = (value: string) => ({
    settings: new Map([['config-features', { 'kubernetes.podspec-nodeselector': value }]]),
  });
  const issuer = (solver: object) =>
    entry(make('cert-manager.io/v1 ClusterIssuer', '/le', { spec: { acme: { solvers: [solver] } } }), {
      fate: 'stays',
      reason: 'cluster-own',
    });
  const certificate = entry(
    make('cert-manager.io/v1 Certificate', 'tls', {
      spec: { secretName: 'tls', issuerRef: { name: 'le', kind: 'ClusterIssuer' } },
    }),
  );
  const le = make('cert-manager.io/v1 ClusterIssuer', '/le');
  const dying = { deletionTimestamp: '2026-01-01T00:00:00Z' };
  const roles = (name: string) =>
    make('rbac.authorization.k8s.io/v1 RoleBinding', 'b', { roleRef: { kind: 'Role', name } });
  const release = { knative: '1.22.1', features: [] };

  it.each<[string, Given, string[]]>([
    ['a kind', { entries: [entry(make('example.com/v1 Widget', 'w'))] }, ['kind-not-served']],
    [
      'a version',
      { entries: [entry(make('autoscaling/v1 HorizontalPodAutoscaler', 'h'))] },
      ['version-not-served'],
    ],
    [
      'an API server',
      {
        entries: [entry(make('example.com/v1 Widget', 'w'))],
        state: { discovered: { resources: [], unknown: [{ apiVersion: 'example.com/v1', why: 'away' }] } },
      },
      ['kind-unknown'],
    ],
    ['a namespace', { entries: [entry(config({}))], there: [] }, ['namespace-missing']],
    [
      'a namespace that stays',
      { entries: [entry(config({}))], there: [make('Namespace', '/shop', {}, dying)] },
      ['namespace-being-deleted'],
    ],
    [
      'the object for long',
      { entries: [entry(config({}))], there: [shop, make('ConfigMap', 'app', {}, dying)] },
      ['being-deleted'],
    ],
    [
      'the right to read it',
      { entries: [entry(config({}))], state: { unread: new Map([['ConfigMap shop/app', 'forbidden']]) } },
      ['target-unread'],
    ],
    [
      'the right to read a class',
      {
        entries: [deployment({ runtimeClassName: 'gvisor' })],
        state: { unread: new Map([['RuntimeClass.node.k8s.io gvisor', 'forbidden']]) },
      },
      ['target-unread'],
    ],
    ['a feature, by default', withServices([selective]), ['feature-off']],
    [
      'a feature, by its settings',
      { ...withServices([selective]), state: features('Disabled') },
      ['feature-off'],
    ],
    [
      'a feature, in its release',
      { ...withServices([selective]), state: features('enabled'), release },
      ['feature-unknown'],
    ],
    ['no feature', { ...withServices([selective]), state: features('enabled') }, []],
    ['an allowed feature', { ...withServices([selective]), state: features('Allowed') }, []],
    ['a scale of zero to begin with', withServices([zero]), ['feature-off']],
    [
      'no scale of zero',
      {
        ...withServices([zero]),
        state: { settings: new Map([['config-autoscaler', { 'allow-zero-initial-scale': 'true' }]]) },
      },
      [],
    ],
    [
      'classes',
      { entries: [deployment({ priorityClassName: 'high', runtimeClassName: 'gvisor' })] },
      ['class-missing', 'class-missing'],
    ],
    [
      'no class that comes along',
      {
        entries: [deployment({ priorityClassName: 'high' })],
        there: [shop, make('scheduling.k8s.io/v1 PriorityClass', '/high')],
      },
      [],
    ],
    [
      'a storage class',
      {
        entries: [
          entry(
            make('apps/v1 StatefulSet', 'db', {
              spec: { volumeClaimTemplates: [{ spec: { storageClassName: 'gp3' } }] },
            }),
            {
              role: 'serving',
            },
          ),
        ],
      },
      ['class-missing'],
    ],
    ['an issuer', { entries: [certificate] }, ['class-missing']],
    [
      'the traffic for a certificate',
      { entries: [certificate, issuer({ http01: {} })], there: [shop, le] },
      ['certificate-without-secret'],
    ],
    ['no traffic for one by DNS', { entries: [certificate, issuer({ dns01: {} })], there: [shop, le] }, []],
    [
      'no traffic when it has the certificate',
      { entries: [certificate, issuer({ http01: {} })], there: [shop, le, make('Secret', 'tls')] },
      [],
    ],
    ['a change that is allowed', { entries: [entry(roles('b'))], there: [shop, roles('a')] }, ['immutable']],
    [
      'one of two names',
      { entries: [entry(config({})), entry(config({ a: '1' }))] },
      ['collision', 'collision'],
    ],
  ])('%s', (_, given, codes) => {
    const { objects } = plan(given);
    expect(objects.flatMap(({ refusals = [] }) => refusals.map(({ code }) => code))).toEqual(codes);
    for (const { verdict, refusals = [], writes } of objects)
      if (refusals.length > 0) expect([verdict, writes]).toEqual(['refusal', undefined]);
  });

  it('asks nothing of the target when its certificate comes along as a Secret', () => {
    const secret = entry(make('Secret', 'tls', { type: 'kubernetes.io/tls' }), {
      keys: ['tls.crt', 'tls.key'],
    });
    expect(
      verdicts(plan({ entries: [certificate, secret, issuer({ http01: {} })], there: [shop, le] })),
    ).toEqual(['create Secret shop/tls', 'create Certificate shop/tls']);
  });
});

describe('a service with history', () => {
  const traffic = [
    { revisionName: 'cart-00001', percent: 50 },
    { revisionName: 'cart-00007', percent: 50 },
  ];
  const cart = service('cart', { containers: [{ name: 'app', image: 'cart:7' }] }, traffic);
  const [first, last] = [revisionOf('cart', 'cart-00001', 1), revisionOf('cart', 'cart-00007', 7)];
  const history = withServices([cart, first, last]);
  /** What is there once it has arrived. */
  const configuration = (generation: number, more: object = {}) => {
    const made = configurationOf(cart, [first, last]);
    const owners = [{ apiVersion: serving, kind: 'Service', name: 'cart', uid: 's', controller: true }];
    const metadata = { ...made.metadata, uid: 'c', generation, ownerReferences: owners, ...more };
    return { ...made, metadata, status: { ...made.status, observedGeneration: generation } };
  };
  const live = (object: KubeObject) => ({
    ...applied(object),
    metadata: { ...applied(object).metadata, uid: 's' },
  });
  const owned = (revision: KubeObject): KubeObject => ({
    ...revision,
    metadata: {
      ...revision.metadata,
      ownerReferences: [
        { apiVersion: serving, kind: 'Configuration', name: 'cart', uid: 'c', controller: true },
      ],
    },
  });
  const arrived = [shop, live(portable(cart)), configuration(7), owned(first), owned(last)];

  it('is refused while its traffic names a revision that is nowhere, by the name of that', () => {
    const lost = withServices([cart, last]);
    expect(only(lost)).toMatchObject({
      verdict: 'refusal',
      refusals: [
        {
          code: 'revision-missing',
          why: 'its traffic names the revision cart-00001, which the source does not have and the target does not either',
        },
      ],
    });
    // The target may have it, another service may bring it, and a template names its own.
    expect(only({ ...lost, there: [shop, first] }).refusals).toBeUndefined();
    const other = withServices([cart, last], [service('old'), first]);
    expect(verdicts(plan(other))).toEqual(['create Service shop/cart', 'create Service shop/old']);
    const named = service('own', { metadata: { name: 'own-v1' } }, [
      { revisionName: 'own-v1', percent: 100 },
    ]);
    const template = { ...named.spec.template, metadata: { name: 'own-v1' } };
    expect(only(withServices([{ ...named, spec: { ...named.spec, template } }])).refusals).toBeUndefined();
  });

  it('arrives with what it came from, by digest, and the plan says how', () => {
    const { verdict, arrival, writes, notes } = only(history);
    expect([verdict, writes]).toEqual(['create', undefined]);
    expect(arrival).toMatchObject({ generation: 7, temporary: ['cart-zs-a', 'cart-zs-b'], writes: 14 });
    expect(arrival?.revisions.map(({ metadata, spec }) => [metadata.name, spec.containers[0].image])).toEqual(
      [
        ['cart-00001', `cart@${digest('1')}`],
        ['cart-00007', `cart@${digest('7')}`],
      ],
    );
    expect(notes).toEqual([expect.stringContaining('allow-zero-initial-scale is not true')]);
    const texts = planLines(plan(history), 'title').map(({ text }) => text);
    expect(texts).toContain(
      '  Service.serving.knative.dev shop/cart  (with 2 revisions, generation 7, 14 writes)',
    );
  });

  it('is unchanged where everything is there', () => {
    expect(only({ ...history, there: arrived }).verdict).toBe('unchanged');
  });

  it.each([
    ['a revision', [...arrived.slice(0, 3), owned(last)], 'update'],
    [
      'the rest of a beginning',
      [shop, configuration(3, { managedFields: [{ manager: 'zeroshift' }], ownerReferences: [] })],
      'create',
    ],
    [
      'nothing but the end of what passed generations',
      [
        ...arrived,
        make(`${serving} Revision`, 'cart-zs-a', {}, { labels: { 'zeroshift.dev/temporary': 'true' } }),
      ],
      'update',
    ],
  ])('is an update, or goes on, where it lacks $0', (_, there, verdict) => {
    const found = only({ ...history, there });
    expect(found.verdict).toBe(verdict);
    expect(found.arrival?.generation).toBe(7);
  });

  it.each([
    [
      'a newer deployment',
      [
        shop,
        live({
          ...cart,
          spec: { ...cart.spec, template: { spec: { containers: [{ name: 'app', image: 'x' }] } } },
        }),
        { ...configuration(8), status: { observedGeneration: 8, latestCreatedRevisionName: 'cart-00008' } },
        owned(first),
        owned(last),
      ],
      'the target deployed cart-00008 (generation 8)',
    ],
    [
      'another revision of a name',
      [...arrived.slice(0, 3), owned(revisionOf('cart', 'cart-00001', 2)), owned(last)],
      'another revision cart-00001: it runs cart:2',
    ],
    [
      "somebody's revision",
      [shop, revisionOf('cart', 'cart-00001', 1)],
      "a revision cart-00001 that is somebody's",
    ],
    [
      "somebody's Configuration",
      [shop, configuration(7, { ownerReferences: [] })],
      "a Configuration cart that is somebody's",
    ],
  ])('is in conflict with $0, and says so', (_, there, why) => {
    const { verdict, conflicts, arrival } = only({ ...history, there });
    expect([verdict, arrival]).toEqual(['conflict', undefined]);
    expect(conflicts?.map((one) => one.why)).toEqual([expect.stringContaining(why)]);
  });

  it('is refused where its name leaves none for revisions, and comes by one write where that is enough', () => {
    const long = 'a-name-of-sixty-three-letters-that-leaves-no-room-for-any-other';
    const twice = withServices([service(long), revisionOf(long, 'x', 2)]);
    expect(only(twice).refusals?.map(({ code }) => code)).toEqual(['revision-name']);
    const once = only(withServices([service(long), revisionOf(long, `${long.slice(0, 25)}-00001`, 1)]));
    expect(once.arrival).toMatchObject({ generation: 1, writes: 1, temporary: [] });
    expect(once.notes).toEqual([expect.stringContaining('resolved anew')]);
  });
});

it('makes things in the order in which they need each other', () => {
  const objects = [
    make('serving.knative.dev/v1beta1 DomainMapping', 'shop.example.com'),
    make('networking.internal.knative.dev/v1alpha1 ClusterDomainClaim', '/shop.example.com'),
    make('Service', 'web'),
    make('Secret', 'b'),
    make('Secret', 'a'),
    make('ConfigMap', 'a'),
    make('rbac.authorization.k8s.io/v1 RoleBinding', 'a'),
    make('rbac.authorization.k8s.io/v1 Role', 'a'),
    make('ServiceAccount', 'a'),
    make('ResourceQuota', 'a'),
    shop,
  ];
  const cart = withServices([service('cart')]);
  const web = entry(make('apps/v1 Deployment', 'web', { spec: {} }), { role: 'serving' });
  const entries = [...cart.entries, web, ...objects.map((object) => entry(object))];
  const { histories } = cart;
  expect(
    verdicts(plan({ entries, histories, there: [] })).map((text) => text.split(' ').slice(1).join(' ')),
  ).toEqual([
    'Namespace shop',
    'ResourceQuota shop/a',
    'Role shop/a',
    'ServiceAccount shop/a',
    'RoleBinding shop/a',
    'ConfigMap shop/a',
    'Secret shop/a',
    'Secret shop/b',
    'Deployment shop/web',
    'Service shop/web',
    'Service shop/cart',
    'ClusterDomainClaim shop.example.com',
    'DomainMapping shop/shop.example.com',
  ]);
});

it('leaves the inputs alone', () => {
  const given = inputs({ ...withServices([service('cart')]), target: stateOf([shop]) });
  const before = JSON.stringify(given.entries);
  planMigration(given);
  expect(JSON.stringify(given.entries)).toBe(before);
});
