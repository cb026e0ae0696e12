import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import type { KubeObject } from '../../../../lib/clusters/cluster-port.ts';
import { errorText } from '../../../../lib/messages/error.ts';
import { type ExportedFile, readExport } from '../../../../lib/migration/from-file/index.ts';
import { validateService } from '../../../../lib/validation/index.ts';
import { knExport } from '../../../helpers/kn-export.ts';
import { refusal } from '../../../helpers/refusal.ts';

const fixture = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../../../fixtures/kn-export', name), 'utf8');

const of = ({ objects }: ExportedFile, kind: string): KubeObject[] =>
  objects.filter((one) => one.kind === kind);
const one = (file: ExportedFile, kind: string): KubeObject => {
  const [found, ...more] = of(file, kind);
  if (found === undefined || more.length > 0) throw new Error(`${more.length + 1} of ${kind}`);
  return found;
};
const generations = (file: ExportedFile) =>
  of(file, 'Revision').map(({ metadata }) => [
    metadata.name,
    metadata.labels?.['serving.knative.dev/configurationGeneration'],
  ]);
const codes = ({ repairs }: ExportedFile) => repairs.map(({ code }) => code);

const service = (name: string, more: object = {}, metadata: object = {}): object => ({
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Service',
  metadata: { name, ...metadata },
  spec: { template: { spec: { containers: [{ image: 'ghcr.io/acme/app:1' }] } }, ...more },
});

describe('Export', () => {
  const file = readExport(fixture('export.yaml'), 'cart.yaml', { namespace: 'shop' });

  it('has the history of a cluster: the names, the generations and the template of the source', () => {
    expect(generations(file)).toEqual([
      ['cart-00003', '3'],
      ['cart-00500', '500'],
      ['cart-00507', '507'],
    ]);
    const configuration = one(file, 'Configuration');
    expect(configuration.metadata).toMatchObject({ name: 'cart', namespace: 'shop', generation: 507 });
    const { spec, status, metadata } = one(file, 'Service');
    expect(metadata).toMatchObject({ labels: { app: 'cart' }, annotations: { 'example.com/note': 'kept' } });
    expect(spec.template).toEqual(configuration.spec.template);
    expect(status.latestReadyRevisionName).toBe('cart-00507');
    // Every revision is owned by the configuration, as in a cluster.
    for (const { metadata: head } of of(file, 'Revision'))
      expect(head).toMatchObject({
        namespace: 'shop',
        ownerReferences: [{ kind: 'Configuration', uid: configuration.metadata.uid, controller: true }],
      });
  });

  it('has traffic that the webhook takes', () => {
    const raw = parse(fixture('export.yaml')).spec.service;
    const service = one(file, 'Service');
    expect(validateService(raw).some(({ field }) => field.startsWith('spec.traffic'))).toBe(true);
    expect(validateService({ ...service, status: undefined })).toEqual([]);
    expect(service.spec.traffic[0]).toEqual({ latestRevision: true, percent: 80 });
  });

  it("leaves behind what belongs to the source, and keeps what is the revision's own", () => {
    const [revision] = of(file, 'Revision');
    expect(revision?.metadata.annotations).toEqual({
      'autoscaling.knative.dev/min-scale': '1',
      'client.knative.dev/user-image': 'ghcr.io/acme/cart:3',
    });
    expect(revision?.metadata.labels).toEqual({
      team: 'shop',
      'serving.knative.dev/configuration': 'cart',
      'serving.knative.dev/configurationGeneration': '3',
      'serving.knative.dev/service': 'cart',
    });
    expect(JSON.stringify(file.objects)).not.toMatch(/creationTimestamp|routingState|knative.dev\/routes/);
  });

  it('tells every repair at its place', () => {
    const told = file.repairs.map(({ where, object, code }) => `${where} ${object} ${code}`);
    expect(told).toEqual([
      'cart.yaml:54 Service shop/cart namespace-chosen',
      'cart.yaml:75 Service shop/cart latest-by-name',
      'cart.yaml:8 Revision shop/cart-00003 cluster-fields',
      'cart.yaml:32 Revision shop/cart-00500 cluster-fields',
      'cart.yaml:62 Service shop/cart latest-named',
      'cart.yaml:67 Service shop/cart digest-unknown',
      'cart.yaml:51 Namespace shop namespace-bare',
    ]);
    const [digests] = file.repairs.filter(({ code }) => code === 'digest-unknown');
    expect(digests?.text).toContain('ghcr.io/acme/cart:3, ghcr.io/acme/cart:507 stood for');
  });

  it('is the same from JSON, and from JSON without line ends', () => {
    const given = parse(fixture('export.yaml'));
    for (const space of [0, 2])
      expect(
        readExport(JSON.stringify(given, null, space), 'cart.json', { namespace: 'shop' }).objects,
      ).toEqual(file.objects);
  });

  it("takes the newest of the file for the template's own where it is", () => {
    const given = parse(fixture('export.yaml'));
    const { service: latest, revisions } = given.spec;
    latest.spec.template.spec = revisions[1].spec;
    latest.spec.traffic = [
      { revisionName: 'cart-00003', percent: 50 },
      { revisionName: 'cart-00500', percent: 50 },
    ];
    const pinned = readExport(stringify(given), 'f', { namespace: 'shop' });
    expect(generations(pinned)).toEqual([
      ['cart-00003', '3'],
      ['cart-00500', '500'],
    ]);
    expect(one(pinned, 'Configuration').metadata.generation).toBe(500);
    expect(codes(pinned)).not.toContain('latest-named');
  });

  it('without revisions is a service of one generation, all of its traffic at the latest', () => {
    const given = {
      apiVersion: 'client.knative.dev/v1alpha1',
      kind: 'Export',
      metadata: {},
      spec: { service: service('a'), revisions: null },
    };
    const single = readExport(stringify(given), 'f');
    expect(generations(single)).toEqual([['a-00001', '1']]);
    expect(one(single, 'Service').spec.traffic).toEqual([{ latestRevision: true, percent: 100 }]);
    expect(codes(single)).toEqual([
      'namespace-chosen',
      'traffic-missing',
      'digest-unknown',
      'namespace-bare',
    ]);
  });
});

