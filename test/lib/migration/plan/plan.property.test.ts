import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { KubeObject } from '../../../../lib/clusters/cluster-port.ts';
import { canonicalJson } from '../../../../lib/cutover/canonical-json.ts';
import type { Arrival } from '../../../../lib/migration/arrival/index.ts';
import { differences, merged } from '../../../../lib/migration/plan/differences.ts';
import { droppedPaths } from '../../../../lib/migration/plan/field-owners.ts';
import {
  type MigrationInputs,
  planMigration,
  type RegionPlan,
  sealMigrationPlan,
} from '../../../../lib/migration/plan/index.ts';
import { stepInto, withoutPath } from '../../../../lib/migration/plan/paths.ts';
import {
  applied,
  entry,
  inputs,
  make,
  revisionOf,
  service,
  serving,
  shop,
  stateOf,
  withServices,
} from './plan-inputs.ts';

const seed = Number(process.env.SEED ?? 20261124);
const scalar = fc.oneof(
  fc.constantFrom('', 'a', 'b', 'ghcr.io/a'),
  fc.integer({ min: 0, max: 3 }),
  fc.boolean(),
);
/** A field has one shape, as Kubernetes' have: a value, more fields, a list, a list of items with names. */
const { fields } = fc.letrec<{ fields: object }>((tie) => ({
  fields: fc.record(
    {
      a: scalar,
      'x.y/z': scalar,
      more: fc.option(tie('fields'), { nil: {}, depthSize: 'small' }),
      values: fc.array(scalar, { maxLength: 3 }),
      list: fc.array(fc.option(tie('fields'), { nil: {}, depthSize: 'small' }), { maxLength: 2 }),
      items: fc
        .uniqueArray(fc.constantFrom('p', 'q', 'r'), { maxLength: 3 })
        .chain((names) =>
          fc.tuple(
            ...names.map((name) =>
              fc.record({ name: fc.constant(name), v: scalar }, { requiredKeys: ['name'] }),
            ),
          ),
        ),
    },
    { requiredKeys: [] },
  ),
}));

const kinds = ['ConfigMap', 'ServiceAccount', 'Service', 'ResourceQuota', 'apps/v1 Deployment'] as const;
const object = fc
  .tuple(fc.constantFrom(...kinds), fc.constantFrom('a', 'b', 'c'), fields)
  .map(([kind, name, spec]) => make(kind, name, { spec }));
const objects = fc.uniqueArray(object, {
  maxLength: 8,
  selector: ({ kind, metadata: { name } }) => `${kind} ${name}`,
});

const cart = service('cart', { containers: [{ name: 'app', image: 'ghcr.io/a/cart:2' }] }, [
  { revisionName: 'cart-00001', percent: 50 },
  { latestRevision: true, percent: 50 },
]);
const cartRevisions = [
  revisionOf('cart', 'cart-00001', 1, 'ghcr.io/a/cart'),
  revisionOf('cart', 'cart-00002', 2, 'ghcr.io/a/cart'),
] as const;
const history = withServices([cart, ...cartRevisions], [service('pay')]);
const migration = {
  rewrites: [
    { registries: { 'ghcr.io/a': 'ecr' } },
    { annotations: { kinds: ['ConfigMap'], add: { green: 'yes' } } },
    {
      objects: (one: KubeObject) =>
        one.kind === 'Service' ? { ...one, metadata: { ...one.metadata, labels: { to: 'green' } } } : one,
    },
  ],
  workloads: [],
};

const given = (sources: readonly KubeObject[], there: readonly KubeObject[]): MigrationInputs =>
  inputs({
    migration,
    histories: history.histories,
    entries: [
      ...history.entries,
      ...sources.map((one) => entry(one, one.kind === 'Deployment' ? { role: 'serving' } : {})),
    ],
    there: [shop, ...there],
  });

