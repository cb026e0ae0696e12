import { expect, it } from 'vitest';
import type { KubeObject } from '../../../../lib/clusters/cluster-port.ts';
import {
  handedOverAnnotation,
  handedOverOf,
  handedOverText,
} from '../../../../lib/migration/plan/handed-over.ts';
import { planMigration } from '../../../../lib/migration/plan/index.ts';
import { entry, inputs, make, shop, writtenBy } from './plan-inputs.ts';

/** What a cutover has handed over is not handed back by a migration. */
const workloads = [
  { kind: 'Deployment', name: 'worker', runs: 'singleton' as const },
  { kind: 'CronJob', name: 'report', runs: 'singleton' as const },
];
const marked = (text: string) => ({ annotations: { [handedOverAnnotation]: text, own: '1' } });
const away = (value: string) => marked(`away shop-blue-green-1 ${value} 2026-01-01T00:00:00.000Z`);
const here = marked('here shop-blue-green-1');

const plan = (blue: readonly KubeObject[], green: readonly KubeObject[]) =>
  planMigration(
    inputs({
      entries: blue.map((object) => entry(object, { role: 'undecided' })),
      migration: { rewrites: [], workloads },
      there: [shop, ...green],
    }),
  ).objects;

const worker = (spec: object, metadata: object) => make('apps/v1 Deployment', 'worker', { spec }, metadata);
const report = (spec: object, metadata: object) => make('batch/v1 CronJob', 'report', { spec }, metadata);

/** As it is on green: applied suspended, then handed over. */
const handedOver = (object: KubeObject, field: string): KubeObject => {
  const { [field]: _, ...spec } = object.spec as Record<string, unknown>;
  const own = { ...object, metadata: { ...object.metadata, annotations: { own: '1' } }, spec };
  const update = { operation: 'Update', fieldsV1: { 'f:spec': { [`f:${field}`]: {} } } };
  return {
    ...object,
    metadata: {
      ...object.metadata,
      managedFields: [writtenBy('zeroshift', own), writtenBy('zeroshift', object, update)],
    },
  };
};

it('neither suspends it on green again, nor copies that blue is suspended', () => {
  const blue = [
    worker({ replicas: 0 }, away('4')),
    report({ suspend: true, schedule: '@daily' }, away('false')),
  ];
  const green = [
    handedOver(worker({ replicas: 4 }, here), 'replicas'),
    handedOver(report({ suspend: false, schedule: '@daily' }, here), 'suspend'),
  ];
  const found = plan(blue, green);
  expect(found.map(({ kind, verdict, waits }) => [kind, verdict, waits])).toEqual([
    ['CronJob', 'unchanged', { field: '.spec.suspend', value: false }],
    ['Deployment', 'unchanged', { field: '.spec.replicas', value: 4 }],
  ]);
});

it('brings other changes without touching whether it runs', () => {
  const blue = [worker({ replicas: 0, paused: true }, away('4'))];
  const [found] = plan(blue, [handedOver(worker({ replicas: 7 }, here), 'replicas')]);
  expect(found).toMatchObject({
    verdict: 'update',
    writes: [{ object: { spec: { replicas: 7, paused: true } } }],
  });
  expect(found?.writes?.[0]?.object.metadata.annotations).toEqual({ own: '1' });
});

it('has it wait where it was not handed over to: on a new green, and after it was handed back', () => {
  const blue = [worker({ replicas: 0 }, away('4'))];
  expect(plan(blue, [])).toMatchObject([
    { verdict: 'create', writes: [{ object: { spec: { replicas: 0 } } }] },
  ]);
  const back = [worker({ replicas: 4 }, here)];
  expect(plan(back, [worker({ replicas: 0 }, away('4'))])).toMatchObject([{ verdict: 'unchanged' }]);
  // Somebody started it there: it must not run.
  expect(plan(back, [worker({ replicas: 2 }, away('4'))])).toMatchObject([{ verdict: 'update' }]);
});

it('says what it says', () => {
  for (const mark of [
    { place: 'here', plan: 'p' },
    { place: 'away', plan: 'p', value: 4, at: Date.UTC(2026, 0, 1) },
    { place: 'away', plan: 'p', value: false, at: 1 },
  ] as const)
    expect(handedOverOf(make('ConfigMap', 'a', {}, marked(handedOverText(mark))))).toEqual(mark);
  expect(handedOverOf(make('ConfigMap', 'a', {}, marked('elsewhere p')))).toBeUndefined();
});