describe('List', () => {
  const file = readExport(fixture('replay.yaml'), 'hello.yaml', { namespace: 'shop' });

  it('to be replayed becomes one service and its revisions, numbered in order', () => {
    expect(generations(file)).toEqual([
      ['hello-rev1', '1'],
      ['hello-00004', '4'],
      ['hello-rev3', '5'],
    ]);
    expect(one(file, 'Configuration').metadata.generation).toBe(5);
    const service = one(file, 'Service');
    expect(service.spec.template.metadata).toEqual({ name: 'hello-rev3' });
    expect(validateService({ ...service, status: undefined })).toEqual([]);
    expect(codes(file).filter((code) => code === 'replayed')).toHaveLength(2);
    expect(codes(file).filter((code) => code === 'generation-numbered')).toHaveLength(1);
  });

  it('of several services is several services', () => {
    const list = {
      apiVersion: 'v1',
      kind: 'List',
      items: [service('a'), service('b'), service('a', {}, { namespace: 'x' })],
    };
    expect(
      of(readExport(stringify(list), 'f'), 'Service').map(
        ({ metadata }) => `${metadata.namespace}/${metadata.name}`,
      ),
    ).toEqual(['default/a', 'default/b', 'x/a']);
  });

  it('of what kubectl gets keeps digests and the generation of the configuration', () => {
    const owned = (kind: string) => ({
      ownerReferences: [
        { apiVersion: 'serving.knative.dev/v1', kind, name: 'a', uid: 'u', controller: true },
      ],
    });
    const spec = { containers: [{ image: 'ghcr.io/acme/app:1' }] };
    const containerStatuses = [{ name: 'user-container', imageDigest: 'ghcr.io/acme/app@sha256:1' }];
    const items = [
      {
        ...service('a', {}, { namespace: 'shop', uid: 'u', managedFields: [] }),
        status: { latestCreatedRevisionName: 'a-00009', latestReadyRevisionName: 'a-00009' },
      },
      {
        apiVersion: 'serving.knative.dev/v1',
        kind: 'Configuration',
        metadata: { name: 'a', namespace: 'shop', generation: 9, ...owned('Service') },
        spec: { template: { spec } },
      },
      {
        apiVersion: 'serving.knative.dev/v1',
        kind: 'Revision',
        metadata: {
          name: 'a-00009',
          namespace: 'shop',
          labels: {
            'serving.knative.dev/configuration': 'a',
            'serving.knative.dev/configurationGeneration': '9',
          },
          ...owned('Configuration'),
        },
        spec,
        status: { containerStatuses },
      },
    ];
    const file = readExport(stringify({ apiVersion: 'v1', kind: 'List', items }), 'f');
    expect(generations(file)).toEqual([['a-00009', '9']]);
    expect(one(file, 'Configuration').metadata.generation).toBe(9);
    expect(one(file, 'Revision').status).toEqual({ containerStatuses });
    expect(codes(file)).not.toContain('digest-unknown');
  });
});

