import {
  type ClientAddress,
  enteringWeight,
  type LeaseHolder,
  neverAnswered,
  nothing,
  parseRegistrationId,
  type RegisteredEndpoint,
  type Registration,
  refusalByCutover,
  refusalByLease,
  refusalToChange,
  refusalToRemove,
  refusalToReplace,
  registrationId,
} from './decide.ts';
import { type EndpointGroupClient, isTransactionInProgress } from './endpoint-group-client.ts';

/** The custom resource's properties; CloudFormation makes every value a string. */
export interface RegistrationProperties {
  readonly AcceleratorArn: string;
  readonly EndpointArn: string;
  /** The endpoint group; otherwise it is found by listener and region. */
  readonly EndpointGroupArn?: string;
  readonly ListenerArn?: string;
  readonly Region?: string;
  /** `true` for the fleet's first colour. */
  readonly First: string;
  /** `true` where the stack made the entrance. */
  readonly Ours: string;
  /** Whether the accelerator keeps the addresses of clients: `preserved` or `hidden`. */
  readonly ClientAddress: string;
  /** The fleet, and the table and region that hold its lease. @default - nobody's lease is asked for */
  readonly Fleet?: string;
  readonly JournalTable?: string;
  readonly JournalRegion?: string;
}

/** The part of CloudFormation's event that matters here. */
export interface RegistrationEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: RegistrationProperties;
}

export interface RegistrationOutcome {
  readonly id: string;
  /** Why it failed, for the person who reads the stack's events. @default - it did not */
  readonly refusal?: string;
}

export interface RegistrationPorts {
  readonly groups: Pick<EndpointGroupClient, 'endpoints' | 'add' | 'remove' | 'isDeployed' | 'findGroup'>;
  /** Who acts on the fleet now, or did and never gave back the lease. */
  readonly leaseHolder: (properties: RegistrationProperties) => Promise<LeaseHolder | undefined>;
  /** Id of a cutover that is neither finalized nor rolled back, whether or not anybody is at work on it. */
  readonly cutoverUnderWay: (properties: RegistrationProperties) => Promise<string | undefined>;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Milliseconds until there must be an answer. */
  readonly timeLeft: () => number;
}

/** Milliseconds between two looks: short at first, so that a quick accelerator is not waited for. */
const pauses = { first: 100, longest: 2000 } as const;

/**
 * Plays one event of the custom resource. Each path reads first and changes only what is still missing, so that
 * a second try after a crash between any two calls ends in the same state.
 */
