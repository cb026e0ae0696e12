import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { App } from 'aws-cdk-lib/core';
import { describe, expect, it } from 'vitest';
import type { FleetInput } from '../../../lib/fleet/fleet-input.ts';
import { synthesizeFleet } from '../../../lib/stacks/index.ts';
import { exampleFleet } from '../../helpers/fleet.ts';
import { resourcesOf, synthesize, templateOf } from './synthesis.ts';

const templateFor = (accelerator: NonNullable<FleetInput['accelerator']>) =>
  templateOf(synthesize(exampleFleet({ accelerator })).stacks, 'shop-accelerator');

describe('the accelerator', () => {
  it('says its affinity, whatever it is', () => {
    for (const [clientAffinity, said] of [
      ['none', 'NONE'],
      ['source-ip', 'SOURCE_IP'],
    ] as const)
      expect(
        resourcesOf(templateFor({ clientAffinity }), 'AWS::GlobalAccelerator::Listener').map(
          ({ Properties }) => Properties.ClientAffinity,
        ),
      ).toEqual([said]);
  });

  it('writes flow logs to the bucket that the fleet names, and none where it names none', () => {
    const [logging] = resourcesOf(
      templateFor({ flowLogs: { bucket: 'logs' } }),
      'AWS::GlobalAccelerator::Accelerator',
    );
    expect(logging?.Properties).toMatchObject({
      FlowLogsEnabled: true,
      FlowLogsS3Bucket: 'logs',
      FlowLogsS3Prefix: 'accelerator',
    });
    const [silent] = resourcesOf(templateFor({}), 'AWS::GlobalAccelerator::Accelerator');
    expect(silent?.Properties).not.toHaveProperty('FlowLogsEnabled');
  });

  it('has the host names that the fleet gives it, in its zone', () => {
    const alias = { hostedZoneId: 'Z0123456789', zone: 'example.com', hosts: ['*.shop.example.com'] };
    const records = resourcesOf(templateFor({ alias }), 'AWS::Route53::RecordSet');
    expect(records.map(({ Properties }) => Properties)).toMatchObject([
      {
        HostedZoneId: 'Z0123456789',
        Name: '*.shop.example.com',
        Type: 'A',
        AliasTarget: { HostedZoneId: 'Z2BJ6XQ5FK7U4H' },
      },
    ]);
  });
});

describe('a port at which nobody ends TLS', () => {
  const warnings = (fleet: Partial<FleetInput>) => {
    const { accelerator } = synthesizeFleet(new App(), exampleFleet(fleet));
    return Annotations.fromStack(accelerator as never)
      .findWarning('*', Match.stringLikeRegexp('nobody ends TLS'))
      .map(({ entry }) => String(entry.data));
  };
  const colour = { kubernetes: '1.34', knative: '1.22.0' };
  const automatic = { ...colour, serving: { network: { 'external-domain-tls': 'Enabled' as const } } };
  const certificates = { 'eu-west-1': 'arn:aws:acm:eu-west-1:111122223333:certificate/1234' };

  it('is told of', () => {
    expect(warnings({})).toEqual([expect.stringContaining('in blue')]);
    expect(warnings({ colours: { blue: automatic, green: colour } })).toEqual([
      expect.stringContaining('in green'),
    ]);
  });

  it('and not where somebody has a certificate, or where it is not open', () => {
    expect(warnings({ colours: { blue: automatic, green: automatic } })).toEqual([]);
    expect(warnings({ entrance: { tls: { certificates } } })).toEqual([]);
    expect(warnings({ entrance: { ports: [80] } })).toEqual([]);
  });
});
