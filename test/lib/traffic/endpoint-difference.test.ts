import { describe, expect, it } from 'vitest';
import { type Endpoint, endpointDifferences, sameEndpoints } from '../../../lib/traffic/index.ts';

const blue: Endpoint = { id: 'blue', weight: 100, clientIpPreservation: false, health: 'HEALTHY' };
const green: Endpoint = { id: 'green', weight: 0, clientIpPreservation: false, health: 'HEALTHY' };

describe('endpointDifferences', () => {
  it('sees neither order nor health, nor a setting that one side does not say', () => {
    expect(sameEndpoints([blue, green], [{ ...green, health: 'UNHEALTHY' }, blue])).toBe(true);
    expect(
      sameEndpoints([blue], [{ id: 'blue', weight: 100, clientIpPreservation: false, attachmentArn: 'a' }]),
    ).toBe(true);
  });

  it('says what a stranger changed', () => {
    const added: Endpoint = { id: 'added', weight: 128 };
    expect(
      endpointDifferences([blue, green], [added, { ...blue, weight: 0, clientIpPreservation: true }]),
    ).toEqual([
      {
        kind: 'changed',
        id: 'blue',
        changes: [
          { field: 'weight', expected: 100, found: 0 },
          { field: 'clientIpPreservation', expected: false, found: true },
        ],
      },
      { kind: 'missing', id: 'green', expected: green },
      { kind: 'added', id: 'added', found: added },
    ]);
  });

  it('tells apart the two entries of a load balancer whose preservation is being changed', () => {
    const twin: Endpoint = { ...blue, clientIpPreservation: true, weight: 10 };
    expect(sameEndpoints([blue, twin], [twin, blue])).toBe(true);
    expect(endpointDifferences([blue, twin], [{ ...twin, weight: 20 }, blue])).toEqual([
      { kind: 'changed', id: 'blue', changes: [{ field: 'weight', expected: 10, found: 20 }] },
    ]);
    expect(endpointDifferences([blue], [blue, twin])).toEqual([{ kind: 'added', id: 'blue', found: twin }]);
  });
});
