/** Numbers as Go reads, compares and converts them (amd64), where JavaScript does otherwise. */

const leastInt32 = -2_147_483_648;
export const greatestInt32 = 2_147_483_647;

/** A conversion of a float to int32: cut off; what does not fit, NaN and infinities become −2147483648. */
export const toInt32 = (value: number): number => {
  const whole = value | 0;
  return whole === Math.trunc(value) ? whole : leastInt32;
};

/** `math.Max`: +∞ wins even over NaN. */
export const maximum = (a: number, b: number): number =>
  a === Infinity || b === Infinity ? Infinity : Math.max(a, b);

/** `math.Min`: −∞ wins even over NaN. */
export const minimum = (a: number, b: number): number =>
  a === -Infinity || b === -Infinity ? -Infinity : Math.min(a, b);

/** `math.Round`: a half goes away from zero. */
export const roundHalfAway = (value: number): number => {
  const whole = Math.trunc(value);
  return Math.abs(value - whole) >= 0.5 ? whole + Math.sign(value) : whole;
};

/** What `strconv.ParseBool` takes; undefined for the rest. */
export function parseBool(text: string): boolean | undefined {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  return ['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text) ? false : undefined;
}

/** What `strconv.ParseInt(text, 10, 32)` takes; undefined for the rest, so also beyond 32 bits. */
export function parseInt32(text: string): number | undefined {
  if (!/^[+-]?[0-9]+$/.test(text)) return undefined;
  const value = Number(text);
  return value >= leastInt32 && value <= greatestInt32 ? value + 0 : undefined;
}

// An underscore stands between two digits, or between the hexadecimal prefix and a digit.
const decimal =
  /^[+-]?(?:[0-9](?:_?[0-9])*\.?(?:[0-9](?:_?[0-9])*)?|\.[0-9](?:_?[0-9])*)(?:e[+-]?[0-9](?:_?[0-9])*)?$/i;
const hexadecimal = /^([+-]?)0x((?:_?[0-9a-f])*)\.?([0-9a-f](?:_?[0-9a-f])*)?p([+-]?[0-9](?:_?[0-9])*)$/i;

/** What `strconv.ParseFloat(text, 64)` takes, `NaN` and `Inf` among it; undefined for the rest, so also for an overflow. */
export function parseFloat64(text: string): number | undefined {
  if (/^nan$/i.test(text)) return NaN;
  if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  const value = decimal.test(text) ? Number(text.replaceAll('_', '')) : parseHexadecimal(text);
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

function parseHexadecimal(text: string): number | undefined {
  const match = hexadecimal.exec(text);
  if (match === null) return undefined;
  const whole = (match[2] ?? '').replaceAll('_', '');
  const fraction = (match[3] ?? '').replaceAll('_', '');
  if (whole === '' && fraction === '') return undefined;
  const mantissa = Number(BigInt(`0x${whole}${fraction}`));
  const exponent = Number((match[4] ?? '').replaceAll('_', '')) - 4 * fraction.length;
  // Two steps, so that neither power of two leaves the range when the product is in it.
  const half = Math.trunc(exponent / 2);
  const value = mantissa === 0 ? 0 : mantissa * 2 ** half * 2 ** (exponent - half);
  return match[1] === '-' ? -value : value;
}
