import { ApiError, invalidArgument } from './api-error.ts';
import { ownerOf } from './arns.ts';
import { type Input, optionalBoolean, optionalNumber, optionalString, requiredString } from './input.ts';
import type { AcceleratorModel, Group, Member } from './model.ts';

/** Endpoints a group may hold. */
export const greatestGroup = 10;

/** What the API takes for a weight that is left out. */
const defaultWeight = 128;

/** An `EndpointConfiguration` of a request as a member of the group, or the service's refusal. */
export function memberOf(model: AcceleratorModel, group: Group, configuration: Input): Member {
  const id = requiredString(configuration, 'EndpointId');
  const weight = optionalNumber(configuration, 'Weight', { least: 0, greatest: 255 });
  const preservation = optionalBoolean(configuration, 'ClientIPPreservationEnabled');
  const attachment = optionalString(configuration, 'AttachmentArn');
  const known = model.known.get(id);
  const owner = ownerOf(id);
  // Another account's load balancer cannot even be seen without its attachment.
  if (owner !== undefined && owner.account !== model.props.account) {
    if (attachment === undefined || attachment !== known?.attachmentArn)
      throw new ApiError('AccessDeniedException', `no attachment gives access to the endpoint ${id}`);
  } else if (attachment !== undefined) {
    throw invalidArgument(
      `the endpoint ${id} is of the accelerator's own account: it takes no AttachmentArn`,
    );
  }
  if (known === undefined) throw invalidArgument(`the endpoint ${id} does not exist`);
  if (owner !== undefined && owner.region !== group.region)
    throw invalidArgument(`the endpoint ${id} is in ${owner.region}, the endpoint group in ${group.region}`);
  return {
    id,
    weight: weight ?? defaultWeight,
    // On by default for application load balancers only.
    clientIpPreservation: preservation ?? id.includes(':loadbalancer/app/'),
  };
}

/** Two members are the same endpoint only if client-address preservation agrees too: both may stand side by side. */
export const sameMember = (a: Omit<Member, 'weight'>, b: Omit<Member, 'weight'>): boolean =>
  a.id === b.id && a.clientIpPreservation === b.clientIpPreservation;

export function refuseDuplicates(members: readonly Member[]): void {
  const twin = members.find((member, index) =>
    members.slice(0, index).some((earlier) => sameMember(earlier, member)),
  );
  if (twin !== undefined) throw invalidArgument(`the endpoint ${twin.id} is named twice`);
}
