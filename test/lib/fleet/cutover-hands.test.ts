import { expect, it } from 'vitest';
import { handsOnProblems } from '../../../lib/fleet/cutover-hands-problems.ts';
import type { FleetInput } from '../../../lib/fleet/define-fleet.ts';
import { Duration } from '../../../lib/fleet/duration.ts';
import { exampleFleet } from '../../helpers/fleet.ts';

const policy = {
  maxLag: Duration.seconds(1),
  waveBake: Duration.seconds(1),
  approvals: [],
  hooks: [],
} as const;
const hook = { name: 'a', run: ['a'], when: ['before'], timeout: Duration.seconds(1) } as const;
const regions = ['eu-west-1', 'us-east-1'];
const places = (given: Parameters<typeof handsOnProblems>[0]): string[] =>
  handsOnProblems(given, [0.5, 100], regions).map(({ where, allowed }) => `${where}: ${allowed}`);

it('knows the steps that there are, of one region or of all', () => {
  const approvals = ['shift', 'shift-0.5', 'us-east-1/shift-100', 'drain', 'us-east-1/hand-over', 'hold'];
  expect(places({ ...policy, approvals, hooks: [{ ...hook, steps: ['bake', 'eu-west-1/verify'] }] })).toEqual(
    [],
  );
  const wrong = ['shift-5', 'ap-south-1/shift', 'finalise'];
  expect(places({ ...policy, approvals: wrong }).length).toBe(3);
  expect(places({ ...policy, hooks: [{ ...hook, steps: wrong }, hook] })).toEqual([
    ...[0, 1, 2].map((index) => expect.stringContaining(`cutover.hooks[0].steps[${index}]`)),
    'cutover.hooks[1].name: each name once',
  ]);
});

it('wants each region in one wave', () => {
  expect(places({ ...policy, waves: [['us-east-1'], ['eu-west-1']] })).toEqual([]);
  expect(places({ ...policy, waves: [['us-east-1'], ['us-east-1', 'ap-south-1']] })).toEqual([
    'cutover.waves[1][0]: each region once',
    'cutover.waves[1][1]: a region of the fleet: eu-west-1, us-east-1',
    'cutover.waves: every region: eu-west-1 is missing',
  ]);
});

it('takes a hook with either a command or a URL, and says what else is wrong with one', () => {
  const fleet = (hooks: unknown) => exampleFleet({ cutover: { hooks } as FleetInput['cutover'] & object });
  expect(fleet([{ name: 'a', run: ['a', 'b c'] }]).cutover.hooks).toMatchObject([
    { name: 'a', run: ['a', 'b c'], when: ['before', 'after'], timeout: Duration.seconds(30) },
  ]);
  for (const wrong of [
    { name: 'a' },
    { name: 'a', run: ['a'], url: 'https://a.example.com' },
    { name: 'a', run: [] },
    { name: 'a', run: 'a b' },
    { name: 'a', url: 'file:///etc/passwd' },
    { name: 'a', run: ['a'], timeout: '2h' },
    { name: 'A b', run: ['a'] },
  ])
    expect(() => fleet([wrong]), JSON.stringify(wrong)).toThrow(/fleet/);
});
