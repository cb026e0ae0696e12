import { expect, it } from 'vitest';
import { stalePlaces } from '../../../../lib/migration/apply/index.ts';
import { type PlannedObject, sealMigrationPlan } from '../../../../lib/migration/plan/plan.ts';
import { make } from '../inventory/populated.ts';
import { planned, regionPlan } from './planned.ts';

const config = (name: string, a: string, more: Partial<PlannedObject> = {}) =>
  planned(make('ConfigMap', name, { data: { a } }), more);
const unchanged = { verdict: 'unchanged', writes: [] } as const;
const planOf = (...objects: PlannedObject[]) =>
  sealMigrationPlan({
    apiVersion: 'zeroshift/v1',
    kind: 'MigrationPlan',
    fleet: 'shop',
    from: 'blue',
    to: 'green',
    regions: [regionPlan(...objects)],
  });

it('holds while nothing but a run of itself changed something', () => {
  const plan = planOf(config('a', '1'), config('b', '1', { verdict: 'update' }), config('c', '1', unchanged));
  expect(stalePlaces(plan, plan)).toEqual([]);
  expect(
    stalePlaces(plan, planOf(config('a', '1', unchanged), config('b', '1'), config('c', '1', unchanged))),
  ).toEqual([]);
});

it('does not hold once either side says something else', () => {
  const plan = planOf(config('a', '1'), config('b', '1', unchanged), config('c', '1'), config('d', '1'));
  const now = planOf(
    config('a', '2'),
    config('b', '1', { verdict: 'update' }),
    config('c', '1', { verdict: 'conflict', writes: [] }),
    config('e', '1'),
  );
  expect(stalePlaces(plan, now)).toEqual([
    'ConfigMap shop/a: the source has changed it',
    'ConfigMap shop/b: it was unchanged then, and is to be updated now',
    'ConfigMap shop/c: it was to be created then, and is in conflict now',
    'ConfigMap shop/d: it is not on the source any more',
    'ConfigMap shop/e: it was not on the source then',
  ]);
});
