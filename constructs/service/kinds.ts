import type { Problem } from '../../lib/messages/error.ts';
import { nearest } from '../../lib/messages/nearest.ts';
import { isLabelValue, isQualifiedName, isQuantity, parseGoDuration } from '../../lib/validation/index.ts';

/** The kinds of values that props may have, for definitions that no compiler saw. */

/** Where the problems of a value go. `renders`: it can be rendered all the same, so that others show too. */
export type Report = (problem: Problem, renders: boolean) => void;

export interface Kind {
  /** What it takes, in words. */
  readonly allowed: string;
  readonly check: (value: unknown, at: string, report: Report) => void;
}

/** A kind for each prop of a type, so that none is forgotten. */
export type Kinds<T> = Readonly<Record<T extends unknown ? keyof T : never, Kind>>;

type Test = (value: unknown) => boolean;
type Fields = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value of the wrong type cannot be rendered; a wrong value of the right type can. */
const scalar = (allowed: string, isType: Test, takes: Test = () => true): Kind => ({
  allowed,
  check: (value, where, report) => {
    const isOfType = isType(value);
    if (!isOfType || !takes(value)) report({ where, value, allowed }, isOfType);
  },
});

const isText: Test = (value) => typeof value === 'string';
const isNumber: Test = (value) => typeof value === 'number';

export const text = scalar('text', isText);
export const number = scalar('a number', isNumber);
export const flag = scalar('true or false', (value) => typeof value === 'boolean');
export const quantity = scalar('a quantity such as 250m or 64Mi', isText, (value) =>
  isQuantity(String(value)),
);
export const address = scalar('an IP address', isText, (value) => isAddress(String(value)));
export const path = scalar('an absolute path', isText, (value) => String(value).startsWith('/'));

function isAddress(value: string): boolean {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(value)) return value.split('.').every((part) => Number(part) <= 255);
  return /^[\da-fA-F:.]*:[\da-fA-F:.]*$/.test(value) && URL.canParse(`http://[${value}]`);
}

/** Only this one value, with its reason. */
export const only = (wanted: unknown, allowed: string): Kind => scalar(allowed, (value) => value === wanted);

/** Text that a rule takes. */
export const textThat = (allowed: string, takes: (value: string) => boolean): Kind =>
  scalar(allowed, isText, (value) => takes(String(value)));

/** One of a few words. */
export const word = (...words: readonly string[]): Kind =>
  textThat(`one of ${words.join(', ')}`, (value) => words.includes(value));

/** A whole number. */
export const whole = (least: number, most: number): Kind =>
  scalar(`a whole number from ${least} to ${most}`, isNumber, (value) => {
    const count = Number(value);
    return Number.isInteger(count) && count >= least && count <= most;
  });

const isDuration: Test = (value) =>
  isText(value) || (isRecord(value) && typeof value.toMilliseconds === 'function');

const milliseconds = (value: unknown): number =>
  isText(value)
    ? (parseGoDuration(String(value)) ?? Number.NaN) / 1e6
    : (value as { toMilliseconds: () => number }).toMilliseconds();

/** A duration, whose bounds validation knows. */
export const time = scalar('a duration such as 30s or 1m30s', isDuration);

/** A duration of whole seconds. */
export const seconds = (least: number, most?: number): Kind =>
  scalar(
    most === undefined
      ? `whole seconds of at least ${least}, such as ${Math.max(least, 30)}s`
      : `whole seconds from ${least}s to ${most}s`,
    isDuration,
    (value) => {
      const count = milliseconds(value) / 1000;
      return Number.isInteger(count) && count >= least && count <= (most ?? Number.MAX_SAFE_INTEGER);
    },
  );

