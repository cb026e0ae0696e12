import { describe, expect, it } from 'vitest';
import { exampleFleet } from '../../helpers/fleet.ts';
import { resourcesOf, synthesize, templateOf } from './synthesis.ts';

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: { readonly title?: string; readonly region?: string; readonly metrics?: unknown };
}

const region = (name: string) => ({
  name,
  account: '111122223333',
  availabilityZones: [`${name}a`, `${name}b`],
});
const own = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/shop-prod/50dc6c495c0c9188';
const { stacks } = synthesize(
  exampleFleet({
    regions: [region('eu-west-1'), region('us-east-1')],
    colours: {
      blue: { kubernetes: '1.34', knative: '1.22.1', existing: { 'eu-west-1': { entranceArn: own } } },
      green: { kubernetes: '1.35', knative: '1.23.0' },
    },
  }),
);
const [dashboard] = resourcesOf(templateOf(stacks, 'shop-observability'), 'AWS::CloudWatch::Dashboard');
const { widgets } = JSON.parse(String(dashboard?.Properties.DashboardBody)) as { widgets: Widget[] };

describe('the dashboard of a fleet', () => {
  it('has blue and green of each region side by side, in the same rows', () => {
    for (const name of ['eu-west-1', 'us-east-1']) {
      const of = (colour: string) =>
        widgets.filter(
          ({ properties }) => properties.region === name && properties.title?.startsWith(`${colour}: `),
        );
      expect(of('blue').map(({ properties }) => properties.title)).toEqual([
        'blue: new flows',
        'blue: active flows',
        'blue: resets',
        'blue: healthy targets',
        'blue: unhealthy targets',
      ]);
      expect(of('green').map(({ y }) => y)).toEqual(of('blue').map(({ y }) => y));
      expect(new Set(of('blue').map(({ x }) => x))).toEqual(new Set([0]));
      expect(new Set(of('green').map(({ x }) => x))).toEqual(new Set([12]));
    }
  });

  it('lays nothing over another', () => {
    for (const [index, one] of widgets.entries())
      for (const other of widgets.slice(index + 1))
        expect(
          one.x + one.width <= other.x ||
            other.x + other.width <= one.x ||
            one.y + one.height <= other.y ||
            other.y + other.height <= one.y,
        ).toBe(true);
  });

  it('finds load balancers by name, those of a team too, and refers to no stack', () => {
    const text = JSON.stringify(widgets);
    expect(text).toContain('LoadBalancer=shop LoadBalancer=prod');
    expect(text).toContain('LoadBalancer=shop LoadBalancer=green');
    expect(stacks['shop-observability']?.dependencies).toEqual([]);
  });
});
