import { describe, expect, it } from 'vitest';
import { entranceHost } from '../../../lib/stacks/entrance.ts';
import { clusterName, entranceName, stackNames, targetGroupName } from '../../../lib/stacks/names.ts';

const longest = { name: 'a'.repeat(20) };

describe('names', () => {
  it('fit what AWS allows, for the longest fleet and port', () => {
    expect(targetGroupName(longest, 'green', 65_535)).toHaveLength(32);
    expect(entranceName(longest, 'green').length).toBeLessThanOrEqual(32);
    expect(clusterName(longest, 'green').length).toBeLessThanOrEqual(100);
    expect(stackNames.colour(longest, 'ap-southeast-2', 'green').length).toBeLessThanOrEqual(128);
  });

  it('are what manifests say before anything is deployed', () => {
    const fleet = { name: 'shop' };
    expect(clusterName(fleet, 'blue')).toBe('shop-blue');
    expect(entranceName(fleet, 'green')).toBe('shop-green');
    expect(targetGroupName(fleet, 'green', 443)).toBe('shop-green-443');
  });

  it('refuse a fleet whose NLB would have a name that AWS reserves', () => {
    expect(() => entranceName({ name: 'internal' }, 'blue')).toThrow(
      expect.objectContaining({ code: 'stacks.name' }),
    );
  });

  it('find the host of an NLB in its ARN', () => {
    expect(
      entranceHost(
        'arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/own/50dc6c495c0c9188',
      ),
    ).toBe('own-50dc6c495c0c9188.elb.eu-west-1.amazonaws.com');
  });
});
