import { type ISecurityGroup, type IVpc, Peer, Port, SecurityGroup, SubnetType } from 'aws-cdk-lib/aws-ec2';
import {
  AlpnPolicy,
  IpAddressType,
  NetworkLoadBalancer,
  NetworkTargetGroup,
  Protocol,
  SslPolicy,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Duration, Tags } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Duration as FleetDuration } from '../fleet/duration.ts';
import type { Entrance as EntranceDefinition, PlainPort } from '../fleet/fleet.ts';
import { acknowledge } from './acknowledge.ts';
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
  /** ARN of a certificate in ACM, in this region, for port 443. @default - TCP through to the pods */
  readonly certificateArn?: string;
  /** Reachable from inside the VPC only. @default false */
  readonly internal?: boolean;
}

/** The NLB of one colour in one region, its listeners and the target groups that belong to this colour alone. */
export class Entrance extends Construct {
  readonly arn: string;
  readonly host: string;
  /** `net/NAME/ID`, as metrics have it. */
  readonly fullName: string;
  /** By port: `targetgroup/NAME/ID`, as metrics have it. */
  readonly targetGroups: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, props: EntranceProps) {
    super(scope, id);
    const { definition, vpc, certificateArn } = props;
    const dualStack = definition.addresses === 'dual-stack';
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
      ...(dualStack ? { ipAddressType: IpAddressType.DUAL_STACK } : {}),
      // A zone without a gateway pod would otherwise answer nothing.
      crossZoneEnabled: true,
    });
    const targets = definition.ports.map((port) => entranceTarget(definition, port, props.podPort));
    const groups: Record<string, string> = {};
    for (const target of targets) {
      const { port } = target;
      const group = this.targetGroup(target, props);
      securityGroup.addIngressRule(Peer.anyIpv4(), Port.tcp(port), 'clients, by way of the accelerator');
      if (dualStack) securityGroup.addIngressRule(Peer.anyIpv6(), Port.tcp(port), 'clients with IPv6');
      balancer.addListener(`Listener${port}`, {
        port,
        ...(target.tls && certificateArn !== undefined
          ? {
              protocol: Protocol.TLS,
              certificates: [{ certificateArn }],
              sslPolicy: SslPolicy.RECOMMENDED_TLS,
              // Who speaks HTTP/2 alone, as gRPC does, gets it; the gateway tells by the first bytes.
              alpnPolicy: AlpnPolicy.HTTP2_OPTIONAL,
            }
          : { protocol: Protocol.TCP }),
        tcpIdleTimeout: Duration.seconds(wholeSeconds(definition.idleTimeout)),
        defaultTargetGroups: [group],
      });
      groups[port] = group.targetGroupFullName;
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
    acknowledge(this, {
      'AwsSolutions-EC23': "it is the way in for the accelerator's clients, at the fleet's ports alone",
      'AwsSolutions-ELB2':
        'a load balancer of this kind logs TLS connections alone: who came is in the flow logs of the accelerator',
    });
    this.arn = balancer.loadBalancerArn;
    this.fullName = balancer.loadBalancerFullName;
    this.host = balancer.loadBalancerDnsName;
    this.targetGroups = groups;
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
      preserveClientIp: props.definition.clientAddress === 'preserved',
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
