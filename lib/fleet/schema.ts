import { z } from 'zod';
import type { KourierConfig } from '../../constructs/kourier/config-keys.ts';
import type { ConfigPropName, ServingConfigProps } from '../validation/config-keys.ts';
import { isImageReference } from '../validation/image-reference.ts';
import {
  alarmsSchema,
  clustersSchema,
  entranceTlsSchema,
  existingClusterFields,
  flowLogsSchema,
  hostAliasSchema,
  operatorsSchema,
} from './aws-schema.ts';
import { gatesSchema } from './cutover-gates-schema.ts';
import { handsOnFields } from './cutover-hands-schema.ts';
import { Duration } from './duration.ts';
import type { PlainHealthCheck, PlainPort, Rewrite } from './fleet.ts';

/** The schema of a fleet definition: what may be written, and every default. */

const durationText = z
  .string({ error: Duration.allowed })
  .transform((text: string, context: z.RefinementCtx<string>): Duration => {
    try {
      return Duration.parse(text);
    } catch {
      context.addIssue({ code: 'custom', message: Duration.allowed, input: text });
      return z.NEVER;
    }
  });
/** `most`: longer than that cannot be meant. Node's timers end after 24 days and a bit. */
const atMost = (most: string) => {
  const { milliseconds } = Duration.parse(most);
  return durationText.refine((time) => time.milliseconds <= milliseconds, `at most ${most}`);
};
const duration = (fallback: string, most: string) => atMost(most).prefault(fallback);
/** In whole seconds, from 1s. */
const wholeSeconds = (most: string) =>
  atMost(most).refine(
    (time) => Number.isInteger(time.seconds) && time.seconds >= 1,
    `whole seconds, from 1s to ${most}`,
  );

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

/** What keys and values a map knows depends on the colour's release, so the charts judge them. */
const keysAndValues = <Props>() =>
  z.custom<Props>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    'an object: keys as the config map has them, and their values',
  );

const settings = <Name extends ConfigPropName>() =>
  keysAndValues<NonNullable<ServingConfigProps[Name]>>().prefault({});

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
        publicSubnetIds: list(z.string('a subnet id'), 2, 'subnet ids'),
        privateSubnetIds: list(z.string('a subnet id'), 2, 'subnet ids'),
      }),
    }),
  ],
  'either { cidr } or { existing: { vpcId, publicSubnetIds, privateSubnetIds } }',
);

const region = z.strictObject({
  name: text(/^[a-z]{2}(-[a-z]+)+-\d$/, 'an AWS region such as eu-west-1'),
  account: text(/^\d{12}$/, 'an AWS account of twelve digits, as a string'),
  availabilityZones: list(z.string('an availability zone such as eu-west-1a'), 2, 'availability zones'),
  network: network.prefault({ cidr: '10.0.0.0/16' }),
});

const existingColour = z.strictObject({
  ...existingClusterFields,
  entranceArn: text(
    /^arn:[^:]+:elasticloadbalancing:[^:]+:\d{12}:loadbalancer\/net\/.+$/,
    'the ARN of an NLB',
  ).exactOptional(),
});

const targetGroup = z.union(
  [
    z.strictObject({ name: text(/^(?!-)[A-Za-z0-9-]{1,32}(?<!-)$/, "a target group's name") }),
    z.strictObject({
      arn: text(
        /^arn:[^:]+:elasticloadbalancing:[^:]+:\d{12}:targetgroup\/[^/]+\/[0-9a-f]+$/,
        'the ARN of a target group',
      ),
    }),
  ],
  'either { name } or { arn } of a target group',
);

const ingress = z.strictObject({
  controller: z
    .enum(
      ['eks-auto-mode', 'aws-load-balancer-controller'],
      '"eks-auto-mode" or "aws-load-balancer-controller"',
    )
    .exactOptional(),
  targetGroups: z.record(text(/^\d{1,5}$/, 'a port of the entrance'), targetGroup).exactOptional(),
  gatewayImage: z
    .string('an image')
    .refine(isImageReference, 'an image with registry and tag, best with its digest: name@sha256:…')
    .exactOptional(),
  gatewayIdle: wholeSeconds('1d').exactOptional(),
  config: keysAndValues<KourierConfig>().exactOptional(),
});

