import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { synthColour } from '../../charts/index.ts';
import type { KubeObject } from '../../lib/clusters/cluster-port.ts';
import type { Colour, Fleet, FleetInput } from '../../lib/fleet/index.ts';
import { ZeroshiftError } from '../../lib/messages/error.ts';
import { targetGroupName } from '../../lib/stacks/names.ts';
import { exampleFleet } from '../helpers/fleet.ts';

const fleet = (overrides: Partial<FleetInput> = {}): Fleet =>
  exampleFleet({
    colours: {
      blue: { kubernetes: '1.34', knative: '1.22.1' },
      green: { kubernetes: '1.35', knative: '1.23.0' },
    },
    ...overrides,
  });

const ingress = (one: Fleet, colour: Colour, options = {}): KubeObject[] =>
  [...synthColour(one, colour, { ingress: options })]
    .filter(([name]) => name.startsWith('ingress/') && name.endsWith('.yaml'))
    .flatMap(([, text]) => parseAllDocuments(text).map((document) => document.toJS() as KubeObject));

const refusal = (make: () => unknown): ZeroshiftError => {
  try {
    make();
  } catch (error) {
    if (error instanceof ZeroshiftError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

describe("a colour's ingress", () => {
  it('is bound to the target groups of its own entrance, and to no others', () => {
    const one = fleet({ entrance: { ports: [80, 443, 5432] } });
    for (const colour of ['blue', 'green'] as const) {
      const bindings = ingress(one, colour).filter(({ kind }) => kind === 'TargetGroupBinding');
      expect(bindings.map(({ spec }) => spec.targetGroupName)).toEqual([
        targetGroupName(one, colour, 80),
        targetGroupName(one, colour, 443),
      ]);
      expect(bindings[0]?.apiVersion).toBe('eks.amazonaws.com/v1');
    }
    const other = ingress(one, 'blue', { controller: 'aws-load-balancer-controller' });
    expect(other.find(({ kind }) => kind === 'TargetGroupBinding')?.apiVersion).toBe('elbv2.k8s.aws/v1beta1');
  });

  it('is bound to the target groups of an entrance that a team has already', () => {
    const arn = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/theirs/0123456789abcdef';
    const bindings = ingress(fleet(), 'green', { targetGroups: { 443: { arn } } }).filter(
      ({ kind }) => kind === 'TargetGroupBinding',
    );
    expect(bindings.map(({ spec }) => spec.targetGroupARN)).toEqual([arn]);
  });

  it('has the release of the colour', () => {
    const versions = (colour: Colour) =>
      new Set(ingress(fleet(), colour).map(({ metadata }) => metadata.labels?.['app.kubernetes.io/version']));
    expect([versions('blue'), versions('green')]).toEqual([new Set(['1.22.1']), new Set(['1.23.0'])]);
  });

  it("takes the gateway's times from the entrance and from what a request may take", () => {
    const grace = (one: Fleet) =>
      ingress(one, 'green').find(({ metadata }) => metadata.name === '3scale-kourier-gateway')?.spec.template
        .spec.terminationGracePeriodSeconds;
    expect(grace(fleet())).toBe(701);
    expect(grace(fleet({ entrance: { healthCheckInterval: '20s' } }))).toBe(721);
    const long = fleet({
      colours: {
        blue: { kubernetes: '1.34', knative: '1.22.1' },
        green: {
          kubernetes: '1.35',
          knative: '1.23.0',
          serving: { defaults: { 'max-revision-timeout-seconds': '900' } },
        },
      },
    });
    expect(grace(long)).toBe(1001);
  });

  it('refuses times that contradict each other, with the fields of the fleet', () => {
    const error = refusal(() =>
      synthColour(fleet({ entrance: { deregistrationDelay: '30s', healthCheckInterval: '30s' } }), 'green'),
    );
    expect([error.code, ...error.problems.map(({ where, value }) => `${where}: ${value}`)]).toEqual([
      'kourier.times',
      'entrance.deregistrationDelay: 30s',
    ]);
    expect(error.problems[0]?.allowed).toContain('at least 162s');
  });

  it('refuses an entrance that does not lead to it', () => {
    const error = refusal(() => synthColour(fleet({ entrance: { ports: [5432] } }), 'green'));
    expect([error.code, error.problems[0]?.where]).toEqual(['fleet.invalid', 'entrance.ports']);
  });
});
