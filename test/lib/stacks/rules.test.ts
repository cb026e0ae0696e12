import { Topic } from 'aws-cdk-lib/aws-sns';
import { App, Stack, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import type { FleetInput } from '../../../lib/fleet/fleet-input.ts';
import { synthesizeFleet } from '../../../lib/stacks/index.ts';
import { exampleFleet } from '../../helpers/fleet.ts';

/** Synthesizes under the rules of AWS Solutions: throws for a finding that nobody gave a reason for. */
function judged(fleet: Partial<FleetInput>, prepare: (app: App) => void = () => {}): string[] {
  const app = new App();
  // CDK's own types do not agree with each other under `exactOptionalPropertyTypes`.
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app) as never);
  synthesizeFleet(app, exampleFleet(fleet));
  prepare(app);
  return app.synth().stacks.map(({ stackName }) => stackName);
}

const operators = { principals: ['arn:aws:iam::111122223333:role/oncall'] };
const lbc = { ingress: { controller: 'aws-load-balancer-controller' as const } };
const accelerator = 'arn:aws:globalaccelerator::111122223333:accelerator/1234abcd';

describe('the rules of AWS Solutions find nothing without a reason', () => {
  it('but they do find what has none', () => {
    expect(() => judged({}, (app) => new Topic(new Stack(app, 'careless'), 'Topic'))).toThrow(
      /careless\/Topic\/Resource[\s\S]*AwsSolutions-SNS3/,
    );
  });

  it.each<[string, Partial<FleetInput>]>([
    ['in a fleet as it comes', { operators }],
    [
      'with managed nodes, preserved addresses and names in Route 53',
      {
        operators,
        entrance: { clientAddress: 'preserved' },
        clusters: { nodes: { instanceTypes: ['m7g.large'] }, publicAccess: [] },
        accelerator: {
          flowLogs: { bucket: 'logs' },
          alias: { hostedZoneId: 'Z0123456789', zone: 'example.com', hosts: ['*.shop.example.com'] },
        },
        colours: {
          blue: { kubernetes: '1.34', knative: '1.22.0', ...lbc },
          green: { kubernetes: '1.35', knative: '1.23.0', ...lbc },
        },
      },
    ],
    [
      'in front of an existing accelerator, with IPv6 beside IPv4',
      {
        operators,
        entrance: { addresses: 'dual-stack' },
        accelerator: {
          existing: { acceleratorArn: accelerator, listenerArn: `${accelerator}/listener/0123` },
        },
      },
    ],
  ])('%s', (_, fleet) => {
    expect(judged(fleet)).toContain('shop-operations');
  });
});
