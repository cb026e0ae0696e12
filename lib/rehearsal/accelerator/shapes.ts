import type { AcceleratorModel, Group, Member } from './model.ts';

/** The state of an endpoint's health, as the API names it. */
export type HealthState = 'INITIAL' | 'HEALTHY' | 'UNHEALTHY';
export type HealthOf = (id: string) => HealthState;

/** The model in the API's own shapes. Times are seconds since the epoch, as JSON 1.1 has them. */
export function acceleratorShape(model: AcceleratorModel): object {
  const { name, arns } = model.props;
  return {
    AcceleratorArn: arns.accelerator,
    Name: name,
    IpAddressType: 'IPV4',
    Enabled: true,
    IpSets: [{ IpFamily: 'IPv4', IpAddresses: ['127.0.0.1'], IpAddressFamily: 'IPv4' }],
    DnsName: 'localhost',
    Status: model.status,
    CreatedTime: model.created / 1000,
    LastModifiedTime: model.modified / 1000,
  };
}

export const listenerShape = (model: AcceleratorModel): object => ({
  ListenerArn: model.props.arns.listener,
  PortRanges: model.props.ports.map((port) => ({ FromPort: port, ToPort: port })),
  Protocol: 'TCP',
  ClientAffinity: 'NONE',
});

export const groupShape = (group: Group, healthOf: HealthOf): object => ({
  EndpointGroupArn: group.arn,
  EndpointGroupRegion: group.region,
  EndpointDescriptions: group.members.map((member) => memberShape(member, healthOf)),
  TrafficDialPercentage: group.settings.trafficDial,
  HealthCheckPort: group.settings.healthCheckPort,
  HealthCheckProtocol: group.settings.healthCheckProtocol,
  ...(group.settings.healthCheckPath !== undefined && { HealthCheckPath: group.settings.healthCheckPath }),
  HealthCheckIntervalSeconds: group.settings.healthCheckInterval,
  ThresholdCount: group.settings.threshold,
  PortOverrides: group.settings.portOverrides,
});

/** A description never holds the attachment: the service leaves it out too. */
export const memberShape = (member: Member, healthOf: HealthOf): object => ({
  EndpointId: member.id,
  Weight: member.weight,
  HealthState: healthOf(member.id),
  ClientIPPreservationEnabled: member.clientIpPreservation,
});