const gitops = z.strictObject({
  repository: z.string('the URL of a Git repository').min(1, 'the URL of a Git repository'),
  path: text(
    /^(?!\/)(?!(.*\/)?\.\.(\/|$))[^\\]*$/,
    'a folder of the repository, from its top, such as deploy/dist',
  ).prefault('dist'),
  revision: z.string('a branch, tag or commit').min(1, 'a branch, tag or commit').prefault('HEAD'),
  project: text(
    /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
    'the name of a project of Argo CD, in lower case',
  ).prefault('default'),
  namespace: text(
    /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
    'a namespace: lower-case letters, digits and hyphens, at most 63',
  ).prefault('argocd'),
});

const colour = z.strictObject({
  kubernetes: text(/^1\.\d{2}$/, 'a minor version such as 1.34, as a string'),
  knative: text(/^1\.\d{1,2}\.\d{1,2}$/, 'a Knative Serving release such as 1.23.0'),
  serving: z
    .strictObject({
      autoscaler: settings<'autoscaler'>(),
      certManager: settings<'certManager'>(),
      defaults: settings<'defaults'>(),
      deployment: settings<'deployment'>(),
      domain: settings<'domain'>(),
      features: settings<'features'>(),
      gc: settings<'gc'>(),
      leaderElection: settings<'leaderElection'>(),
      logging: settings<'logging'>(),
      network: settings<'network'>(),
      observability: settings<'observability'>(),
      activator: z
        .strictObject({
          terminationGracePeriod: wholeSeconds('1d').prefault('600s'),
        })
        .prefault({}),
      controller: z.strictObject({ apiCallsPerSecond: whole(1, 10_000).exactOptional() }).prefault({}),
    })
    .prefault({}),
  ingress: ingress.exactOptional(),
  existing: z.record(z.string(), existingColour).prefault({}),
});

const steps = list(number(0.5, 100), 1, 'shares')
  .refine((shares) => shares.every((share) => Number.isInteger(share * 2)), 'whole or half percents')
  .refine((shares) => shares.every((share, i) => i === 0 || share > (shares[i - 1] ?? 0)), 'rising shares')
  .refine((shares) => shares.at(-1) === 100, 'a last share of 100');

const cutover = z.strictObject({
  steps: steps.prefault([5, 25, 50, 100]),
  bake: duration('5m', '24d'),
  patience: duration('15m', '24d'),
  hold: duration('1h', '24d'),
  deployTimeout: duration('15m', '1d'),
  readyTimeout: duration('10m', '1d'),
  podsAtOnce: whole(1, 1_000).prefault(20),
  ...handsOnFields(duration),
  gates: gatesSchema(duration, whole, number).prefault({}),
  drain: z.strictObject({ quiet: duration('60s', '1d'), timeout: duration('25m', '1d') }).prefault({}),
});

const exactlyOne =
  (...fields: readonly string[]) =>
  (given: Readonly<Record<string, unknown>>): boolean =>
    fields.filter((field) => given[field] !== undefined).length === 1;

const texts = (allowed: string) => z.record(z.string(), z.string(allowed));

const rewriteOf = ['registries', 'roleArns', 'hosts', 'annotations', 'objects'] as const;

const rewrite = z
  .strictObject({
    name: z.string().min(1).exactOptional(),
    to: z.enum(['blue', 'green'], '"blue" or "green"').exactOptional(),
    registries: texts("the beginning of an image's name").exactOptional(),
    roleArns: texts('the ARN of a role').exactOptional(),
    hosts: z.record(z.string(), hostName).exactOptional(),
    annotations: z
      .strictObject({
        kinds: z.array(z.string('a kind such as ServiceAccount')).exactOptional(),
        add: texts('text').exactOptional(),
        remove: z.array(z.string('an annotation')).exactOptional(),
      })
      .exactOptional(),
    objects: z
      .custom<NonNullable<Rewrite['objects']>>(
        (value) => typeof value === 'function',
        'a function from an object to an object',
      )
      .exactOptional(),
  })
  .refine(exactlyOne(...rewriteOf), `exactly one of ${rewriteOf.join(', ')}`);

const workloadRule = z
  .strictObject({
    kind: z.string('a kind such as CronJob'),
    namespace: z.string('a namespace').exactOptional(),
    name: z.string('a name').exactOptional(),
    selector: texts("a label's value").exactOptional(),
    runs: z.enum(['serving', 'singleton', 'skip'], '"serving", "singleton" or "skip"'),
  })
  .refine(exactlyOne('name', 'selector'), 'either a name or a selector');

const migration = z.strictObject({
  rewrites: z.array(rewrite).prefault([]),
  workloads: z.array(workloadRule).prefault([]),
});

const label = text(
  /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
  'lower-case letters, digits and hyphens, at most 63, a letter or digit at both ends',
);

