import { expect, it } from 'vitest';
import { errorText, nearest, ZeroshiftError } from '../../../lib/messages/index.ts';

it('an error says what failed, what was given, what is allowed, what to do, and its code', () => {
  const error = new ZeroshiftError('the fleet has a mistake', {
    code: 'fleet.invalid',
    source: 'user',
    problems: [{ where: 'name', value: 'Shop!', allowed: 'lower-case letters' }],
    action: 'mend it',
  });
  expect(errorText(error)).toBe(
    'the fleet has a mistake [fleet.invalid]\n  name: "Shop!" was given; allowed: lower-case letters\n  to do: mend it',
  );
  expect(error.exitCode).toBe(2);
  expect(new ZeroshiftError('x', { code: 'a.b', source: 'outside' }).exitCode).toBe(1);
});

it.each([
  ['grean', ['blue', 'green'], 'green'],
  ['minSucessRate', ['minSuccessRate', 'minSamples'], 'minSuccessRate'],
  ['purple', ['blue', 'green'], undefined],
  ['', ['blue'], undefined],
])('for %j the nearest of %j is %j', (word, words, expected) => {
  expect(nearest(word, words)).toBe(expected);
});
