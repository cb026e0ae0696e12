import { expect, it } from 'vitest';
import { own } from '../../../../lib/cutover/gates/own.ts';

const gate = { name: 'ours', kind: 'prometheus', least: 1, most: 2 } as const;
const verdict = (value?: number) =>
  own('eu-west-1', [gate], [{ name: 'ours', text: 'x', ...(value === undefined ? {} : { value }) }])[0]
    ?.verdict;

it('a number is held against its limits, and what is none is inconclusive', () => {
  expect([0.9, 1, 1.5, 2, 2.1].map(verdict)).toEqual(['fail', 'pass', 'pass', 'pass', 'fail']);
  expect([undefined, Number.NaN, Number.POSITIVE_INFINITY].map(verdict)).toEqual(
    Array(3).fill('inconclusive'),
  );
});

it('a gate that nobody asked is inconclusive, and so is an answer without a verdict', () => {
  expect(own('eu-west-1', [gate], undefined)[0]).toMatchObject({
    gate: 'own:ours',
    verdict: 'inconclusive',
    text: 'it was not asked; from 1 to 2 passes',
  });
  const command = { name: 'ours', kind: 'command' } as const;
  const answered = (ok?: boolean) =>
    own('a', [command], [{ name: 'ours', text: '', ...(ok === undefined ? {} : { ok }) }])[0]?.verdict;
  expect([true, false, undefined].map(answered)).toEqual(['pass', 'fail', 'inconclusive']);
});
