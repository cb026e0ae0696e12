import { describe, expect, it } from 'vitest';
import {
  goDuration,
  isQuantity,
  parseGoBool,
  parseGoDuration,
  parseGoFloat,
} from '../../../lib/validation/index.ts';

describe('Go values', () => {
  it('reads durations as Go does', () => {
    const read = Object.fromEntries(
      ['0', '6s', '1m30s', '1.5h', '500ms', '-1s', '.5s', '1h0m0s', '100us'].map((text) => [
        text,
        parseGoDuration(text),
      ]),
    );
    expect(read).toEqual({
      '0': 0,
      '6s': 6e9,
      '1m30s': 90e9,
      '1.5h': 5400e9,
      '500ms': 5e8,
      '-1s': -1e9,
      '.5s': 5e8,
      '1h0m0s': 3600e9,
      '100us': 1e5,
    });
    for (const text of ['', '5', '1d', '1 s', 's', '1s2', '--1s'])
      expect(parseGoDuration(text), text).toBeUndefined();
    for (const ms of [0, 6000, 90_000, 1500]) expect(parseGoDuration(goDuration(ms))).toBe(ms * 1e6);
  });

  it('reads bools, numbers and quantities as Go and Kubernetes do', () => {
    expect([parseGoBool('T'), parseGoBool('0'), parseGoBool('yes')]).toEqual([true, false, undefined]);
    expect([parseGoFloat('1e3'), parseGoFloat('.5'), parseGoFloat('0x1'), parseGoFloat('')]).toEqual([
      1000,
      0.5,
      undefined,
      undefined,
    ]);
    for (const text of ['250m', '1', '0.5', '64Mi', '1e3', '2G', 'Mi', '.'])
      expect(isQuantity(text), text).toBe(true);
    for (const text of ['1GB', '1K', '', '1 Gi', '1mi', 'e', '1e-'])
      expect(isQuantity(text), text).toBe(false);
  });
});
