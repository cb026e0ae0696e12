import { type ISecurityGroup, type IVpc, Peer, Port, SecurityGroup, SubnetType } from 'aws-cdk-lib/aws-ec2';
import {
  NetworkLoadBalancer,
  NetworkTargetGroup,
  Protocol,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Duration, Tags } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Duration as FleetDuration } from '../fleet/duration.ts';
import type { Entrance as EntranceDefinition, PlainPort } from '../fleet/fleet.ts';
import { type EntranceTarget, entranceTarget, targetHealth } from './entrance-targets.ts';

export interface EntranceProps {
  /** The NLB's name, at most 32 characters. */
  readonly name: string;
  /** A target group's name, at most 32 characters. */
  readonly targetGroupName: (port: number) => string;
  readonly definition: EntranceDefinition;
  /** The port of the pods behind a plain port. @default - the port of its Service */
  readonly podPort?: (plain: PlainPort) => number;
  readonly vpc: IVpc;
  /** Auto Mode may register targets only where a tag names its cluster. */
  readonly clusterName: string;
  /** What the pods wear. @default - the rules are left to whoever owns the cluster */
  readonly targets?: ISecurityGroup;
  /** Reachable from inside the VPC only. @default false */
  readonly internal?: boolean;
}

/** The NLB of one colour in one region, its listeners and the target groups that belong to this colour alone. */
export class Entrance extends Construct {
  readonly arn: string;
  readonly host: string;

  constructor(scope: Construct, id: string, props: EntranceProps) {
    super(scope, id);
    const { definition, vpc } = props;
    const securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: `the entrance ${props.name}`,
      allowAllOutbound: false,
    });
    const balancer = new NetworkLoadBalancer(this, 'LoadBalancer', {
      loadBalancerName: props.name,
      vpc,
      vpcSubnets: { subnetType: props.internal ? SubnetType.PRIVATE_WITH_EGRESS : SubnetType.PUBLIC },
      internetFacing: !props.internal,
      securityGroups: [securityGroup],
      // A zone without a gateway pod would otherwise answer nothing.
      crossZoneEnabled: true,
    });
    const targets = definition.ports.map((port) => entranceTarget(definition, port, props.podPort));
    for (const target of targets) {
      const { port } = target;
      securityGroup.addIngressRule(Peer.anyIpv4(), Port.tcp(port), 'clients, by way of the accelerator');
      balancer.addListener(`Listener${port}`, {
        port,
        protocol: Protocol.TCP,
        tcpIdleTimeout: Duration.seconds(wholeSeconds(definition.idleTimeout)),
        defaultTargetGroups: [this.targetGroup(target, props)],
      });
    }
    const reached = targets.flatMap(({ podPort, healthCheck }) => [podPort, healthCheck.port ?? podPort]);
    for (const port of new Set(reached))
      if (props.targets === undefined)
        securityGroup.addEgressRule(
          Peer.anyIpv4(),
          Port.tcp(port),
          targets.some(({ plain, podPort }) => plain && podPort === port) ? 'a workload' : 'the gateway',
        );
      // Nobody but the entrance gets to Envoy's admin port.
      else props.targets.connections.allowFrom(securityGroup, Port.tcp(port), `the entrance ${props.name}`);
    this.arn = balancer.loadBalancerArn;
    this.host = balancer.loadBalancerDnsName;
  }

  private targetGroup(
    { port, podPort, healthCheck }: EntranceTarget,
    props: EntranceProps,
  ): NetworkTargetGroup {
    const { healthCheckInterval, deregistrationDelay } = props.definition;
    const interval = wholeSeconds(healthCheckInterval);
    const group = new NetworkTargetGroup(this, `Targets${port}`, {
      targetGroupName: props.targetGroupName(port),
      vpc: props.vpc,
      port: podPort,
      protocol: Protocol.TCP,
      targetType: TargetType.IP,
      preserveClientIp: false,
      deregistrationDelay: Duration.seconds(wholeSeconds(deregistrationDelay)),
      connectionTermination: false,
      healthCheck: {
        ...(healthCheck.path === undefined
          ? { protocol: Protocol.TCP }
          : { protocol: Protocol.HTTP, path: healthCheck.path }),
        port: healthCheck.port === undefined ? 'traffic-port' : String(healthCheck.port),
        interval: Duration.seconds(interval),
        timeout: Duration.seconds(Math.min(6, interval - 1)),
        healthyThresholdCount: targetHealth.healthyThreshold,
        unhealthyThresholdCount: targetHealth.unhealthyThreshold,
      },
    });
    // A pod that stops answering checks keeps its flows until they end or the delay is over.
    group.setAttribute('target_health_state.unhealthy.connection_termination.enabled', 'false');
    group.setAttribute(
      'target_health_state.unhealthy.draining_interval_seconds',
      String(wholeSeconds(deregistrationDelay)),
    );
    Tags.of(group).add('eks:eks-cluster-name', props.clusterName);
    return group;
  }
}

/** AWS counts in whole seconds; longer is the safe side of every time here. */
const wholeSeconds = (time: FleetDuration): number => Math.ceil(time.seconds);

/**
 * The host of an NLB from its ARN, for one that a team already has: AWS names it `<name>-<id>.elb.<region>.amazonaws.com`.
 */
export function entranceHost(arn: string): string {
  const [, partition, , region, , resource = ''] = arn.split(':');
  const [, , name, id] = resource.split('/');
  return `${name}-${id}.elb.${region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}`;
}