describe('what kn itself wrote of a service of a real cluster', () => {
  const read = (name: string) => readExport(fixture(name), name, { namespace: 'shop' });
  const live = parse(fixture('kubectl.yaml')).items as KubeObject[];
  const [service, revisions] = [
    live.find(({ kind }) => kind === 'Service') as KubeObject,
    live.filter(({ kind }) => kind === 'Revision'),
  ];

  it('is what the helper of the tests on clusters makes of it', () => {
    const plain = (value: unknown): unknown =>
      JSON.parse(
        JSON.stringify(value, (_, part) =>
          typeof part === 'object' && part !== null && Object.keys(part).length === 0 ? undefined : part,
        ),
      );
    for (const [name, mode] of [
      ['kn-export.yaml', 'export'],
      ['kn-export.json', 'export'],
      ['kn-replay.yaml', 'replay'],
    ] as const)
      expect(plain(knExport(service, revisions, mode))).toEqual(plain(parse(fixture(name))));
    const alone = plain(knExport(service, revisions.slice(0, 1), 'export')) as {
      spec: { service: KubeObject };
    };
    expect(alone.spec.service.spec.traffic).toBeUndefined();
    expect(parse(fixture('kn-single.yaml')).spec.service.spec.traffic).toBeUndefined();
  });

  it('is one history in every form', () => {
    const exported = read('kn-export.yaml');
    expect(read('kn-export.json').objects).toEqual(exported.objects);
    expect(read('kn-replay.yaml').objects).toEqual(exported.objects);
    expect(generations(exported)).toEqual([
      ['real-00001', '1'],
      ['real-00003', '3'],
    ]);
    expect(one(exported, 'Configuration').metadata.generation).toBe(3);
    expect(generations(read('kn-single.yaml'))).toEqual([['real-00001', '1']]);
  });

  it('is less than what kubectl gets: the revisions without traffic, and the digests', () => {
    const whole = read('kubectl.yaml');
    expect(generations(whole)).toEqual([
      ['real-00001', '1'],
      ['real-00002', '2'],
      ['real-00003', '3'],
    ]);
    expect(codes(whole)).not.toContain('digest-unknown');
    for (const { status } of of(whole, 'Revision'))
      expect(status.containerStatuses[0].imageDigest).toContain('@sha256:');
    const plain = (file: ExportedFile) => {
      const { spec, metadata } = one(file, 'Service');
      return { spec, metadata };
    };
    expect(plain(whole)).toEqual(plain(read('kn-export.yaml')));
  });
});

