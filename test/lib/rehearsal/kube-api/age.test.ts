import { expect, it } from 'vitest';
import { age } from '../../../../lib/rehearsal/kube-api/age.ts';

const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000];

it.each([
  [-5 * second, '<invalid>'],
  [-0.5 * second, '0s'],
  [119 * second, '119s'],
  [2 * minute, '2m'],
  [9 * minute + 59 * second, '9m59s'],
  [10 * minute + 59 * second, '10m'],
  [179 * minute, '179m'],
  [3 * hour + 5 * minute, '3h5m'],
  [47 * hour + 59 * minute, '47h'],
  [2 * day + 1 * hour, '2d1h'],
  [8 * day + 5 * hour, '8d'],
  [729 * day, '729d'],
  [731 * day, '2y1d'],
  [8 * 365 * day, '8y'],
])('%i ms is %s, as kubectl writes it', (milliseconds, text) => {
  expect(age(milliseconds)).toBe(text);
});
