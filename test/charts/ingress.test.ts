import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { synthColour } from '../../charts/index.ts';
import type { KubeObject } from '../../lib/clusters/cluster-port.ts';
import type { Colour, Fleet, FleetInput } from '../../lib/fleet/index.ts';
import { targetGroupName } from '../../lib/stacks/names.ts';
import { exampleFleet } from '../helpers/fleet.ts';
import { refusal } from '../helpers/refusal.ts';

const fleet = (overrides: Partial<FleetInput> = {}): Fleet =>
  exampleFleet({
    colours: {
      blue: { kubernetes: '1.34', knative: '1.22.1' },
      green: { kubernetes: '1.35', knative: '1.23.0' },
    },
    ...overrides,
  });

const ingress = (one: Fleet, colour: Colour): KubeObject[] =>
  [...synthColour(one, colour)]
    .filter(([name]) => name.startsWith('ingress/') && name.endsWith('.yaml'))
    .flatMap(([, text]) => parseAllDocuments(text).map((document) => document.toJS() as KubeObject));

type ColourInput = FleetInput['colours']['green'];
type IngressInput = NonNullable<ColourInput['ingress']>;

/** A fleet that says this of green's ingress, and this of green beside it. */
const green = (ingress: IngressInput, more: Partial<ColourInput> = {}, others: Partial<FleetInput> = {}) =>
  fleet({
    colours: {
      blue: { kubernetes: '1.34', knative: '1.22.1' },
      green: { kubernetes: '1.35', knative: '1.23.0', ...more, ingress },
    },
    ...others,
  });

const arn = (name: string, region = 'eu-west-1') =>
  `arn:aws:elasticloadbalancing:${region}:111122223333:targetgroup/${name}/0123456789abcdef`;
const entranceArn =
  'arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/theirs/0123456789abcdef';
/** Green has an entrance already. */
const theirs = { existing: { 'eu-west-1': { entranceArn } } };

const region = (name: string) => ({
  name,
  account: '111122223333',
  availabilityZones: [`${name}a`, `${name}b`],
});

/** A service as plain YAML would have it. */
const slow = {
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Service',
  metadata: { name: 'slow', namespace: 'default' },
  spec: { template: { spec: { timeoutSeconds: 400, containers: [{ image: 'example.com/slow:1' }] } } },
};

/** A port that leads past the gateway. */
const plain = { port: 5432, service: 'database' };
const database = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'database', namespace: 'default' },
  spec: { selector: { app: 'database' }, ports: [{ port: 5432, targetPort: 5432 }] },
};
const pods = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'database', namespace: 'default' },
  spec: {
    selector: { matchLabels: { app: 'database' } },
    template: {
      metadata: { labels: { app: 'database' } },
      spec: {
        containers: [{ name: 'database', image: 'example.com/database:1', ports: [{ containerPort: 5432 }] }],
      },
    },
  },
};

