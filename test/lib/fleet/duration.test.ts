import { expect, it } from 'vitest';
import { Duration } from '../../../lib/fleet/index.ts';

it.each([
  ['0s', 0],
  ['500ms', 500],
  ['1.5s', 1500],
  ['1h30m', 5_400_000],
  ['3d', 259_200_000],
])('reads %s as %i ms and writes it so that it reads the same', (text, milliseconds) => {
  const duration = Duration.parse(text);
  expect(duration.milliseconds).toBe(milliseconds);
  expect(Duration.parse(duration.toString()).milliseconds).toBe(milliseconds);
});

it.each(['', '5', 's', '5 s', '-5s', '1h-5m', '5y', '5s!'])('refuses %j and says what is allowed', (text) => {
  expect(() => Duration.parse(text)).toThrow(/is not a duration/);
});
