import { expect, it } from 'vitest';
import type { RegionFacts } from '../../../lib/cutover/plan.ts';
import { cutoverPlanSchema, planSchema } from '../../../lib/cutover/plan-schema.ts';
import { handsOn, stepsOf } from '../../../lib/cutover/plan-steps.ts';
import { Duration } from '../../../lib/fleet/duration.ts';
import { SimulatedWorld } from '../../helpers/simulated-world.ts';
import { samplePlan } from '../runbook/sample-plan.ts';

const facts = (region: string): RegionFacts => ({
  region,
  endpointGroupArn: `group-${region}`,
  endpoints: [],
  entrances: { blue: `blue-${region}`, green: `green-${region}` },
  services: [],
});
const regions = ['a', 'b', 'c'].map(facts);
const ids = (waves?: readonly (readonly string[])[]): string[] =>
  stepsOf({ steps: [0.5, 100], ...(waves === undefined ? {} : { waves }) }, regions, 'green').map(
    ({ id }) => id,
  );

it('proves everything everywhere before anything moves, and moves region after region', () => {
  const all = ids();
  expect(all.slice(0, 12).every((id) => /\/(preflight|migrate|verify|floors)$/.test(id))).toBe(true);
  expect(all.slice(12)).toEqual([
    ...['a', 'b', 'c'].flatMap((region) => [`${region}/shift-0.5`, `${region}/shift-100`, `${region}/drain`]),
    'a/hold',
    'b/hold',
    'c/hold',
  ]);
});

it('watches a whole wave before the next, in the order of the fleet; what no wave names comes last', () => {
  const moves = (region: string) => [`${region}/shift-0.5`, `${region}/shift-100`, `${region}/drain`];
  expect(ids([['c'], ['b']]).slice(12)).toEqual([
    ...moves('c'),
    'wave-1/bake',
    ...moves('b'),
    'wave-2/bake',
    ...moves('a'),
    'all/hold',
  ]);
  const bake = stepsOf({ steps: [100], waves: [['b', 'a'], ['c']] }, regions, 'green').find(
    ({ kind }) => kind === 'bake',
  );
  expect(bake).toMatchObject({ region: 'a', regions: ['a', 'b'] });
});

it('gives half percents as weights of 199 and 1', () => {
  const [first] = stepsOf({ steps: [0.5, 100] }, regions, 'green').filter(({ kind }) => kind === 'shift');
  expect(first).toMatchObject({ share: 0.5, weights: { 'green-a': 1, 'blue-a': 199 } });
});

it('finds the steps that approvals and hooks name, and nothing where there are none', () => {
  const steps = stepsOf({ steps: [0.5, 100] }, regions, 'green');
  expect(handsOn({ approvals: [], hooks: [] }, steps)).toEqual({});
  const { approvals, hooks } = handsOn(
    {
      approvals: ['shift-100', 'a/drain'],
      hooks: [
        { name: 'x', run: ['x'], when: ['after'], steps: ['hold'], timeout: Duration.seconds(5) },
        { name: 'y', url: 'https://y.example.com/secret', when: ['before'], timeout: Duration.seconds(5) },
      ],
    },
    steps,
  );
  expect(approvals).toEqual(['a/shift-100', 'a/drain', 'b/shift-100', 'c/shift-100']);
  expect(hooks?.[0]).toEqual({
    name: 'x',
    when: ['after'],
    steps: ['a/hold', 'b/hold', 'c/hold'],
    timeout: '5s',
  });
  expect(hooks?.[1]?.steps.length).toBe(steps.length);
  expect(JSON.stringify(hooks)).not.toContain('secret');
});

it('has a schema that plans keep to, and mistakes do not', async () => {
  const plan = await (
    await new SimulatedWorld({
      regions: 2,
      cutover: { waves: [['us-east-1'], ['eu-west-1']], approvals: ['hold'] },
    }).settle()
  ).plan();
  for (const one of [plan, samplePlan()]) cutoverPlanSchema.parse(JSON.parse(JSON.stringify(one)));
  for (const wrong of [
    { ...plan, from: 'red' },
    { ...plan, digest: 'x' },
    { ...plan, steps: plan.steps.map((step) => (step.kind === 'shift' ? { ...step, share: 0.3 } : step)) },
    { ...plan, policy: { ...plan.policy, bake: 'soon' } },
  ])
    expect(cutoverPlanSchema.safeParse(wrong).success).toBe(false);
  expect(planSchema()).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    required: expect.arrayContaining(['regions', 'steps', 'digest']),
  });
});
