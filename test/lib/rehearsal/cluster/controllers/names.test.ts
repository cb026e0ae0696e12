import { expect, it } from 'vitest';
import {
  childName,
  randomSuffix,
  revisionName,
  seededRandom,
} from '../../../../../lib/rehearsal/cluster/controllers/names.ts';

const x = (count: number): string => 'x'.repeat(count);
const y = (count: number): string => 'y'.repeat(count);

// Figures from upstream's own code.
it.each([
  ['my-service', 42, 'my-service-00042'],
  [x(57), 99999, `${x(57)}-99999`],
  [x(57), 100000, `${x(24)}693037871c4a9d3d8685018905cb530a-100000`],
  [x(58), 2, `${x(25)}e7a07c25a31348c37fba19f4e1d9825b-00002`],
  [x(58), 100000, `${x(24)}e7a07c25a31348c37fba19f4e1d9825b-100000`],
  [
    'abc-abc-abc-abc-abc-abc-abc-abc-abc-abc-abc-abc-abc-abc-zz',
    42,
    'abc-abc-abc-abc-abc-abc-aa51c755bdd5a12566ee5894418e9f1cd-00042',
  ],
  [y(63), 42, `${y(25)}4dae22d918aca268e678c74bd5c6f6cd-00042`],
] as const)('the revision of %s in generation %i', (configuration, generation, name) => {
  expect(revisionName(configuration, generation)).toBe(name);
});

it.each([
  [`${x(56)}-00001`, '-private', `${x(23)}2f53264e8baa506fcb7175c1ae212334-private`],
  [
    `${x(56)}-00001`,
    '-cache-user-container',
    `${x(10)}2f53264e8baa506fcb7175c1ae212334-cache-user-container`,
  ],
  [`${y(63)}-00001`, '-deployment', `${y(20)}4814ec981a553d1b14732a8ec50c2bd4-deployment`],
] as const)('the child of %s with %s', (parent, suffix, name) => {
  expect(childName(parent, suffix)).toBe(name);
});

it('the same seed names the same pods', () => {
  const names = (seed: number): string[] => {
    const random = seededRandom(seed);
    return Array.from({ length: 4 }, () => randomSuffix(random));
  };
  expect(names(1)).toEqual(names(1));
  expect(names(1)).not.toEqual(names(2));
  expect(names(1).every((name) => /^[a-z0-9]{5}$/.test(name))).toBe(true);
});
