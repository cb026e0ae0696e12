import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { KubeObject } from '../../../../lib/clusters/cluster-port.ts';
import { canonicalJson } from '../../../../lib/cutover/canonical-json.ts';
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

const cart = service(
  'cart',
  { containers: [{ name: 'app', image: 'ghcr.io/a/cart:2' }] },
  [
    { revisionName: 'cart-00001', percent: 50 },
    { latestRevision: true, percent: 50 },
  ],
  'cart-00002',
);
const history = withServices([cart, revisionOf('cart', 'cart-00001', 1)], [service('pay')]);
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
    services: history.services,
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
  for (const { object: want } of planned.flatMap(({ writes = [] }) => writes)) {
    const before = live.get(named(want));
    const dropped = before === undefined ? [] : [...droppedPaths(before, want)].reverse();
    const next = dropped.reduce(withoutPath, merged(before, want)) as KubeObject;
    const { managedFields } = applied(want).metadata;
    live.set(named(want), {
      ...next,
      metadata: { ...next.metadata, managedFields },
      status: { x: 1 },
      addedByDefault: {},
    });
  }
  return [...live.values(), revisionOf('cart', 'cart-00001', 1)];
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
      for (const { writes = [] } of planMigration(given(now, [])).objects) {
        const want = writes.at(-1)?.object as KubeObject;
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
});

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
        const one = given(
          sources,
          sources.slice(1).map((each) => applied({ ...each, spec: { a: 1 } }, 'kubectl')),
        );
        return fc.record({
          one: fc.constant(one),
          entries: shuffled(one.entries),
          services: shuffled(one.services),
          there: shuffled([...one.target.objects.values()]),
        });
      }),
      ({ one, entries, services, there }) => {
        const other = { ...one, entries, services, target: stateOf(there) };
        expect(bytes(other)).toBe(bytes(one));
      },
    ),
    { seed, numRuns: 40 },
  );
});