/** What an API server would have after the writes of a plan: what was there, less what is dropped, with defaults of its own. */
function afterwards({ objects: planned }: RegionPlan, there: readonly KubeObject[]): KubeObject[] {
  const named = ({ apiVersion, kind, metadata: { name } }: KubeObject) => `${apiVersion} ${kind} ${name}`;
  const live = new Map(there.map((one) => [named(one), one]));
  const put = (one: KubeObject): void => {
    live.set(named(one), one);
  };
  for (const { writes = [], arrival } of planned) {
    for (const { object: want } of arrival === undefined ? writes : [arrival]) {
      const before = live.get(named(want));
      const dropped = before === undefined ? [] : [...droppedPaths(before, want)].reverse();
      const next = dropped.reduce(withoutPath, merged(before, want)) as KubeObject;
      const { managedFields } = applied(want).metadata;
      const metadata = { ...next.metadata, managedFields, uid: named(want) };
      put({ ...next, metadata, status: { x: 1 }, addedByDefault: {} });
    }
    if (arrival !== undefined) for (const one of withHistory(arrival)) put(one);
  }
  return [...live.values()];
}

/** What else of Knative's is there once a service has arrived. */
function withHistory({ object, generation, revisions }: Arrival): KubeObject[] {
  const { name } = object.metadata;
  const by = (kind: string, uid: string) => ({
    ownerReferences: [{ apiVersion: serving, kind, name, uid, controller: true }],
  });
  const owner = by('Service', `${serving} Service ${name}`);
  const configuration = make(
    `${serving} Configuration`,
    name,
    { spec: { template: object.spec.template }, status: { observedGeneration: generation } },
    { uid: `c-${name}`, generation, ...owner },
  );
  return [
    configuration,
    ...revisions.map((revision) => ({
      ...revision,
      metadata: { ...revision.metadata, ...by('Configuration', `c-${name}`) },
    })),
  ];
}

const verdictsOf = ({ objects: planned }: RegionPlan): string[] => [
  ...new Set(planned.map(({ verdict }) => verdict)),
];

it('finds all unchanged once its plan was carried out, from nothing and from what an earlier one left', () => {
  fc.assert(
    fc.property(objects, objects, (before, now) => {
      const first = planMigration(given(before, []));
      expect(verdictsOf(first)).toEqual(['create']);
      const there = afterwards(first, []);
      expect(verdictsOf(planMigration(given(before, there)))).toEqual(['unchanged']);
      // What was applied once and has changed since is an update, and never somebody else's.
      const second = planMigration(given(now, there));
      expect(['create', 'update', 'unchanged']).toEqual(expect.arrayContaining(verdictsOf(second)));
      const last = afterwards(second, there);
      expect(verdictsOf(planMigration(given(now, last)))).toEqual(['unchanged']);
      // Nothing is left of what was applied once and nobody says any more.
      for (const { writes = [], arrival } of planMigration(given(now, [])).objects) {
        const want = (arrival ?? writes.at(-1))?.object as KubeObject;
        const live = last.find(
          (one) =>
            one.kind === want.kind && one.metadata.name === want.metadata.name && one.spec !== undefined,
        );
        const more = differences(want.spec, live?.spec).filter(({ path }) => {
          const value = path.reduce(stepInto, live?.spec as unknown);
          return typeof value !== 'object' || Object.keys(value ?? {}).length > 0;
        });
        expect(more).toEqual([]);
      }
    }),
    { seed, numRuns: 200 },
  );
}, 60_000);

it('holds exactly what it was merged with', () => {
  fc.assert(
    fc.property(fields, fields, (live, want) => {
      expect(differences(merged(live, want), want).filter(({ how }) => how !== 'extra')).toEqual([]);
      expect(differences(want, want)).toEqual([]);
    }),
    { seed, numRuns: 300 },
  );
});

it('gives the same bytes for the same inputs in another order', () => {
  const bytes = (one: MigrationInputs): string =>
    canonicalJson(
      sealMigrationPlan({
        apiVersion: 'zeroshift/v1',
        kind: 'MigrationPlan',
        fleet: 'shop',
        from: 'blue',
        to: 'green',
        regions: [planMigration(one)],
      }),
    );
  const shuffled = <Item>(items: readonly Item[]) =>
    fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length });
  fc.assert(
    fc.property(
      objects.chain((sources) => {
        const live = sources.slice(1).map((each) => applied({ ...each, spec: { a: 1 } }, 'kubectl'));
        const one = given(sources, live);
        return fc.record({
          one: fc.constant(one),
          entries: shuffled([...one.entries]),
          there: shuffled([shop, ...live]),
        });
      }),
      ({ one, entries, there }) => {
        const other = { ...one, entries, target: stateOf(there) };
        expect(bytes(other)).toBe(bytes(one));
      },
    ),
    { seed, numRuns: 40 },
  );
});
