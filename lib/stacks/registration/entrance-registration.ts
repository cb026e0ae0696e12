import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CustomResource, Duration, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { journalTable } from '../../cutover/store/dynamodb-table.ts';
import { acknowledgeWildcards } from '../acknowledge.ts';
import { endpointLookups } from '../operator-actions.ts';
import { allow } from '../rights.ts';
import { SmallFunction } from '../small-function.ts';
import type { ClientAddress } from './decide.ts';
import type { RegistrationProperties } from './handle.ts';
import { handlerCode } from './handler-code.generated.ts';

/** Where an entrance is registered: an endpoint group, or the one that a listener has in this region. */
export type EndpointGroupTarget =
  | { readonly acceleratorArn: string; readonly endpointGroupArn: string }
  | { readonly acceleratorArn: string; readonly listenerArn: string };

export interface EntranceRegistrationProps {
  readonly endpointArn: string;
  /** True where this stack made the NLB. One that was registered by somebody else before is never removed. */
  readonly ours: boolean;
  readonly group: EndpointGroupTarget;
  /** Whether this is the colour that a new fleet starts with. */
  readonly first: boolean;
  /** @default 'hidden' */
  readonly clientAddress?: ClientAddress;
  /** The lease without which nobody acts on the fleet. @default - deletions do not ask for it */
  readonly lease?: LeaseLocation;
}

/** Where a fleet's lease is. */
export interface LeaseLocation {
  /** The fleet's name. */
  readonly fleet: string;
  readonly tableName: string;
  readonly tableArn: string;
  /** AWS region of the table. */
  readonly region: string;
}

/**
 * Registers an entrance as an endpoint, once, and never changes a weight afterwards: weights belong to operations.
 * A deletion is refused while the endpoint has weight and others are registered, or a cutover is under way.
 */
export class EntranceRegistration extends Construct {
  /** What adds and removes the endpoint. */
  readonly endpoint: CustomResource;

  constructor(scope: Construct, id: string, props: EntranceRegistrationProps) {
    super(scope, id);
    const { group, lease } = props;
    const { handler } = new SmallFunction(this, 'Handler', {
      description: 'registers an entrance with its accelerator',
      folder: 'entrance-registration',
      code: handlerCode,
      // Lambda's longest: an accelerator takes minutes to deploy a change.
      timeout: Duration.minutes(15),
      permissions: permissions(props),
    });
    acknowledgeWildcards(
      handler.role ?? this,
      [groupsOf(group), serviceLinkedRoles, '*'],
      'the endpoint groups of an existing accelerator are known by their listener, its own role by its path, and what it looks up in the name of the caller has no narrower resource',
    );
    const properties = {
      AcceleratorArn: group.acceleratorArn,
      EndpointArn: props.endpointArn,
      ...('endpointGroupArn' in group
        ? { EndpointGroupArn: group.endpointGroupArn }
        : { ListenerArn: group.listenerArn, Region: Stack.of(this).region }),
      First: String(props.first),
      Ours: String(props.ours),
      ClientAddress: props.clientAddress ?? 'hidden',
      ...(lease === undefined
        ? {}
        : { Fleet: lease.fleet, JournalTable: lease.tableName, JournalRegion: lease.region }),
    } satisfies RegistrationProperties;
    this.endpoint = new CustomResource(this, 'Endpoint', {
      resourceType: 'Custom::ZeroshiftEntranceRegistration',
      serviceToken: handler.functionArn,
      serviceTimeout: Duration.minutes(16),
      properties,
    });
  }
}

const groupsOf = (group: EndpointGroupTarget): string =>
  'listenerArn' in group ? `${group.listenerArn}/endpoint-group/*` : group.endpointGroupArn;

const serviceLinkedRoles = 'arn:*:iam::*:role/aws-service-role/globalaccelerator.amazonaws.com/*';

/** The account's first endpoint with preserved addresses makes it: network interfaces in the VPC are its business. */
const serviceLinkedRole = new PolicyStatement({
  actions: ['iam:CreateServiceLinkedRole'],
  resources: [serviceLinkedRoles],
  conditions: { StringEquals: { 'iam:AWSServiceName': 'globalaccelerator.amazonaws.com' } },
});

function permissions({ group, lease, clientAddress }: EntranceRegistrationProps): PolicyStatement[] {
  const actions = [
    'globalaccelerator:AddEndpoints',
    'globalaccelerator:DescribeEndpointGroup',
    'globalaccelerator:RemoveEndpoints',
    // Adding and removing are looked at as changes of the group.
    'globalaccelerator:UpdateEndpointGroup',
  ];
  return [
    allow(actions, [groupsOf(group)]),
    allow(['globalaccelerator:DescribeAccelerator'], [group.acceleratorArn]),
    ...('listenerArn' in group ? [allow(['globalaccelerator:ListEndpointGroups'], [group.listenerArn])] : []),
    ...(lease === undefined ? [] : [allow(journalTable.readActions, [lease.tableArn])]),
    allow(endpointLookups, ['*']),
    ...(clientAddress === 'preserved' ? [serviceLinkedRole] : []),
  ];
}
