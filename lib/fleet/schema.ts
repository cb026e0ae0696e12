import { z } from 'zod';
import { Duration } from './duration.ts';

/** The schema of a fleet definition: what may be written, and every default. */

const duration = (fallback: string) => {
  const parse = (text: string, context: z.RefinementCtx<string>): Duration => {
    try {
      return Duration.parse(text);
    } catch {
      context.addIssue({ code: 'custom', message: Duration.allowed, input: text });
      return z.NEVER;
    }
  };
  return z.string({ error: Duration.allowed }).transform(parse).prefault(fallback);
};

const text = (pattern: RegExp, allowed: string) => z.string({ error: allowed }).regex(pattern, allowed);
const whole = (least: number, most: number) => {
  const allowed = `a whole number from ${least} to ${most}`;
  return z.int(allowed).min(least, allowed).max(most, allowed);
};
const number = (least: number, most: number) => {
  const allowed = `a number from ${least} to ${most}`;
  return z.number(allowed).min(least, allowed).max(most, allowed);
};
const list = <T extends z.ZodType>(item: T, least: number, what: string) =>
  z.array(item, `a list of ${what}`).min(least, `at least ${least} ${what}`);

const hostName = text(
  /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)+$/,
  'a host name in lower case with at least one dot, such as shop.example.com',
);

const settings = z
  .record(z.string(), z.string('a string, as in the config map'), 'config map keys and string values')
  .prefault({});

const network = z.union(
  [
    z.strictObject({
      cidr: text(
        /^\d{1,3}(\.\d{1,3}){3}\/(1[6-9]|2[0-4])$/,
        'an IPv4 range from /16 to /24, such as 10.0.0.0/16',
      ),
    }),
    z.strictObject({
      existing: z.strictObject({
        vpcId: text(/^vpc-[0-9a-f]+$/, 'a VPC id such as vpc-0a1b2c3d'),
        publicSubnetIds: list(z.string(), 2, 'subnet ids'),
        privateSubnetIds: list(z.string(), 2, 'subnet ids'),
      }),
    }),
  ],
  'either { cidr } or { existing: { vpcId, publicSubnetIds, privateSubnetIds } }',
);

const region = z.strictObject({
  name: text(/^[a-z]{2}(-[a-z]+)+-\d$/, 'an AWS region such as eu-west-1'),
  account: text(/^\d{12}$/, 'an AWS account of twelve digits, as a string'),
  availabilityZones: list(z.string(), 2, 'availability zones'),
  network: network.prefault({ cidr: '10.0.0.0/16' }),
});

const existingColour = z.strictObject({
  clusterName: z.string().min(1).exactOptional(),
  entranceArn: text(
    /^arn:[^:]+:elasticloadbalancing:[^:]+:\d{12}:loadbalancer\/net\/.+$/,
    'the ARN of an NLB',
  ).exactOptional(),
});

const colour = z.strictObject({
  kubernetes: text(/^1\.\d{2}$/, 'a minor version such as 1.34, as a string'),
  knative: text(/^1\.\d{1,2}\.\d{1,2}$/, 'a Knative Serving release such as 1.23.0'),
  serving: z
    .strictObject({
      autoscaler: settings,
      defaults: settings,
      deployment: settings,
      features: settings,
      network: settings,
    })
    .prefault({}),
  existing: z.record(z.string(), existingColour).prefault({}),
});

const steps = list(number(0.5, 100), 1, 'shares')
  .refine((shares) => shares.every((share) => Number.isInteger(share * 2)), 'whole or half percents')
  .refine((shares) => shares.every((share, i) => i === 0 || share > (shares[i - 1] ?? 0)), 'rising shares')
  .refine((shares) => shares.at(-1) === 100, 'a last share of 100');

const cutover = z.strictObject({
  steps: steps.prefault([5, 25, 50, 100]),
  bake: duration('5m'),
  patience: duration('15m'),
  hold: duration('1h'),
  deployTimeout: duration('15m'),
  readyTimeout: duration('10m'),
  gates: z
    .strictObject({
      minSuccessRate: number(0, 1).prefault(0.999),
      maxLatencyRatio: number(1, 100).prefault(1.5),
      latencyFloor: duration('50ms'),
      shareTolerance: number(0, 100).prefault(10),
      minSamples: whole(1, 1_000_000).prefault(100),
    })
    .prefault({}),
  drain: z.strictObject({ quiet: duration('60s'), timeout: duration('10m') }).prefault({}),
});

export const fleetSchema = z.strictObject({
  name: text(/^[a-z][-a-z0-9]{0,19}$/, 'lower-case letters, digits and hyphens, 1 to 20, a letter first'),
  domain: hostName,
  regions: list(region, 1, 'regions').refine(
    (regions) => new Set(regions.map(({ name }) => name)).size === regions.length,
    'each region once',
  ),
  entrance: z
    .strictObject({
      ports: list(whole(1, 65_535), 1, 'ports').prefault([80, 443]),
      idleTimeout: duration('350s').refine(
        (time) => time.seconds >= 340 && time.seconds <= 6000,
        'from 340s (the idle time of the accelerator) to 6000s',
      ),
      deregistrationDelay: duration('300s').refine((time) => time.seconds <= 3600, 'at most 3600s'),
      healthCheckInterval: duration('10s').refine(
        (time) => time.seconds >= 5 && time.seconds <= 300,
        'from 5s to 300s',
      ),
    })
    .prefault({}),
  accelerator: z
    .strictObject({
      existing: z
        .strictObject({
          acceleratorArn: text(
            /^arn:[^:]+:globalaccelerator::\d{12}:accelerator\/.+$/,
            'the ARN of an accelerator',
          ),
          listenerArn: text(
            /^arn:[^:]+:globalaccelerator::\d{12}:accelerator\/.+\/listener\/.+$/,
            'the ARN of a listener',
          ),
        })
        .exactOptional(),
      clientAffinity: z.enum(['none', 'source-ip'], '"none" or "source-ip"').prefault('none'),
    })
    .prefault({}),
  colours: z.strictObject({ blue: colour, green: colour }),
  // What a service may hold is said by the constructs' own validation, which knows Knative's rules.
  services: z.array(z.looseObject({ name: z.string('a name') }), 'a list of services').prefault([]),
  domainMappings: z
    .array(z.looseObject({ name: hostName, service: z.string('the name of a service') }))
    .prefault([]),
  cutover: cutover.prefault({}),
  rehearsal: z
    .strictObject({
      history: z.array(z.looseObject({ name: z.string('a name') }), 'a list of services').prefault([]),
      load: z.record(z.string(), number(0.001, 1000)).prefault({}),
    })
    .prefault({}),
});

/** A fleet definition as a person writes it. */
export type FleetSchemaInput = z.input<typeof fleetSchema>;
