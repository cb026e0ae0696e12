import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { drawView } from '../../../../lib/cli/live/draw.ts';
import { emptyView, type View } from '../../../../lib/cli/live/view.ts';

const view = (overrides: Partial<View> = {}): View => ({
  ...emptyView(0),
  title: 'blue → green',
  steps: ['preflight', 'migrate', 'shift-5', 'shift-100', 'hold'].map((name) => `eu-west-1/${name}`),
  step: 2,
  mode: 'forward',
  weights: { blue: 95, green: 5 },
  second: {
    event: 'rehearsal.second',
    at: '',
    level: 'info',
    t: 7,
    sent: 251,
    answered: 250,
    lost: 1,
    blue: 240,
    green: 11,
    p50: 9.4,
    p99: 31,
    totals: { sent: 1757, lost: 3 },
  },
  sent: 1757,
  lost: 3,
  ...overrides,
});

const words = fc.oneof(
  fc.string({ maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constant('one line\nand another\r\n\tand one more'),
  fc.constant('\u001b[2J\u0007 red \u009b31m'),
);
const count = fc.nat({ max: 10_000_000 });
const views: fc.Arbitrary<View> = fc.record({
  title: words,
  steps: fc.array(words, { maxLength: 40 }),
  step: fc.integer({ min: -1, max: 40 }),
  mode: fc.constantFrom('starting', 'forward', 'back', 'held', 'ended'),
  outcome: words,
  weights: fc.option(fc.record({ blue: fc.nat({ max: 255 }), green: fc.nat({ max: 255 }) }), {
    nil: undefined,
  }),
  second: fc.option(
    fc
      .record({ sent: count, blue: count, green: count, p50: fc.option(fc.double()), p99: fc.option(count) })
      .map((second) => ({ ...view().second, ...second }) as NonNullable<View['second']>),
    { nil: undefined },
  ),
  sent: count,
  lost: count,
  waiting: words,
  since: fc.constant(0),
});

it('draws no line that is wider than the terminal, whatever there is to show', () => {
  fc.assert(
    fc.property(views, fc.integer({ min: 20, max: 200 }), fc.boolean(), (shown, columns, color) => {
      for (const line of drawView(shown, { columns, color, now: 12_345_678 }).split('\n')) {
        const text = stripVTControlCharacters(line);
        expect(text.length, text).toBeLessThan(columns);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
        expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      }
    }),
    { seed: 20261124, numRuns: 500 },
  );
});

it('says the same with and without colour', () => {
  const modes = ['starting', 'forward', 'back', 'held', 'ended'] as const;
  for (const mode of modes)
    for (const columns of [20, 45, 80, 120]) {
      const shown = view({ mode, outcome: 'completed', waiting: 'pods' });
      const plain = drawView(shown, { columns, color: false, now: 5000 });
      const painted = drawView(shown, { columns, color: true, now: 5000 });
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the start of a colour
      expect(plain).not.toMatch(/\u001b/);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the start of a colour
      expect(painted).toMatch(/\u001b/);
      expect(stripVTControlCharacters(painted)).toBe(plain);
    }
});

it('tells the colours, the steps, what was lost and which way it goes in characters', () => {
  const draw = (overrides: Partial<View>) =>
    drawView(view(overrides), { columns: 100, color: false, now: 65_000 });
  const forward = draw({});
  expect(forward).toContain('blue → green   moving   65 s');
  expect(forward).toMatch(/weights {3}blue +95 % █+░+ green +5 %/);
  expect(forward).toMatch(/arrived {3}blue +95.6 % █+░+ green +4.4 %/);
  expect(forward).toContain('1757 sent, 251/s, p50 9 ms, p99 31 ms, lost 3');
  expect(forward).toContain('✓ preflight  ✓ migrate  ▸ shift-5  · shift-100  · hold');
  expect(draw({ mode: 'back' })).toMatch(/ROLLING BACK[\s\S]*↩ shift-5/);
  expect(draw({ mode: 'held' })).toMatch(/HELD[\s\S]*‖ shift-5/);
  expect(draw({ mode: 'ended', outcome: 'rolled-back' })).toContain('rolled-back');
  expect(draw({ weights: { blue: 0, green: 0 } })).toContain('weights   nothing');
});

it('keeps both shares where there is no room for a bar', () => {
  const narrow = drawView(view(), { columns: 40, color: false, now: 0 });
  expect(narrow).toContain('weights blue 95 %, green 5 %');
  expect(narrow).not.toContain('█');
});
