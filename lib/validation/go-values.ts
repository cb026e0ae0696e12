/** Values as text, read the way Go's standard library and Kubernetes read them. */

const nanosecondsPerUnit: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};
const durationPart = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;
const durationText = /^([+-]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;
const largestInt64 = 2 ** 63;

/** A Go duration such as `90s` or `1h30m`, in nanoseconds; undefined where it is none, or longer than 64 bits hold. */
export function parseGoDuration(text: string): number | undefined {
  if (/^[+-]?0$/.test(text)) return 0;
  const match = durationText.exec(text);
  if (match === null) return undefined;
  const total = [...(match[2] ?? '').matchAll(durationPart)].reduce(
    (sum, [, amount, unit]) => sum + Math.trunc(Number(amount) * (nanosecondsPerUnit[unit ?? ''] ?? 0)),
    0,
  );
  if (total >= largestInt64) return undefined;
  return match[1] === '-' && total !== 0 ? -total : total;
}

/** Milliseconds as a Go duration: `90s`, `1500ms`. */
export const goDuration = (milliseconds: number): string =>
  milliseconds % 1000 === 0 ? `${milliseconds / 1000}s` : `${milliseconds}ms`;

/** What `strconv.ParseBool` takes; undefined for the rest. */
export function parseGoBool(text: string): boolean | undefined {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  return ['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text) ? false : undefined;
}

// Underscores may stand between digits.
const digits = String.raw`\d+(?:_\d+)*`;
const decimalText = new RegExp(`^[+-]?(${digits}(\\.(${digits})?)?|\\.${digits})([eE][+-]?${digits})?$`);
const hexText =
  /^([+-]?)0[xX](_?[\da-fA-F]+(?:_[\da-fA-F]+)*)?(?:\.([\da-fA-F]+(?:_[\da-fA-F]+)*)?)?[pP]([+-]?\d+)$/;

function parseHexFloat(text: string): number | undefined {
  const [matched, sign, whole = '', fraction = '', exponent] = hexText.exec(text) ?? [];
  if (matched === undefined || whole + fraction === '') return undefined;
  const mantissa = (whole + fraction).replaceAll('_', '');
  const value = Number(`0x${mantissa}`) * 2 ** (Number(exponent) - 4 * fraction.replaceAll('_', '').length);
  return sign === '-' ? -value : value;
}

/**
 * A number as `strconv.ParseFloat` reads it: `NaN` and infinities when the text says so; undefined for anything else,
 * and for a number that 64 bits cannot hold.
 */
export function parseGoFloat(text: string): number | undefined {
  if (/^[+-]?(inf|infinity)$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^nan$/i.test(text)) return Number.NaN;
  const value = decimalText.test(text) ? Number(text.replaceAll('_', '')) : parseHexFloat(text);
  return value === undefined || Math.abs(value) === Infinity ? undefined : value;
}

/** A whole number as `strconv.ParseInt` reads it, of 64 bits unless said otherwise; undefined for anything else. */
export function parseGoInt(text: string, bits = 64): number | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  const value = BigInt(text.replace('+', ''));
  return BigInt.asIntN(bits, value) === value ? Number(value) : undefined;
}

/** A whole number without a sign, as `strconv.ParseUint` reads it. */
export function parseGoUint(text: string, bits = 64): number | undefined {
  if (!/^\d+$/.test(text)) return undefined;
  const value = BigInt(text);
  return BigInt.asUintN(bits, value) === value ? Number(value) : undefined;
}

const quantityText = /^[+-]?(\d*(?:\.\d*)?)([eEinumkKMGTP]*[-+]?\d*)$/;
const quantitySuffix = /^([numkMGTPE]|[KMGTPE]i|[eE]([+-]?\d+))?$/;

/** Whether Kubernetes reads this as a quantity: `250m`, `1Gi`, `1e3`, and also most suffixes without a number. */
export function isQuantity(text: string): boolean {
  const [matched, number = '', suffix = ''] = quantityText.exec(text) ?? [];
  const [known, , power] = quantitySuffix.exec(suffix) ?? [];
  if (text === '' || matched === undefined || known === undefined) return false;
  const exponent = power === undefined ? 0 : parseGoInt(power);
  if (exponent === undefined) return false;
  // Without a digit it is a zero, as long as the suffix keeps it among the small numbers.
  return /\d/.test(number) || (exponent >= -9 && !/^[PE]i$/.test(suffix));
}

/** Whether a quantity is below zero. */
export const isNegativeQuantity = (text: string): boolean => /^-/.test(text) && /^-[0.]*[1-9]/.test(text);
