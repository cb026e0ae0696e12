import { type FleetSchemaOutput, fleetSchema } from './schema.ts';

/** The fields of a fleet that are right by themselves although others are not, so that these can be checked further. */
export function parsedParts(input: unknown): Partial<FleetSchemaOutput> {
  if (typeof input !== 'object' || input === null) return {};
  return Object.fromEntries(
    Object.entries(fleetSchema.shape).flatMap(([field, schema]) => {
      const { success, data } = schema.safeParse(Reflect.get(input, field));
      return success ? [[field, data]] : [];
    }),
  );
}