/** A port with a target group of its own; what its Service says is checked when all manifests are known. */
const plainPort = z
  .strictObject({
    port: whole(1, 65_535),
    service: label,
    namespace: label.prefault('default'),
    servicePort: whole(1, 65_535).exactOptional(),
    healthCheck: z
      .strictObject({
        protocol: z.enum(['tcp', 'http'], '"tcp" or "http"'),
        path: text(
          /^\/[\x21-\x7e]{0,1023}$/,
          'a path that begins with /, at most 1024 characters',
        ).exactOptional(),
      })
      .refine(({ protocol, path }) => protocol === 'http' || path === undefined, {
        path: ['path'],
        error: 'nothing, unless the protocol is "http"',
      })
      .transform(
        ({ protocol, path = '/' }): PlainHealthCheck =>
          protocol === 'http' ? { protocol, path } : { protocol },
      )
      .prefault({ protocol: 'tcp' }),
  })
  .transform((given): PlainPort => ({ ...given, servicePort: given.servicePort ?? given.port }));

const portOf = (entry: number | PlainPort): number => (typeof entry === 'number' ? entry : entry.port);

const gatewayPorts = 'a port of the gateway, 80 or 443, or { port, service, … } of a plain Service';
/** As many port ranges as a listener of the accelerator takes. */
const mostPorts = 10;

const ports = list(z.union([z.literal([80, 443], gatewayPorts), plainPort], gatewayPorts), 1, 'ports')
  .max(mostPorts, `at most ${mostPorts} ports, as the accelerator's listener takes them`)
  .refine((entries) => new Set(entries.map(portOf)).size === entries.length, 'each port once')
  .prefault([80, 443]);

export const fleetSchema = z.strictObject({
  name: text(/^[a-z][-a-z0-9]{0,19}$/, 'lower-case letters, digits and hyphens, 1 to 20, a letter first'),
  domain: hostName,
  regions: list(region, 1, 'regions').refine(
    (regions) => new Set(regions.map(({ name }) => name)).size === regions.length,
    'each region once',
  ),
  entrance: z
    .strictObject({
      ports,
      idleTimeout: durationText
        .prefault('350s')
        .refine(
          (time) => time.seconds >= 340 && time.seconds <= 6000,
          'from 340s (the idle time of the accelerator) to 6000s',
        ),
      deregistrationDelay: duration('300s', '3600s'),
      healthCheckInterval: durationText
        .prefault('10s')
        .refine((time) => time.seconds >= 5 && time.seconds <= 300, 'from 5s to 300s'),
      tls: entranceTlsSchema.exactOptional(),
      clientAddress: z.enum(['hidden', 'preserved'], '"hidden" or "preserved"').prefault('hidden'),
      addresses: z.enum(['ipv4', 'dual-stack'], '"ipv4" or "dual-stack"').prefault('ipv4'),
    })
    .transform(({ ports: entries, ...times }) => ({
      ports: entries.map(portOf),
      plainPorts: entries.filter((entry) => typeof entry !== 'number'),
      ...times,
    }))
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
      addresses: z.enum(['ipv4', 'dual-stack'], '"ipv4" or "dual-stack"').prefault('ipv4'),
      flowLogs: flowLogsSchema.exactOptional(),
      alias: hostAliasSchema.exactOptional(),
    })
    .prefault({}),
  clusters: clustersSchema.prefault({}),
  operators: operatorsSchema.prefault({}),
  alarms: alarmsSchema.exactOptional(),
  colours: z.strictObject({ blue: colour, green: colour }),
  // What a service may hold is said by the constructs' own validation, which knows Knative's rules.
  services: z
    .union(
      [text(/\S/, 'the name of a folder'), z.array(z.unknown())],
      'a list of services, or the name of a folder that holds them',
    )
    .prefault([]),
  domainMappings: z
    .array(z.looseObject({ name: hostName, service: z.string('the name of a service') }))
    .prefault([]),
  gitops: gitops.exactOptional(),
  cutover: cutover.prefault({}),
  migration: migration.exactOptional(),
  rehearsal: z
    .strictObject({
      history: z.array(z.looseObject({ name: z.string('a name') }), 'a list of services').prefault([]),
      load: z.record(z.string(), number(0.001, 1000)).prefault({}),
    })
    .prefault({}),
});

/** A fleet definition as a person writes it. */
export type FleetSchemaInput = z.input<typeof fleetSchema>;

/** What the schema makes of it. */
export type FleetSchemaOutput = z.output<typeof fleetSchema>;
