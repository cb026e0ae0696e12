import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Endpoint, replaceWeights, shareOf, weightsForShare } from '../../../lib/traffic/index.ts';

const blue: Endpoint = { id: 'blue', weight: 100, clientIpPreservation: false };
const green: Endpoint = { id: 'green', weight: 0, clientIpPreservation: true };
const foreign: Endpoint = {
  id: 'foreign',
  weight: 7,
  clientIpPreservation: true,
  attachmentArn: 'arn:aws:globalaccelerator::999988887777:attachment/1',
};

describe('weightsForShare', () => {
  it.each([
    [0.5, 1, 199],
    [1, 1, 99],
    [2.5, 5, 195],
    [29, 29, 71],
    [99.5, 199, 1],
    [100, 100, 0],
  ])('%d percent', (percent, target, source) => {
    expect(weightsForShare(percent)).toEqual({ target, source });
  });

  it.each([0, 0.4, 0.75, 33.3, 100.5, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d', (percent) => {
    expect(() => weightsForShare(percent)).toThrow(
      expect.objectContaining({ code: 'weights.invalid-share' }),
    );
  });

  it('comes back as exactly the same share, within what the service allows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), (halves) => {
        const { target, source } = weightsForShare(halves / 2);
        const endpoints = [
          { id: 'target', weight: target },
          { id: 'source', weight: source },
        ];
        expect(shareOf(endpoints, 'target')).toBe(halves / 2);
        expect(Math.max(target, source)).toBeLessThanOrEqual(255);
        expect(Number.isInteger(target) && Number.isInteger(source)).toBe(true);
      }),
    );
  });
});

describe('shareOf', () => {
  it("counts others' endpoints and knows no share where nothing has weight", () => {
    expect(shareOf([{ ...blue, weight: 93 }, green, foreign], 'blue')).toBe(93);
    expect(shareOf([{ ...blue, weight: 0 }, green], 'blue')).toBeUndefined();
    expect(() => shareOf([blue], 'green')).toThrow(
      expect.objectContaining({ code: 'weights.unknown-endpoint' }),
    );
  });
});

describe('replaceWeights', () => {
  it('changes the weights named and nothing else', () => {
    const changed = replaceWeights(
      [foreign, blue, green],
      new Map([
        ['blue', 0],
        ['green', 100],
      ]),
    );
    expect(changed).toEqual([foreign, { ...blue, weight: 0 }, { ...green, weight: 100 }]);
    expect(changed[0]).toBe(foreign);
  });

  it.each([
    ['weights.unknown-endpoint', [blue], 'green', 1],
    ['weights.ambiguous-endpoint', [blue, { ...blue, clientIpPreservation: true }], 'blue', 1],
    ['weights.invalid-weight', [blue], 'blue', 256],
    ['weights.invalid-weight', [blue], 'blue', 1.5],
    ['weights.invalid-weight', [blue], 'blue', -1],
  ])('%s', (code, endpoints, id, weight) => {
    expect(() => replaceWeights(endpoints, new Map([[id, weight]]))).toThrow(
      expect.objectContaining({ code }),
    );
  });
});
