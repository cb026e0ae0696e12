import { describe, expect, it } from 'vitest';
import {
  enteringWeight,
  parseRegistrationId,
  refusalToRemove,
  refusalToReplace,
  registrationId,
} from '../../../../lib/stacks/registration/decide.ts';

const registration = { endpointGroupArn: 'group', endpointArn: 'blue', ours: true };
const endpoint = (id: string, weight: number) => ({ id, weight });

describe('registering an entrance', () => {
  it('gives weight to the first colour alone, and only while nothing carries any', () => {
    expect(enteringWeight([], true)).toBe(100);
    expect(enteringWeight([], false)).toBe(0);
    expect(enteringWeight([endpoint('green', 0)], true)).toBe(100);
    expect(enteringWeight([endpoint('green', 1)], true)).toBe(0);
    expect(enteringWeight([endpoint('foreign', 128)], true)).toBe(0);
  });

  it('lets a weighted endpoint go only when it is alone', () => {
    expect(refusalToRemove([endpoint('blue', 100)], registration)).toBeUndefined();
    expect(refusalToRemove([endpoint('blue', 0), endpoint('green', 100)], registration)).toBeUndefined();
    expect(refusalToRemove([endpoint('green', 100)], registration)).toBeUndefined();
    expect(refusalToRemove([endpoint('blue', 1), endpoint('green', 99)], registration)).toMatch(
      /weight 1 in .*zeroshift cutover/,
    );
  });

  it('never replaces an entrance that has weight, not even a lone one', () => {
    expect(refusalToReplace([endpoint('blue', 100)], registration)).toMatch(/weight 100/);
    expect(refusalToReplace([endpoint('blue', 0), endpoint('green', 100)], registration)).toBeUndefined();
  });

  it('keeps all that a deletion needs in the id', () => {
    expect(parseRegistrationId(registrationId(registration))).toEqual(registration);
    expect(parseRegistrationId('unregistered')).toBeUndefined();
    expect(parseRegistrationId(undefined)).toBeUndefined();
  });
});
