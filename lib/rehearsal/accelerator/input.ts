import { ApiError, invalidArgument } from './api-error.ts';

/** A request's body, of which nothing is known but that it is a JSON object. */
export type Input = Readonly<Record<string, unknown>>;

/** What is not of the type that the protocol says never reaches the service's own checks. */
const wrongType = (field: string, expected: string): ApiError =>
  new ApiError('SerializationException', `${field} must be ${expected}`);

const absent = (value: unknown): value is undefined | null => value === undefined || value === null;

export function optionalString(input: Input, field: string): string | undefined {
  const value = input[field];
  if (absent(value)) return undefined;
  if (typeof value !== 'string') throw wrongType(field, 'a string');
  if (value.length > 255) throw invalidArgument(`${field} is longer than 255 characters`);
  return value;
}

export function requiredString(input: Input, field: string): string {
  const value = optionalString(input, field);
  if (value === undefined || value === '') throw invalidArgument(`${field} is missing`);
  return value;
}

export function optionalBoolean(input: Input, field: string): boolean | undefined {
  const value = input[field];
  if (absent(value)) return undefined;
  if (typeof value !== 'boolean') throw wrongType(field, 'a boolean');
  return value;
}

/** A number from `least` to `greatest`, an integer unless said otherwise. */
export function optionalNumber(
  input: Input,
  field: string,
  range: { readonly least: number; readonly greatest: number; readonly fraction?: boolean },
): number | undefined {
  const value = input[field];
  if (absent(value)) return undefined;
  if (typeof value !== 'number') throw wrongType(field, 'a number');
  const kind = range.fraction === true ? 'a number' : 'an integer';
  const fits = value >= range.least && value <= range.greatest;
  if (!fits || (range.fraction !== true && !Number.isInteger(value)))
    throw invalidArgument(
      `${field} is ${value}; it must be ${kind} from ${range.least} to ${range.greatest}`,
    );
  return value;
}

export function optionalChoice<Choice extends string | number>(
  input: Input,
  field: string,
  choices: readonly Choice[],
): Choice | undefined {
  const value = input[field];
  if (absent(value)) return undefined;
  const choice = choices.find((it) => it === value);
  if (choice === undefined)
    throw invalidArgument(`${field} is ${JSON.stringify(value)}; it must be one of ${choices.join(', ')}`);
  return choice;
}

export function optionalObjects(input: Input, field: string, greatest: number): readonly Input[] | undefined {
  const value = input[field];
  if (absent(value)) return undefined;
  if (!Array.isArray(value) || !value.every(isObject)) throw wrongType(field, 'a list of objects');
  if (value.length > greatest)
    throw invalidArgument(`${field} has ${value.length} elements; it must have at most ${greatest}`);
  return value;
}

export function requiredObjects(input: Input, field: string, greatest: number): readonly Input[] {
  const value = optionalObjects(input, field, greatest);
  if (value === undefined || value.length === 0) throw invalidArgument(`${field} is missing or empty`);
  return value;
}

export const isObject = (value: unknown): value is Input =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