describe("a colour's ingress", () => {
  it('is bound to the target groups of its own entrance, and to no others', () => {
    const one = fleet({ entrance: { ports: [80, 443] } });
    for (const colour of ['blue', 'green'] as const) {
      const bindings = ingress(one, colour).filter(({ kind }) => kind === 'TargetGroupBinding');
      expect(bindings.map(({ spec }) => spec.targetGroupName)).toEqual([
        targetGroupName(one, colour, 80),
        targetGroupName(one, colour, 443),
      ]);
      expect(bindings[0]?.apiVersion).toBe('eks.amazonaws.com/v1');
    }
    const other = ingress(green({ controller: 'aws-load-balancer-controller' }), 'green');
    expect(other.find(({ kind }) => kind === 'TargetGroupBinding')?.apiVersion).toBe('elbv2.k8s.aws/v1beta1');
  });

  it('is bound to the target groups of an entrance that a team has already', () => {
    const one = green({ targetGroups: { 80: { name: 'their-80' }, 443: { arn: arn('theirs') } } }, theirs);
    const bindings = ingress(one, 'green').filter(({ kind }) => kind === 'TargetGroupBinding');
    expect(bindings.map(({ spec }) => spec.targetGroupName ?? spec.targetGroupARN)).toEqual([
      'their-80',
      arn('theirs'),
    ]);
  });

  it.each<[string, IngressInput, Partial<ColourInput>, Partial<FleetInput>, string[]]>([
    [
      'an entrance without its target groups',
      {},
      theirs,
      {},
      [
        "targetGroups: the target group behind each port of colours.green.existing.eu-west-1.entranceArn, such as { 80: { name: 'shop-80' }, 443: { name: 'shop-443' } }",
      ],
    ],
    [
      'a port without one, and one without a port',
      { targetGroups: { 443: { name: 'theirs' }, 8443: { name: 'other' } } },
      theirs,
      {},
      [
        'targetGroups.80: { name } or { arn }: the entrance has this port, and nothing would answer there',
        'targetGroups.8443: a port of the entrance: 80, 443',
      ],
    ],
    [
      'one target group for two ports',
      { targetGroups: { 80: { name: 'theirs' }, 443: { name: 'theirs' } } },
      theirs,
      {},
      [
        'targetGroups.443: a target group of its own: its controller takes out every target that it did not register',
      ],
    ],
    [
      'the ARN of another region',
      { targetGroups: { 80: { arn: arn('a', 'us-east-1') }, 443: { name: 'b' } } },
      theirs,
      {},
      ['targetGroups.80: an ARN of 111122223333 in eu-west-1'],
    ],
    [
      "an ARN for two regions, and a name that the other region's stack does not make",
      { targetGroups: { 80: { arn: arn('a') }, 443: { name: 'shop-green-443' } } },
      theirs,
      { regions: [region('eu-west-1'), region('us-east-1')] },
      [
        "targetGroups.80: { name }: all 2 regions get the same manifests, and an ARN is one region's",
        "targetGroups.80: { name: 'shop-green-80' }, which the stack of us-east-1 makes: this colour has no entrance there yet",
      ],
    ],
    [
      'target groups where the stack makes its own',
      { targetGroups: { 80: { name: 'theirs' }, 443: { name: 'shop-green-443' } } },
      {},
      {},
      [
        "targetGroups.80: { name: 'shop-green-80' }, which the stack of eu-west-1 makes: this colour has no entrance there yet",
      ],
    ],
  ])('refuses %s', (_, options, more, others, expected) => {
    const error = refusal(() => synthColour(green(options, more, others), 'green'));
    expect([error.code, ...error.problems.map(({ where, allowed }) => `${where}: ${allowed}`)]).toEqual([
      'fleet.invalid',
      ...expected.map((line) => `colours.green.ingress.${line}`),
    ]);
  });

  it("refuses another colour's target group, which each controller would take from the other", () => {
    const colour = (knative: string) => ({
      kubernetes: '1.35',
      knative,
      ...theirs,
      ingress: { targetGroups: { 80: { name: 'a' }, 443: { name: 'b' } } },
    });
    const one = fleet({ colours: { blue: colour('1.22.1'), green: colour('1.23.0') } });
    expect(ingress(one, 'blue').length).toBeGreaterThan(0);
    const error = refusal(() => synthColour(one, 'green'));
    expect(error.problems.map(({ where }) => where)).toEqual([
      'colours.green.ingress.targetGroups.80',
      'colours.green.ingress.targetGroups.443',
    ]);
  });

  it("has the image, the idle time and the settings that the fleet says, in the fleet's words", () => {
    const image = `mirror.example.com/envoy@sha256:${'a'.repeat(64)}`;
    const all = ingress(
      green({ gatewayImage: image, gatewayIdle: '1m40s', config: { 'trusted-hops-count': 1 } }),
      'green',
    );
    const find = (name: string) => all.find(({ metadata }) => metadata.name === name);
    expect(find('3scale-kourier-gateway')?.spec.template.spec.containers[0].image).toBe(image);
    expect(find('kourier-bootstrap')?.data['envoy-bootstrap.yaml']).toContain('min_timeout: 100s');
    expect(find('config-kourier')?.data).toEqual({ 'trusted-hops-count': '1' });
    const idle = refusal(() => synthColour(green({ gatewayIdle: '5m35s' }), 'green'));
    expect([idle.code, ...idle.problems.map(({ where, value }) => `${where} ${value}`)]).toContain(
      'colours.green.ingress.gatewayIdle 335s',
    );
    const config = { 'stream-idle-timeout': '90', 'trusted-hop-count': 1 } as object;
    const wrong = refusal(() => synthColour(green({ config }), 'green'));
    expect(wrong.problems.map(({ where }) => where)).toEqual([
      'colours.green.ingress.config.stream-idle-timeout',
      'colours.green.ingress.config.trusted-hop-count',
    ]);
  });

  it.each<IngressInput>([{ gatewayImage: 'Not An Image' }, { gatewayIdle: '1500ms' }, { gatewayIdle: '0s' }])(
    'refuses %j when the fleet is read',
    (options) => {
      const [field] = Object.keys(options);
      const error = refusal(() => green(options));
      expect(error.problems.map(({ where }) => where)).toEqual([`colours.green.ingress.${field}`]);
    },
  );

  it('does not cut a service that may take long for its answer', () => {
    const config = { 'stream-idle-timeout': '310s' } as const;
    expect(ingress(green({ config }), 'green').length).toBeGreaterThan(0);
    for (const others of [
      { services: [{ name: 'slow', image: 'example.com/slow:1', timeout: '400s' }] },
      { services: [slow] },
    ] satisfies Partial<FleetInput>[]) {
      const error = refusal(() => synthColour(green({ config }, {}, others), 'green'));
      expect(error.problems[0]?.allowed).toContain('at least 400s');
    }
  });

  it('refuses a drain that is given up before its gateways can have ended', () => {
    const drain = (timeout: `${number}s`) => fleet({ cutover: { drain: { timeout } } });
    expect(ingress(drain('781s'), 'green').length).toBeGreaterThan(0);
    const error = refusal(() => synthColour(drain('780s'), 'green'));
    expect(error.problems).toEqual([
      {
        where: 'cutover.drain.timeout',
        value: '13m',
        allowed: 'at least 781s: a gateway may take 701s to end, and all of them are replaced',
      },
    ]);
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
          serving: {
            defaults: { 'max-revision-timeout-seconds': 900 },
            activator: { terminationGracePeriod: '900s' },
          },
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
    const error = refusal(() =>
      synthColour(fleet({ entrance: { ports: [plain] }, services: [database, pods] }), 'green'),
    );
    expect([error.code, error.problems[0]?.where]).toEqual(['fleet.invalid', 'entrance.ports']);
  });
});