/** The same kind for every entry of a list. `least`: entries that it must have. */
export const listOf = (kind: Kind, least = 0): Kind => {
  const allowed = least === 0 ? 'a list' : `a list of at least ${least}`;
  return {
    allowed,
    check: (value, where, report) => {
      if (!Array.isArray(value)) return report({ where, value, allowed }, false);
      if (value.length < least) report({ where, value, allowed }, true);
      value.forEach((entry, index) => {
        kind.check(entry, `${where}[${index}]`, report);
      });
    },
  };
};

/** A list of texts, such as a command. */
export const lines = (least = 0): Kind => ({ ...listOf(text, least), allowed: 'a list of texts' });

/** The same kind for every value of an object with free names. `name`: what each name must be. */
export const named = (kind: Kind, name: Kind = text): Kind => ({
  allowed: 'an object',
  check: (value, where, report) => {
    if (!isRecord(value)) return report({ where, value, allowed: 'an object' }, false);
    for (const [key, entry] of Object.entries(value)) {
      name.check(key, `${where}.${key}`, report);
      kind.check(entry, `${where}.${key}`, report);
    }
  },
});

/** An object with these props. `required`: those that must be there. */
export const object = <T>(kinds: Kinds<T>, required: readonly string[] = []): Kind => ({
  allowed: 'an object',
  check: (value, at, report) => {
    if (!isRecord(value)) return report({ where: at || 'the service', value, allowed: 'an object' }, false);
    const known = kinds as Readonly<Record<string, Kind>>;
    const below = (prop: string) => (at === '' ? prop : `${at}.${prop}`);
    /** Required ones that are there by a name that nobody knows: the misspelling says it. */
    const meant = new Set<string>();
    for (const [prop, part] of Object.entries(value)) {
      const kind = Object.hasOwn(known, prop) ? known[prop] : undefined;
      const near = kind === undefined ? nearest(prop, Object.keys(known)) : undefined;
      const isMeant = near !== undefined && required.includes(near) && value[near] === undefined;
      if (isMeant) meant.add(near);
      if (kind === undefined) report(unknownProp(below(prop), prop, part, Object.keys(known)), !isMeant);
      else if (part !== undefined) kind.check(part, below(prop), report);
    }
    for (const prop of required)
      if (value[prop] === undefined && !meant.has(prop))
        report({ where: below(prop), value: undefined, allowed: known[prop]?.allowed ?? 'a value' }, false);
  },
});

/** Text, or something longer. */
export const textOr = (kind: Kind, allowed: string): Kind => ({
  allowed,
  check: (value, where, report) => {
    if (isText(value)) return;
    if (isRecord(value)) return kind.check(value, where, report);
    report({ where, value, allowed }, false);
  },
});

/** An object that says what it is by one of its props: the prop → what such an object may have. */
export const variant = (kinds: Readonly<Record<string, Kind>>): Kind => {
  const allowed = `one of ${Object.keys(kinds).join(', ')}`;
  return {
    allowed,
    check: (value, where, report) => {
      if (!isRecord(value)) return report({ where, value, allowed }, false);
      const [kind, ...more] = Object.entries(kinds).filter(([prop]) => value[prop] !== undefined);
      if (kind === undefined || more.length > 0) return report({ where, value, allowed }, false);
      kind[1].check(value, where, report);
    },
  };
};

/** A label or annotation's name: at most 63 characters, after a domain and a slash if it has one. */
const labelName = textThat('a label such as disk or example.com/disk', isQualifiedName);

export const labelValue = textThat('letters, digits, ".", "_" and "-", at most 63 characters', isLabelValue);

/** Names → text, in the way that Kubernetes takes labels, or annotations. */
export const labels = named(labelValue, labelName);
export const annotations = named(text, labelName);

/** The problem of a prop that does not exist, with what was probably meant. */
export function unknownProp(where: string, prop: string, value: unknown, known: readonly string[]): Problem {
  const near = nearest(prop, known);
  const allowed = near === undefined ? `one of ${known.join(', ')}` : `did you mean "${near}"?`;
  return { where, value, allowed: `a known prop: ${allowed}` };
}
