import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exampleFleet } from '../../helpers/fleet.ts';
import { type Resource, resourcesOf, synthesize, templateOf } from './synthesis.ts';

const oncall = 'arn:aws:iam::111122223333:role/oncall';
const accelerator = 'arn:aws:globalaccelerator::111122223333:accelerator/1234abcd';
const existing = { acceleratorArn: accelerator, listenerArn: `${accelerator}/listener/0123` };
const topic = 'arn:aws:sns:us-west-2:111122223333:oncall';
const operationsOf = (fleet: Parameters<typeof exampleFleet>[0]) =>
  templateOf(synthesize(exampleFleet(fleet)).stacks, 'shop-operations');
const template = operationsOf({
  operators: { principals: [oncall] },
  alarms: { topics: { 'us-west-2': topic } },
});

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
}

/** What the role's policy allows: action → resources. */
function rightsOf(roles: Record<string, Resource>): Map<string, string> {
  const policies = Object.values(roles).filter(
    ({ Type, Properties }) => Type === 'AWS::IAM::Policy' && JSON.stringify(Properties).includes('"Operator'),
  );
  const rights = new Map<string, string>();
  for (const { Properties } of policies)
    for (const { Effect, Action, Resource } of (Properties.PolicyDocument as { Statement: Statement[] })
      .Statement) {
      expect(Effect).toBe('Allow');
      for (const action of [Action].flat()) rights.set(action, JSON.stringify(Resource));
    }
  return rights;
}

const root = resolve(import.meta.dirname, '../../..');
const prefixes: Readonly<Record<string, string>> = {
  'client-cloudwatch': 'cloudwatch',
  'client-dynamodb': 'dynamodb',
  'client-ec2': 'ec2',
  'client-eks': 'eks',
  'client-elastic-load-balancing-v2': 'elasticloadbalancing',
  'client-iam': 'iam',
  'client-service-quotas': 'servicequotas',
  'client-global-accelerator': 'globalaccelerator',
  'client-ssm': 'ssm',
};

/** The calls to AWS in the code that runs as the operator: files that name a client of the SDK and make its commands. */
function callsInCode(): Set<string> {
  const calls = new Set<string>();
  const files = readdirSync(join(root, 'lib'), { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !/^(stacks|rehearsal)\//.test(file),
  );
  for (const file of files) {
    const text = readFileSync(join(root, 'lib', file), 'utf8');
    const clients = [...text.matchAll(/'@aws-sdk\/([a-z0-9-]+)'/g)].map(([, name = '']) => name);
    const commands = [...text.matchAll(/\bnew (?:\w+\.)?([A-Z]\w+)Command\(/g)].map(([, name = '']) => name);
    if (clients.length === 0 || commands.length === 0) continue;
    const [client = '', ...others] = new Set(clients);
    // Which client a command is of would not be known.
    expect(others, `${file} names one client`).toEqual([]);
    const prefix = prefixes[client];
    expect(prefix, `the service of ${client}, in ${file}`).toBeDefined();
    for (const command of commands) calls.add(`${prefix}:${command}`);
  }
  return calls;
}

/** What Global Accelerator does in the caller's name. */
const lookups = [
  'ec2:DescribeInternetGateways',
  'ec2:DescribeSubnets',
  'elasticloadbalancing:DescribeLoadBalancers',
];

describe("an operator's role", () => {
  const rights = rightsOf(template.Resources);

  it('allows what the code calls, nothing less and nothing more', () => {
    const calls = callsInCode();
    expect(calls.has('globalaccelerator:UpdateEndpointGroup')).toBe(true);
    const ours = (actions: Iterable<string>): string[] =>
      [...actions].filter((action) => !lookups.includes(action)).sort();
    expect(ours(rights.keys())).toEqual(ours(calls));
    expect([...rights.keys()]).toEqual(expect.arrayContaining(lookups));
  });

  it('allows it on the parts of this fleet', () => {
    expect(rights.get('globalaccelerator:UpdateEndpointGroup')).toMatch(/AcceleratorListenerGroupeuwest1/);
    expect(rights.get('dynamodb:UpdateItem')).toMatch(/JournalTable/);
    const locator = rights.get('ssm:GetParametersByPath');
    for (const region of ['us-west-2', 'eu-west-1'])
      expect(locator).toContain(`:ssm:${region}:111122223333:parameter/zeroshift/shop"`);
    const everywhere = [...rights].filter(([, on]) => on === '"*"').map(([action]) => action);
    expect(everywhere.filter((action) => !/:(Describe|List|Get)/.test(action))).toEqual([]);
  });

  it('is taken by those whom the fleet names, and is not there where it names none', () => {
    const [role] = resourcesOf(template, 'AWS::IAM::Role').filter(
      ({ Properties }) => Properties.RoleName === 'zeroshift-shop-operator',
    );
    expect(role?.Properties.AssumeRolePolicyDocument).toMatchObject({
      Statement: [{ Action: 'sts:AssumeRole', Principal: { AWS: oncall } }],
    });
    expect(JSON.stringify(operationsOf({}))).not.toContain('shop-operator');
  });

  it("moves weights below an existing accelerator's listener", () => {
    const own = operationsOf({ operators: { principals: [oncall] }, accelerator: { existing } });
    expect(rightsOf(own.Resources).get('globalaccelerator:UpdateEndpointGroup')).toBe(
      `"${existing.listenerArn}/endpoint-group/*"`,
    );
  });
});

describe('the journal', () => {
  it('is a table that is not lost, whatever becomes of its stack', () => {
    const [table] = resourcesOf(template, 'AWS::DynamoDB::Table');
    expect(table).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        TableName: 'zeroshift-shop',
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'S' },
        ],
      },
    });
  });

  it('is in the locator', () => {
    const [parameter] = resourcesOf(template, 'AWS::SSM::Parameter');
    expect(parameter?.Properties).toMatchObject({
      Name: '/zeroshift/shop/operations',
      Value: JSON.stringify({ journal: { table: 'zeroshift-shop', region: 'us-west-2' } }),
    });
  });
});

describe('the watch over the lease', () => {
  it('looks every minute, may read one item at a time, and rings where nothing is measured', () => {
    const [rule] = resourcesOf(template, 'AWS::Events::Rule');
    expect(rule?.Properties).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      Targets: [{ Input: JSON.stringify({ fleet: 'shop', table: 'zeroshift-shop' }) }],
    });
    const [alarm] = resourcesOf(template, 'AWS::CloudWatch::Alarm');
    expect(alarm?.Properties).toMatchObject({
      Namespace: 'zeroshift',
      MetricName: 'StoppedCutovers',
      Dimensions: [{ Name: 'Fleet', Value: 'shop' }],
      TreatMissingData: 'breaching',
      AlarmActions: [topic],
    });
    const policies = JSON.stringify(
      resourcesOf(template, 'AWS::IAM::Policy').filter(({ Properties }) =>
        String(Properties.PolicyName).startsWith('LeaseWatch'),
      ),
    );
    expect([...policies.matchAll(/dynamodb:\w+/g)].map(([action]) => action)).toEqual(['dynamodb:GetItem']);
  });
});
