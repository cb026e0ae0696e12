import { describe, expect, it } from 'vitest';
import { type Candidate, chooseEndpoint } from '../../../../lib/rehearsal/accelerator/choose.ts';
import { seededRandom } from '../../../../lib/rehearsal/random.ts';

const candidate = (id: string, weight: number, healthy = true): Candidate => ({ id, weight, healthy });

function counts(groups: readonly (readonly Candidate[])[], flows: number, seed: number) {
  const random = seededRandom(seed);
  const chosen = new Map<string | undefined, number>();
  for (let flow = 0; flow < flows; flow += 1) {
    const id = chooseEndpoint(groups, random());
    chosen.set(id, (chosen.get(id) ?? 0) + 1);
  }
  return (id: string) => chosen.get(id) ?? 0;
}

describe('chooseEndpoint', () => {
  it.each([0.5, 1, 5, 25, 50, 99.5])('gives a share of %d percent', (percent) => {
    const flows = 20_000;
    const count = counts([[candidate('blue', 200 - percent * 2), candidate('green', percent * 2)]], flows, 4);
    const p = percent / 100;
    // Five standard deviations of a binomial: a wrong share of a tenth more is far outside, chance practically never.
    expect(Math.abs(count('green') - flows * p)).toBeLessThan(5 * Math.sqrt(flows * p * (1 - p)));
    expect(count('blue') + count('green')).toBe(flows);
  });

  it('gives nothing to weight 0 or to an unhealthy endpoint while another can take it', () => {
    const count = counts([[candidate('off', 0), candidate('ill', 255, false), candidate('on', 1)]], 1000, 5);
    expect([count('off'), count('ill'), count('on')]).toEqual([0, 0, 1000]);
  });

  it('goes to the next group before it fails open', () => {
    const count = counts([[candidate('ill', 1, false)], [candidate('away', 1)]], 100, 6);
    expect([count('ill'), count('away')]).toEqual([0, 100]);
  });

  it('fails open to any endpoint of the closest group, whatever its weight and health', () => {
    const flows = 3000;
    const count = counts(
      [[candidate('off', 0), candidate('ill', 200, false), candidate('both', 0, false)]],
      flows,
      7,
    );
    for (const id of ['off', 'ill', 'both'])
      expect(Math.abs(count(id) - flows / 3)).toBeLessThan(5 * Math.sqrt((flows * 2) / 9));
  });

  it('finds none in an empty group, and covers the ends of the range', () => {
    expect(chooseEndpoint([[]], 0)).toBeUndefined();
    expect(chooseEndpoint([], 0.5)).toBeUndefined();
    const group = [candidate('first', 1), candidate('zero', 0), candidate('last', 1)];
    expect(chooseEndpoint([group], 0)).toBe('first');
    expect(chooseEndpoint([group], 1 - 2 ** -32)).toBe('last');
  });
});

it('the same seed gives the same sequence, another seed another', () => {
  const take = (seed: number) => Array.from({ length: 8 }, seededRandom(seed));
  expect(take(1)).toEqual(take(1));
  expect(take(1)).not.toEqual(take(2));
  expect(take(3).every((it) => it >= 0 && it < 1)).toBe(true);
});
