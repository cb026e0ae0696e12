/** Durations as Go writes them. */

const nanosecondsPerUnit = new Map<string, bigint>([
  ['ns', 1n],
  ['us', 1000n],
  ['µs', 1000n], // U+00B5, the micro sign
  ['μs', 1000n], // U+03BC, the Greek letter
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);
const limit = 1n << 63n;
const part = /([0-9]*)(?:\.([0-9]*))?([^.0-9]+)/y;

/** What `time.ParseDuration` takes, in nanoseconds; undefined for the rest, so also beyond 63 bits. */
export function parseDuration(text: string): bigint | undefined {
  const negative = text.startsWith('-');
  const amounts = negative || text.startsWith('+') ? text.slice(1) : text;
  if (amounts === '0') return 0n;
  if (amounts === '') return undefined;
  let sum = 0n;
  part.lastIndex = 0;
  while (part.lastIndex < amounts.length) {
    const match = part.exec(amounts);
    const nanoseconds = match === null ? undefined : partNanoseconds(match[1], match[2], match[3]);
    if (nanoseconds === undefined) return undefined;
    sum += nanoseconds;
    if (sum > limit) return undefined;
  }
  if (negative) return -sum;
  return sum < limit ? sum : undefined;
}

function partNanoseconds(whole = '', fraction = '', unitName = ''): bigint | undefined {
  const unit = nanosecondsPerUnit.get(unitName);
  if (unit === undefined || (whole === '' && fraction === '')) return undefined;
  const nanoseconds = BigInt(whole || 0) * unit;
  if (nanoseconds > limit) return undefined;
  const digits = countedDigits(fraction);
  // The fraction goes through a float, cut off: 1.1ns is 1 ns.
  return nanoseconds + BigInt(Math.trunc(Number(digits || 0) * (Number(unit) / 10 ** digits.length)));
}

/** Digits of a fraction beyond 63 bits count for nothing. */
function countedDigits(fraction: string): string {
  let digits = '';
  for (const digit of fraction) {
    if (BigInt(digits || 0) > (limit - 1n) / 10n || BigInt(digits + digit) > limit) break;
    digits += digit;
  }
  return digits;
}

/** Nanoseconds in seconds, as `Duration.Seconds` answers. */
export const toSeconds = (nanoseconds: bigint): number =>
  Number(nanoseconds / 1_000_000_000n) + Number(nanoseconds % 1_000_000_000n) / 1e9;

/** What a duration that stands nowhere would be: undefined stays undefined. */
export const parseSeconds = (text: string): number | undefined => {
  const nanoseconds = parseDuration(text);
  return nanoseconds === undefined ? undefined : toSeconds(nanoseconds);
};