describe('files', () => {
  const documents = (...objects: object[]): string => objects.map((one) => stringify(one)).join('---\n');

  it('may hold many documents, and runs of `kn -o json` one after the other', () => {
    const both = documents(service('a'), parse(fixture('export.yaml')), parse(fixture('replay.yaml')));
    expect(of(readExport(both, 'f'), 'Service').map(({ metadata }) => metadata.name)).toEqual([
      'a',
      'cart',
      'hello',
    ]);
    const json = [service('a{"'), service('b')].map((one) => JSON.stringify(one, null, 4)).join('\n');
    const error = refusal(() => readExport(`${json}\n{"kind":"x"}`, 'f'));
    expect(error.problems.map(({ where }) => where)).toEqual([`f:${json.split('\n').length + 1}`]);
  });

  it('name revisions that they do not have: told, and left to the plan', () => {
    const pinned = service('a', { traffic: [{ revisionName: 'a-00002', percent: 100 }] });
    const file = readExport(stringify(pinned), 'f');
    expect(codes(file)).toContain('revision-missing');
    expect(one(file, 'Service').spec.traffic).toEqual([{ revisionName: 'a-00002', percent: 100 }]);
  });

  it.each([
    ['a broken one', 'a: [1', 'export.not-yaml', 'f:1'],
    [
      'one with a quote of its own',
      'kind: Secret\ndata:\n  a: "hunter2" "hunter3"\n',
      'export.not-yaml',
      'f:3',
    ],
    [
      'two exports without a line between them',
      documents(service('a')) + documents(service('b')),
      'export.not-yaml',
      'put a line with ---',
    ],
    ['an empty one', '# nothing\n---\n', 'export.empty', 'f: nothing'],
    ['text', 'hello', 'export.invalid', 'no kind'],
    [
      'a plan',
      'apiVersion: zeroshift/v1\nkind: MigrationPlan\nmetadata: {name: a}',
      'export.invalid',
      'MigrationPlan of zeroshift/v1',
    ],
    [
      'an older Knative',
      documents({ ...service('a'), apiVersion: 'serving.knative.dev/v1alpha1' }),
      'export.invalid',
      'allowed: Service of serving.knative.dev/v1',
    ],
    [
      'an Export of another version',
      'apiVersion: client.knative.dev/v1\nkind: Export\nspec: {}',
      'export.invalid',
      'Export of client.knative.dev/v1',
    ],
    [
      'an Export of nothing',
      'apiVersion: client.knative.dev/v1alpha1\nkind: Export\nspec: {}',
      'export.invalid',
      'f:',
    ],
    ['no name', documents(service('')), 'export.invalid', 'metadata.name'],
    [
      'no container',
      documents(service('a', { template: {} })),
      'export.invalid',
      'spec.template.spec.containers: nothing was given',
    ],
    [
      'a label that is no text',
      documents(service('a', {}, { labels: { a: 1 } })),
      'export.invalid',
      'metadata.labels.a: 1 was given',
    ],
    ['one name twice', documents(service('a'), service('a')), 'export.invalid', 'another stands at f:1'],
    [
      'one name twice, once as an Export',
      documents(service('cart'), parse(fixture('export.yaml'))),
      'export.invalid',
      'another stands at f:1',
    ],
    ['an anchor that holds itself', 'apiVersion: v1\nkind: List\nitems: &a [*a]', 'export.not-yaml', 'f:'],
    [
      'a bomb of aliases',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
        .split('')
        .map((n, i) => `${n}: &${n} [${Array(9).fill(`*${'abcdefgh'[i]}`)}]`)
        .join('\n')}`,
      'export.not-yaml',
      'f:1',
    ],
    ['more than anybody exports', `a: "${'x'.repeat(9 * 1024 * 1024)}"`, 'export.too-large', '10 MiB'],
  ])('that hold %s are refused', (_, text, code, said) => {
    const error = refusal(() => readExport(text, 'f'));
    expect(error.code).toBe(code);
    expect(errorText(error)).toContain(said);
    expect(errorText(error)).not.toContain('hunter');
    expect(error.action).toBeTruthy();
    expect(error.exitCode).toBe(2);
  });

  it('with values of Secrets are refused, and the values not said', () => {
    const secret = (more: object) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'db' },
      ...more,
    });
    const error = refusal(() =>
      readExport(
        documents(service('a'), secret({ data: { b: 'aHVudGVy' }, stringData: { a: 'hunter2' } })),
        'f',
      ),
    );
    expect(error.code).toBe('export.secret-values');
    expect(errorText(error)).toContain('values of the keys a, b');
    expect(`${errorText(error)}${JSON.stringify(error)}`).not.toMatch(/hunter|aHVudGVy/);
    const empty = readExport(documents(service('a'), secret({ type: 'Opaque' })), 'f');
    expect(of(empty, 'Secret')).toEqual([]);
    expect(codes(empty)).toContain('secret-left-out');
  });
});

it('has each of its codes on the page', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/migration.md'), 'utf8');
  const types = readFileSync(
    join(import.meta.dirname, '../../../../lib/migration/from-file/exported-file.ts'),
    'utf8',
  );
  const known = [...types.matchAll(/^ {2}\| '([a-z-]+)'/gm)].map(([, code]) => code);
  expect(known.length).toBeGreaterThan(10);
  expect(known.filter((code) => !page.includes(`| \`${code}\` |`))).toEqual([]);
});
