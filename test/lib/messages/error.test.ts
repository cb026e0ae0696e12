import { expect, it, vi } from 'vitest';
import { errorText, nearest, problemText, ZeroshiftError } from '../../../lib/messages/index.ts';

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

it('an error of another copy of the package is known too, and nothing else is', async () => {
  vi.resetModules();
  const other = await import('../../../lib/messages/error.ts');
  expect(other.ZeroshiftError).not.toBe(ZeroshiftError);
  const foreign = new other.ZeroshiftError('x', { code: 'a.b', source: 'user' });
  expect(ZeroshiftError.is(foreign)).toBe(true);
  for (const value of [undefined, null, 'x', new Error('x'), { ...foreign }])
    expect(ZeroshiftError.is(value)).toBe(false);
});

it.each([
  [{ value: 'a' }, '"a" was given'],
  [{ value: undefined }, 'nothing was given'],
  [{ value: Number.NaN }, 'NaN was given'],
  [{ found: 'a function' }, 'a function'],
])('of %j it is said that %s', (given, text) => {
  expect(problemText({ where: 'x', allowed: 'y', ...given })).toBe(`x: ${text}; allowed: y`);
});

it.each([
  ['grean', ['blue', 'green'], 'green'],
  ['minSucessRate', ['minSuccessRate', 'minSamples'], 'minSuccessRate'],
  ['purple', ['blue', 'green'], undefined],
  ['', ['blue'], undefined],
])('for %j the nearest of %j is %j', (word, words, expected) => {
  expect(nearest(word, words)).toBe(expected);
});