export async function handle(
  event: RegistrationEvent,
  ports: RegistrationPorts,
): Promise<RegistrationOutcome> {
  // The id that names whatever may have been changed so far: it goes into the answer even when we fail.
  let id = event.PhysicalResourceId ?? nothing;
  const { ResourceProperties: properties } = event;
  try {
    const before = parseRegistrationId(event.PhysicalResourceId);
    if (event.RequestType === 'Delete') {
      const lost = neverAnswered(event.PhysicalResourceId, properties.Ours === 'true');
      const gone = before ?? (lost ? await target(properties, ports) : undefined);
      const refusal = gone === undefined ? undefined : await unregister(gone, properties, ports);
      return refusal === undefined ? { id } : { id, refusal };
    }
    const wanted = await target(properties, ports);
    if (wanted === undefined) return { id, refusal: noGroup(properties) };
    const same =
      before?.endpointGroupArn === wanted.endpointGroupArn && before.endpointArn === wanted.endpointArn;
    if (before !== undefined && !same) {
      const endpoints = (await ports.groups.endpoints(before.endpointGroupArn)) ?? [];
      const refusal = refusalToReplace(endpoints, before) ?? (await leased(properties, ports));
      if (refusal !== undefined) return { id, refusal };
    }
    const registration = same ? before : await claim(wanted, ports);
    id = registrationId(registration);
    await register(registration, properties, ports);
    return { id };
  } catch (error) {
    return { id, refusal: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

/** Undefined where a listener has no endpoint group in this region. */
async function target(
  { EndpointArn, EndpointGroupArn, ListenerArn = '', Region = '', Ours }: RegistrationProperties,
  { groups }: RegistrationPorts,
): Promise<Registration | undefined> {
  const endpointGroupArn = EndpointGroupArn ?? (await groups.findGroup(ListenerArn, Region));
  return endpointGroupArn === undefined
    ? undefined
    : { endpointGroupArn, endpointArn: EndpointArn, ours: Ours === 'true' };
}

const noGroup = ({ ListenerArn, Region }: RegistrationProperties): string =>
  `the listener ${ListenerArn} has no endpoint group in ${Region}: add an empty one first`;

async function leased(
  properties: RegistrationProperties,
  { leaseHolder }: RegistrationPorts,
): Promise<string | undefined> {
  const holder = await leaseHolder(properties);
  return holder === undefined ? undefined : refusalByLease(holder);
}

/** A lone endpoint has nothing to go back to. */
async function underWay(
  endpoints: readonly RegisteredEndpoint[],
  properties: RegistrationProperties,
  { cutoverUnderWay }: RegistrationPorts,
): Promise<string | undefined> {
  const id = endpoints.length > 1 ? await cutoverUnderWay(properties) : undefined;
  return id === undefined ? undefined : refusalByCutover(id);
}

/** An NLB that is not the stack's and is registered already belongs to whoever did that. */
async function claim(wanted: Registration, { groups }: RegistrationPorts): Promise<Registration> {
  if (wanted.ours) return wanted;
  const endpoints = (await groups.endpoints(wanted.endpointGroupArn)) ?? [];
  return { ...wanted, ours: !endpoints.some(({ id }) => id === wanted.endpointArn) };
}

/** Adds the endpoint where it is missing. One that is there keeps its weight, whatever it is. */
async function register(
  { endpointGroupArn, endpointArn, ours }: Registration,
  properties: RegistrationProperties,
  ports: RegistrationPorts,
): Promise<void> {
  const clientAddress: ClientAddress = properties.ClientAddress === 'preserved' ? 'preserved' : 'hidden';
  await persistently(ports, async () => {
    const endpoints = await ports.groups.endpoints(endpointGroupArn);
    if (endpoints === undefined) throw new Error(`there is no endpoint group ${endpointGroupArn}`);
    const own = endpoints.find(({ id }) => id === endpointArn);
    if (own === undefined) {
      const weight = enteringWeight(endpoints, properties.First === 'true');
      await ports.groups.add(endpointGroupArn, { id: endpointArn, weight, clientAddress });
      return;
    }
    const refusal = ours ? refusalToChange(own, clientAddress) : undefined;
    if (refusal !== undefined) throw new Error(refusal);
  });
  await deployed(properties.AcceleratorArn, ports);
}

/** Refuses where the stack's other parts are still needed; removes the endpoint where it is ours. */
async function unregister(
  registration: Registration,
  properties: RegistrationProperties,
  ports: RegistrationPorts,
): Promise<string | undefined> {
  const refusal = await persistently(ports, async () => {
    const held = await leased(properties, ports);
    if (held !== undefined) return held;
    const endpoints = (await ports.groups.endpoints(registration.endpointGroupArn)) ?? [];
    const own = endpoints.find(({ id }) => id === registration.endpointArn);
    if (own === undefined) return undefined;
    const reason = refusalToRemove(endpoints, registration) ?? (await underWay(endpoints, properties, ports));
    if (reason === undefined && registration.ours)
      await ports.groups.remove(registration.endpointGroupArn, own);
    return reason;
  });
  if (refusal === undefined && registration.ours) await deployed(properties.AcceleratorArn, ports);
  return refusal;
}

/**
 * Reads and decides again after a failure. While another change is under way, for as long as there is time: it may
 * be about weights. After any other failure a few times: the answer may have been lost, not the change.
 */
async function persistently<T>(ports: RegistrationPorts, attempt: () => Promise<T>): Promise<T> {
  const wait = waiting(ports);
  for (let failures = 0; ; )
    try {
      return await attempt();
    } catch (error) {
      if (!isTransactionInProgress(error)) failures++;
      if (failures > 3 || !(await wait())) throw error;
    }
}

async function deployed(acceleratorArn: string, ports: RegistrationPorts): Promise<void> {
  const wait = waiting(ports);
  while (!(await ports.groups.isDeployed(acceleratorArn)))
    if (!(await wait()))
      throw new Error(`the accelerator ${acceleratorArn} is still not DEPLOYED: try again when it is`);
}

/** Waits a little longer each time; false, without waiting, when there is no time left. */
function waiting({ sleep, timeLeft }: RegistrationPorts): () => Promise<boolean> {
  let pause: number = pauses.first;
  return async () => {
    if (timeLeft() < pause) return false;
    await sleep(pause);
    pause = Math.min(pauses.longest, pause * 2);
    return true;
  };
}
