import type { DomainMappingProps } from '../../constructs/service/domain-mapping.ts';
import type { KnativeServiceProps } from '../../constructs/service/knative-service.ts';
import type { KubeObject } from '../clusters/cluster-port.ts';
import { type Problem, ZeroshiftError } from '../messages/error.ts';
import { fieldContradictions, itemContradictions } from './contradictions.ts';
import type { Fleet, RehearsalOptions } from './fleet.ts';
import { type FleetItem, sortItems } from './fleet-items.ts';
import { type FleetSchemaInput, fleetSchema } from './schema.ts';
import { type SchemaIssue, schemaProblems } from './schema-problems.ts';

/** What `defineFleet` takes. Durations are written as text, such as `30s`. */
export interface FleetInput extends Omit<FleetSchemaInput, 'services' | 'domainMappings' | 'rehearsal'> {
  /**
   * Services and plain Kubernetes objects, or the name of a folder, relative to the file of the definition, whose
   * TypeScript and YAML files hold them. @default - none
   */
  readonly services?: string | readonly (KnativeServiceProps | KubeObject)[];
  /** @default - none */
  readonly domainMappings?: readonly DomainMappingProps[];
  /** @default - no history */
  readonly rehearsal?: Partial<RehearsalOptions>;
}

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

const invalidFleet = (problems: readonly Problem[]): ZeroshiftError =>
  new ZeroshiftError(
    problems.length === 1 ? 'the fleet has a mistake' : `the fleet has ${problems.length} mistakes`,
    {
      code: 'fleet.invalid',
      source: 'user',
      problems,
      action: 'mend the fields named above and run it again',
    },
  );

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
  if (!result.success)
    throw invalidFleet(schemaProblems(result.error.issues as readonly SchemaIssue[], input));
  const { services, domainMappings, ...rest } = result.data;
  // The schema leaves what a service holds to the constructs' own validation.
  const fields = rest as unknown as FleetFields;
  const found = fieldContradictions(fields);
  if (typeof services !== 'string')
    return whole(
      fields,
      [
        ...services.map((value, index): FleetItem => ({ value, source: `services[${index}]` })),
        ...listed(domainMappings),
      ],
      found,
    );
  if (found.length > 0) throw invalidFleet(found);
  return withoutServices({ folder: services, fields, domainMappings });
}

const listed = (mappings: readonly unknown[]): FleetItem[] =>
  mappings.map((value, index) => ({ value, source: `domainMappings[${index}]` }));

/** The fleet with its items sorted and checked. */
function whole(fields: FleetFields, items: readonly FleetItem[], known: readonly Problem[] = []): Fleet {
  const { services, domainMappings, manifests, problems } = sortItems(items);
  const fleet: Fleet = {
    ...fields,
    services: services.map(({ props }) => props),
    domainMappings: domainMappings.map(({ props }) => props),
    manifests,
    sources: {
      services: services.map(({ source }) => source),
      domainMappings: domainMappings.map(({ source }) => source),
    },
  };
  // What cannot be read would be missed elsewhere: it is mended first.
  const found = [...known, ...(problems.length > 0 ? problems : itemContradictions(fleet))];
  if (found.length > 0) throw invalidFleet(found);
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
  return Object.freeze(Object.defineProperty(fleet, unread, { value: rest })) as unknown as Fleet;
}

/** The folder that holds a fleet's services; undefined where the fleet is complete. */
export const servicesFolder = (fleet: Fleet): string | undefined =>
  (Reflect.get(fleet, unread) as Unread | undefined)?.folder;

/**
 * The fleet with what its folder holds.
 * @throws ZeroshiftError `fleet.invalid` with every mistake at once
 */
export function withServices(fleet: Fleet, items: readonly FleetItem[]): Fleet {
  const rest = Reflect.get(fleet, unread) as Unread | undefined;
  return rest === undefined ? fleet : whole(rest.fields, [...items, ...listed(rest.domainMappings)]);
}
