import { expect, it } from 'vitest';
import { synthColour } from '../../charts/index.ts';
import { exampleFleet } from '../helpers/fleet.ts';

const releases = {
  colours: {
    blue: { kubernetes: '1.34', knative: '1.22.1' },
    green: { kubernetes: '1.35', knative: '1.23.0' },
  },
};
const filesOf = (fleet: Parameters<typeof exampleFleet>[0]) => [
  ...synthColour(exampleFleet({ ...releases, ...fleet }), 'blue').keys(),
];

it('gives operators their rights in both clusters where the fleet names some, and nothing where it names none', () => {
  const principals = ['arn:aws:iam::111122223333:role/oncall'];
  expect(filesOf({ operators: { principals } })).toEqual(
    expect.arrayContaining(['access/00-operators.yaml', 'access/Kustomization']),
  );
  expect(filesOf({}).filter((file) => file.startsWith('access/'))).toEqual([]);
});

it('leads what the load balancer decrypted to the port in the clear', () => {
  const certificates = { 'eu-west-1': 'arn:aws:acm:eu-west-1:111122223333:certificate/1234' };
  const bindingsOf = (fleet: Parameters<typeof exampleFleet>[0]) =>
    [...synthColour(exampleFleet({ ...releases, ...fleet }), 'blue').values()]
      .flatMap((text) => text.split('---\n'))
      .filter((text) => text.includes('kind: TargetGroupBinding'))
      .map((text) => [
        /targetGroupName: (\S+)/.exec(text)?.[1],
        /serviceRef:[\s\S]*?port: (\d+)/.exec(text)?.[1],
      ]);
  expect(bindingsOf({ entrance: { tls: { certificates } } })).toEqual([
    ['shop-blue-80', '80'],
    ['shop-blue-443', '80'],
  ]);
  expect(bindingsOf({})).toEqual([
    ['shop-blue-80', '80'],
    ['shop-blue-443', '443'],
  ]);
});
