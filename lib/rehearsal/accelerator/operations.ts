import { ApiError, invalidArgument } from './api-error.ts';
import { ownerOf } from './arns.ts';
import {
  type Input,
  optionalBoolean,
  optionalChoice,
  optionalNumber,
  optionalObjects,
  optionalString,
  requiredObjects,
  requiredString,
} from './input.ts';
import { greatestGroup, memberOf, refuseDuplicates, sameMember } from './members.ts';
import type { AcceleratorModel, Group, GroupSettings } from './model.ts';
import { page } from './page.ts';
import { acceleratorShape, groupShape, type HealthOf, listenerShape, memberShape } from './shapes.ts';

/** Answers one operation, or throws an `ApiError`. */
export type Operation = (input: Input) => object;

/** The operations that there are, by name. */
export function operations(model: AcceleratorModel, healthOf: HealthOf): ReadonlyMap<string, Operation> {
  const { arns } = model.props;

  const expectAccelerator = (arn: string): void => {
    if (arn !== arns.accelerator)
      throw new ApiError('AcceleratorNotFoundException', `there is no accelerator ${arn}`);
  };
  const expectListener = (arn: string): void => {
    if (arn !== arns.listener) throw new ApiError('ListenerNotFoundException', `there is no listener ${arn}`);
  };
  const groupNamedIn = (input: Input): Group => {
    const arn = requiredString(input, 'EndpointGroupArn');
    const group = model.groups.find((it) => it.arn === arn);
    if (group === undefined)
      throw new ApiError('EndpointGroupNotFoundException', `there is no endpoint group ${arn}`);
    return group;
  };
  const expectDeployed = (): void => {
    if (model.status === 'IN_PROGRESS')
      throw new ApiError('TransactionInProgressException', 'another change of the accelerator is under way');
  };

  return new Map<string, Operation>([
    [
      'DescribeAccelerator',
      (input) => {
        expectAccelerator(requiredString(input, 'AcceleratorArn'));
        return { Accelerator: acceleratorShape(model) };
      },
    ],
    ['ListAccelerators', (input) => page(input, 'Accelerators', [acceleratorShape(model)])],
    [
      'DescribeListener',
      (input) => {
        expectListener(requiredString(input, 'ListenerArn'));
        return { Listener: listenerShape(model) };
      },
    ],
    [
      'ListListeners',
      (input) => {
        expectAccelerator(requiredString(input, 'AcceleratorArn'));
        return page(input, 'Listeners', [listenerShape(model)]);
      },
    ],
    ['DescribeEndpointGroup', (input) => ({ EndpointGroup: groupShape(groupNamedIn(input), healthOf) })],
    [
      'ListEndpointGroups',
      (input) => {
        expectListener(requiredString(input, 'ListenerArn'));
        const groups = model.groups.map((group) => groupShape(group, healthOf));
        return page(input, 'EndpointGroups', groups);
      },
    ],
    [
      'UpdateEndpointGroup',
      (input) => {
        const group = groupNamedIn(input);
        const settings = settingsOf(input, group.settings, model.props.ports);
        const configurations = optionalObjects(input, 'EndpointConfigurations', greatestGroup);
        // Left out, the endpoints stay; said, they are the complete set.
        const members = configurations?.map((it) => memberOf(model, group, it)) ?? group.members;
        refuseDuplicates(members);
        model.change(group, members, settings);
        return { EndpointGroup: groupShape(group, healthOf) };
      },
    ],
    [
      'AddEndpoints',
      (input) => {
        const group = groupNamedIn(input);
        const added = requiredObjects(input, 'EndpointConfigurations', greatestGroup).map((it) =>
          memberOf(model, group, it),
        );
        const members = [...group.members, ...added];
        refuseDuplicates(members);
        if (members.length > greatestGroup)
          throw new ApiError('LimitExceededException', `a group holds at most ${greatestGroup} endpoints`);
        expectDeployed();
        model.change(group, members, group.settings);
        return {
          EndpointGroupArn: group.arn,
          EndpointDescriptions: added.map((member) => memberShape(member, healthOf)),
        };
      },
    ],
    [
      'RemoveEndpoints',
      (input) => {
        const group = groupNamedIn(input);
        const removed = requiredObjects(input, 'EndpointIdentifiers', greatestGroup).map((it) => {
          const id = requiredString(it, 'EndpointId');
          const clientIpPreservation = optionalBoolean(it, 'ClientIPPreservationEnabled');
          const found = group.members.find((member) =>
            sameMember(member, {
              id,
              clientIpPreservation: clientIpPreservation ?? member.clientIpPreservation,
            }),
          );
          if (found === undefined) throw invalidArgument(`the endpoint ${id} is not in the group`);
          return found;
        });
        expectDeployed();
        model.change(
          group,
          group.members.filter((member) => !removed.includes(member)),
          group.settings,
        );
        return {};
      },
    ],
    [
      'ListCrossAccountResources',
      (input) => {
        const accelerator = optionalString(input, 'AcceleratorArn');
        if (accelerator !== undefined) expectAccelerator(accelerator);
        const owner = requiredString(input, 'ResourceOwnerAwsAccountId');
        const resources = [...model.known.values()].flatMap(({ id, attachmentArn }) =>
          attachmentArn !== undefined && ownerOf(id)?.account === owner
            ? [{ EndpointId: id, AttachmentArn: attachmentArn }]
            : [],
        );
        return page(input, 'CrossAccountResources', resources);
      },
    ],
  ]);
}

/** The group's settings after an `UpdateEndpointGroup`: what the request leaves out stays. */
function settingsOf(input: Input, before: GroupSettings, ports: readonly number[]): GroupSettings {
  const port = { least: 1, greatest: 65_535 };
  const overrides = optionalObjects(input, 'PortOverrides', 10)?.map((it) => {
    const listener = optionalNumber(it, 'ListenerPort', port);
    const endpoint = optionalNumber(it, 'EndpointPort', port);
    if (listener === undefined || endpoint === undefined || !ports.includes(listener))
      throw invalidArgument('a port override must name a port of the listener and one of the endpoint');
    return { ListenerPort: listener, EndpointPort: endpoint };
  });
  return {
    trafficDial:
      optionalNumber(input, 'TrafficDialPercentage', { least: 0, greatest: 100, fraction: true }) ??
      before.trafficDial,
    healthCheckPort: optionalNumber(input, 'HealthCheckPort', port) ?? before.healthCheckPort,
    healthCheckProtocol:
      optionalChoice(input, 'HealthCheckProtocol', ['TCP', 'HTTP', 'HTTPS']) ?? before.healthCheckProtocol,
    healthCheckPath: optionalString(input, 'HealthCheckPath') ?? before.healthCheckPath,
    healthCheckInterval:
      optionalChoice(input, 'HealthCheckIntervalSeconds', [10, 30]) ?? before.healthCheckInterval,
    threshold: optionalNumber(input, 'ThresholdCount', { least: 1, greatest: 10 }) ?? before.threshold,
    portOverrides: overrides ?? before.portOverrides,
  };
}
