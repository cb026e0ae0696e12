import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import {
  type BindingController,
  type EntranceBinding,
  Kourier,
  type KourierConfig,
  kourierRelease,
  type TargetGroup,
} from '../constructs/kourier/index.ts';
import type { Colour, Fleet } from '../lib/fleet/index.ts';
import { ZeroshiftError } from '../lib/messages/error.ts';
// The room's door would load the CDK.
import { targetHealth } from '../lib/stacks/entrance-targets.ts';
import { targetGroupName } from '../lib/stacks/names.ts';
import { numbered } from './files.ts';

/** What a colour may say of its ingress. */
export interface IngressOptions {
  /** Who registers the gateway's pods with the entrance. @default 'eks-auto-mode' */
  readonly controller?: BindingController;
  /** Target groups of an entrance that the team has already. @default - those that the colour's stack makes, by name */
  readonly targetGroups?: EntranceBinding['targetGroups'];
  /** Envoy's image, best by digest; it must hold bash. @default - the release's patch version */
  readonly gatewayImage?: string;
  /** How long the gateway keeps idle connections, in seconds. @default - as long as the entrance's times allow */
  readonly gatewayIdle?: number;
  /** `config-kourier`, each key as upstream names it. @default - upstream's defaults */
  readonly config?: KourierConfig;
}

/** Ports at which the gateway's Service takes requests. */
const gatewayServicePorts = [80, 443] as const;

/** What the webhook lets a request take where `config-defaults` does not say, in seconds. */
const longestRequest = 600;

/** The target groups of a colour's entrance that lead to the gateway. */
function ownTargetGroups(fleet: Fleet, colour: Colour): Partial<Record<80 | 443, TargetGroup>> {
  const bound = gatewayServicePorts.filter((port) => fleet.entrance.ports.includes(port));
  if (bound.length === 0)
    throw new ZeroshiftError('no port of the entrance leads to the gateway', {
      code: 'fleet.invalid',
      source: 'user',
      problems: [
        {
          where: 'entrance.ports',
          value: fleet.entrance.ports,
          allowed: `at least one of ${gatewayServicePorts.join(' and ')}, where the gateway answers`,
        },
      ],
      action: 'add the port at which clients call the services',
    });
  return Object.fromEntries(bound.map((port) => [port, { name: targetGroupName(fleet, colour, port) }]));
}

/**
 * The ingress of one colour, bound to the colour's own entrance.
 * @throws ZeroshiftError `kourier.unknown-release`, `kourier.times`, `config.invalid`, `fleet.invalid`
 */
export class IngressChart extends Chart {
  /** File name → the construct whose objects it holds, in the order of application. */
  readonly files: ReadonlyMap<string, Construct>;

  constructor(scope: Construct, id: string, fleet: Fleet, colour: Colour, options: IngressOptions = {}) {
    super(scope, id, { disableResourceNameHashes: true });
    const { knative, serving } = fleet.colours[colour];
    const { idleTimeout, deregistrationDelay, healthCheckInterval } = fleet.entrance;
    const { controller, targetGroups, gatewayImage, gatewayIdle, config } = options;
    const kourier = new Kourier(this, 'kourier', {
      release: kourierRelease(knative, `colours.${colour}.knative`),
      entrance: {
        targetGroups: targetGroups ?? ownTargetGroups(fleet, colour),
        ...(controller === undefined ? {} : { controller }),
      },
      times: {
        where: 'entrance',
        idleTimeout: idleTimeout.seconds,
        deregistrationDelay: deregistrationDelay.seconds,
        // AWS counts in whole seconds, and so do the stacks.
        healthCheckInterval: Math.ceil(healthCheckInterval.seconds),
        healthyThreshold: targetHealth.healthyThreshold,
        unhealthyThreshold: targetHealth.unhealthyThreshold,
        longestRequest: Number(serving.defaults['max-revision-timeout-seconds'] ?? longestRequest),
        ...(gatewayIdle === undefined ? {} : { gatewayIdle }),
      },
      ...(config === undefined ? {} : { config }),
      ...(gatewayImage === undefined ? {} : { gateway: { image: gatewayImage } }),
    });
    this.files = numbered(kourier.parts);
  }
}
