import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import {
  type EntranceTimes,
  gatewayTimes,
  Kourier,
  kourierRelease,
  type TargetGroup,
} from '../constructs/kourier/index.ts';
import type { Colour, Fleet } from '../lib/fleet/index.ts';
// The room's door would load the CDK.
import { targetHealth } from '../lib/stacks/entrance-targets.ts';
import { targetGroupName } from '../lib/stacks/names.ts';
import { numbered } from './files.ts';
import { refuseMistakes } from './fleet-mistakes.ts';
import { drainProblems, ingressProblems } from './ingress-problems.ts';

/** Ports at which the gateway's Service takes requests. */
const gatewayServicePorts = [80, 443] as const;

/** What the webhook lets a request take where `config-defaults` does not say, in seconds. */
const longestRequest = 600;

/** The target groups of a colour's entrance that lead to the gateway. @throws ZeroshiftError `fleet.invalid` for none */
function boundTargetGroups(fleet: Fleet, colour: Colour): Partial<Record<80 | 443, TargetGroup>> {
  const { ports, plainPorts } = fleet.entrance;
  const bound = gatewayServicePorts.filter(
    (port) => ports.includes(port) && !plainPorts.some((plain) => plain.port === port),
  );
  if (bound.length === 0)
    refuseMistakes([
      {
        where: 'entrance.ports',
        value: ports,
        allowed: `at least one of ${gatewayServicePorts.join(' and ')}, where the gateway answers`,
      },
    ]);
  const theirs = fleet.colours[colour].ingress?.targetGroups;
  return Object.fromEntries(
    bound.map((port) => [port, theirs?.[port] ?? { name: targetGroupName(fleet, colour, port) }]),
  );
}

/** The times of a colour's entrance, from which its gateway's follow. */
function entranceTimes(fleet: Fleet, colour: Colour): EntranceTimes {
  const { serving, ingress } = fleet.colours[colour];
  const { idleTimeout, deregistrationDelay, healthCheckInterval } = fleet.entrance;
  return {
    where: 'entrance',
    whereGatewayIdle: `colours.${colour}.ingress.gatewayIdle`,
    idleTimeout: idleTimeout.seconds,
    deregistrationDelay: deregistrationDelay.seconds,
    // AWS counts in whole seconds, and so do the stacks.
    healthCheckInterval: Math.ceil(healthCheckInterval.seconds),
    healthyThreshold: targetHealth.healthyThreshold,
    unhealthyThreshold: targetHealth.unhealthyThreshold,
    longestRequest: Number(serving.defaults['max-revision-timeout-seconds'] ?? longestRequest),
    ...(ingress?.gatewayIdle === undefined ? {} : { gatewayIdle: ingress.gatewayIdle.seconds }),
  };
}

/**
 * The ingress of one colour, bound to the colour's own entrance.
 * @throws ZeroshiftError `fleet.invalid` with every mistake at once, `kourier.unknown-release`, `kourier.times`
 */
export class IngressChart extends Chart {
  /** File name → the construct whose objects it holds, in the order of application. */
  readonly files: ReadonlyMap<string, Construct>;

  constructor(scope: Construct, id: string, fleet: Fleet, colour: Colour) {
    super(scope, id, { disableResourceNameHashes: true });
    const { knative, ingress = {} } = fleet.colours[colour];
    const { controller, gatewayImage, config } = ingress;
    const targetGroups = boundTargetGroups(fleet, colour);
    const times = entranceTimes(fleet, colour);
    refuseMistakes([...ingressProblems(fleet, colour), ...drainProblems(fleet, gatewayTimes(times))]);
    const kourier = new Kourier(this, 'kourier', {
      release: kourierRelease(knative, `colours.${colour}.knative`),
      entrance: {
        targetGroups,
        ...(controller === undefined ? {} : { controller }),
        ...(fleet.entrance.tls === undefined ? {} : { endsTls: true }),
      },
      times,
      ...(config === undefined ? {} : { config }),
      ...(gatewayImage === undefined ? {} : { gateway: { image: gatewayImage } }),
    });
    this.files = numbered(kourier.parts);
  }
}
