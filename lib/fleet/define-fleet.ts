import { type Problem, ZeroshiftError } from '../messages/error.ts';
import { fieldContradictions, itemContradictions } from './contradictions.ts';
import type { Entrance, Fleet } from './fleet.ts';
import type { FleetInput } from './fleet-input.ts';
import { type FleetItem, sortItems } from './fleet-items.ts';
import { invalidFleet } from './invalid-fleet.ts';
import { parsedParts } from './parsed-parts.ts';
import { fleetSchema } from './schema.ts';
import { type SchemaIssue, schemaProblems } from './schema-problems.ts';

export type { FleetInput } from './fleet-input.ts';

/** Marks a validated fleet; a registered symbol, so that another copy of this package knows it too. */
const validated = Symbol.for('zeroshift.fleet');
/** Holds what a fleet lacks whose services stand in a folder. */
const unread = Symbol.for('zeroshift.fleet.services-folder');

/** Whether this value came out of `defineFleet`. */
export const isFleet = (value: unknown): value is Fleet =>
  typeof value === 'object' && value !== null && Reflect.get(value, validated) === true;

const freeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) freeze(part);
  }
  return value;
};

/** What depends on the services, and so on a folder's files where they stand in one. */
const itemFields = ['services', 'domainMappings', 'manifests', 'sources'] as const;
type FleetFields = Omit<Fleet, (typeof itemFields)[number]>;

/** What the fleet's own file says, without the services of its folder. */
interface Unread {
  readonly folder: string;
  readonly fields: FleetFields;
  readonly domainMappings: readonly unknown[];
}

/**
 * Checks a fleet definition, fills in the defaults and freezes the result. Of services in a folder it keeps the folder's
 * name: `loadFleet` reads it, and whoever asks for them before gets the error `fleet.services-unread`.
 * @throws ZeroshiftError `fleet.invalid` with every mistake at once
 */
export function defineFleet(input: FleetInput): Fleet {
  const result = fleetSchema.safeParse(input);
  const parts = result.success ? result.data : parsedParts(input);
  const { services, domainMappings = [], ...rest } = parts;
  // The schema leaves what a service holds to the constructs' own validation.
  const fields = rest as unknown as Partial<FleetFields>;
  const found = [
    ...(result.success ? [] : schemaProblems(result.error.issues as readonly SchemaIssue[], input)),
    ...fieldContradictions(fields),
  ];
  if (typeof services === 'string') {
    const unread = { folder: services, fields: fields as FleetFields, domainMappings };
    if (found.length > 0) throw withUnread(invalidFleet(found), unread);
    return withoutServices(unread);
  }
  const items = [
    ...(services ?? []).map((value, index): FleetItem => ({ value, source: `services[${index}]` })),
    ...listed(domainMappings),
  ];
  return whole(fields, items, found, services !== undefined);
}

const listed = (mappings: readonly unknown[]): FleetItem[] =>
  mappings.map((value, index) => ({ value, source: `domainMappings[${index}]` }));

/** Without the entrance nothing is known of its ports. */
const noPorts: Pick<Entrance, 'ports' | 'plainPorts'> = { ports: [], plainPorts: [] };

/** The fleet with its items sorted and checked. `known`: what is wrong already; `complete`: whether all items are there. */
function whole(
  fields: Partial<FleetFields>,
  items: readonly FleetItem[],
  known: readonly Problem[] = [],
  complete = true,
): Fleet {
  const { services, domainMappings, manifests, problems } = sortItems(items);
  const own = {
    services: services.map(({ props }) => props),
    domainMappings: domainMappings.map(({ props }) => props),
    manifests,
    sources: {
      services: services.map(({ source }) => source),
      domainMappings: domainMappings.map(({ source }) => source),
    },
  };
  // What cannot be read would be missed elsewhere: it is mended first.
  const checked = complete && problems.length === 0;
  const found = [
    ...known,
    ...problems,
    ...(checked ? itemContradictions({ ...own, entrance: fields.entrance ?? noPorts }) : []),
  ];
  if (found.length > 0) throw invalidFleet(found);
  const fleet: Fleet = { ...(fields as FleetFields), ...own };
  return freeze(Object.defineProperty(fleet, validated, { value: true }));
}

/** A fleet that answers for everything but its services. */
function withoutServices(rest: Unread): Fleet {
  const refuse = (): never => {
    throw new ZeroshiftError("the fleet's services stand in a folder that nobody has read yet", {
      code: 'fleet.services-unread',
      source: 'user',
      problems: [{ where: 'services', value: rest.folder, allowed: 'a fleet that loadFleet gave' }],
      action: "load the fleet with loadFleet('fleet.config.ts') instead of importing it",
    });
  };
  const fleet = { ...freeze({ ...rest.fields }) };
  for (const field of itemFields) Object.defineProperty(fleet, field, { get: refuse, enumerable: true });
  Object.defineProperty(fleet, validated, { value: true });
  return Object.freeze(withUnread(fleet, rest)) as unknown as Fleet;
}

const withUnread = <T extends object>(holder: T, rest: Unread): T =>
  Object.defineProperty(holder, unread, { value: rest });

const unreadOf = (holder: unknown): Unread | undefined =>
  typeof holder === 'object' && holder !== null
    ? (Reflect.get(holder, unread) as Unread | undefined)
    : undefined;

/** The folder that holds a fleet's services, or those of one that was refused; undefined where nothing is left to read. */
export const servicesFolder = (holder: unknown): string | undefined => unreadOf(holder)?.folder;

/**
 * The fleet with what its folder holds. `refused`: what `defineFleet` threw instead of a fleet.
 * @throws ZeroshiftError `fleet.invalid` with every mistake at once
 */
export function withServices(fleet: Fleet, items: readonly FleetItem[], refused?: ZeroshiftError): Fleet {
  const rest = unreadOf(refused ?? fleet);
  return rest === undefined
    ? fleet
    : whole(rest.fields, [...items, ...listed(rest.domainMappings)], refused?.problems);
}
