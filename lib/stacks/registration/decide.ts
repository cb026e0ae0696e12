/** What registering an entrance may do to an endpoint group's endpoints. Pure: no AWS, no clock. */

/** Whether a client's address is kept on the way through the accelerator. */
export type ClientAddress = 'hidden' | 'preserved';

export interface RegisteredEndpoint {
  /** For an entrance, the NLB's ARN. */
  readonly id: string;
  /** Integer 0–255. */
  readonly weight: number;
  readonly clientIpPreservation?: boolean;
}

/** What the custom resource manages. Its id holds all of it, so that a deletion knows what to remove. */
export interface Registration {
  readonly endpointGroupArn: string;
  readonly endpointArn: string;
  /** False for an endpoint that was there before us: it is never removed. */
  readonly ours: boolean;
}

const separator = '|';

export const registrationId = ({ ours, endpointGroupArn, endpointArn }: Registration): string =>
  [ours ? 'registered' : 'found', endpointGroupArn, endpointArn].join(separator);

/** Undefined for the id of a creation that failed before it touched anything. */
export function parseRegistrationId(id: string | undefined): Registration | undefined {
  const [kind, endpointGroupArn, endpointArn] = (id ?? '').split(separator);
  if (endpointGroupArn === undefined || endpointArn === undefined) return undefined;
  if (kind !== 'registered' && kind !== 'found') return undefined;
  return { ours: kind === 'registered', endpointGroupArn, endpointArn };
}

/** Why nothing of a fleet is removed while somebody acts on it, or did and died. */
export const refusalByLease = ({ user, host }: LeaseHolder): string =>
  `a cutover or a migration holds the lease of the fleet (${user} on ${host}): let it end, or end it with ` +
  '`zeroshift rollback` or `zeroshift finalize`, then do this again';

/** Why nothing of a fleet is removed before a cutover has found its end: its way back needs both colours. */
export const refusalByCutover = (id: string): string =>
  `the cutover ${id} is under way: end it with \`zeroshift finalize\` or \`zeroshift rollback\`, then do this again`;

/** Who acts on a fleet. */
export interface LeaseHolder {
  readonly user: string;
  readonly host: string;
}

/**
 * Whether a deletion is about an endpoint that may be there although its id does not say so: CloudFormation makes an id of
 * its own for a creation that never answered. Nobody else registers an entrance that the stack made.
 */
export const neverAnswered = (id: string | undefined, ours: boolean): boolean =>
  ours && id !== nothing && parseRegistrationId(id) === undefined;

/** An id with nothing behind it: its deletion has nothing to do. */
export const nothing = 'unregistered';

/**
 * The weight with which an entrance enters: 100 for the fleet's first colour while nothing carries weight,
 * else 0. Only one colour is the first, so two that register at the same moment do not both get weight.
 */
export const enteringWeight = (endpoints: readonly RegisteredEndpoint[], first: boolean): number =>
  first && endpoints.every(({ weight }) => weight === 0) ? 100 : 0;

/** Why nothing behind this endpoint may be removed now, or undefined where it may. A lone endpoint may go. */
export function refusalToRemove(
  endpoints: readonly RegisteredEndpoint[],
  { endpointArn, endpointGroupArn }: Registration,
): string | undefined {
  const own = endpoints.find(({ id }) => id === endpointArn);
  const others = endpoints.length - 1;
  if (own === undefined || own.weight === 0 || others === 0) return undefined;
  return (
    `the entrance ${endpointArn} still has weight ${own.weight} in ${endpointGroupArn}, beside ${others} other ` +
    'endpoint(s): move the traffic to the other colour with `zeroshift cutover`, then delete this stack again'
  );
}

/** Why this entrance may not be replaced by a new one, or undefined where it may: the new one would be empty. */
export function refusalToReplace(
  endpoints: readonly RegisteredEndpoint[],
  { endpointArn, endpointGroupArn }: Registration,
): string | undefined {
  const own = endpoints.find(({ id }) => id === endpointArn);
  if (own === undefined || own.weight === 0) return undefined;
  return (
    `the entrance ${endpointArn} has weight ${own.weight} in ${endpointGroupArn} and the new one has no targets ` +
    'yet: move the traffic to the other colour with `zeroshift cutover`, then deploy this stack again'
  );
}

/** Why an endpoint of ours is not what the stack wants it to be, or undefined where it is. It is not made anew: it may have weight. */
export function refusalToChange(
  { id, clientIpPreservation }: RegisteredEndpoint,
  wanted: ClientAddress,
): string | undefined {
  if (clientIpPreservation === undefined || clientIpPreservation === (wanted === 'preserved'))
    return undefined;
  return (
    `the entrance ${id} is registered with client addresses ${clientIpPreservation ? 'preserved' : 'hidden'}, and ` +
    `the fleet says "${wanted}": that is decided when an entrance is registered. Move the traffic to the other colour ` +
    'with `zeroshift cutover`, delete this stack and deploy it again'
  );
}
