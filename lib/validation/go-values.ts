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

/** A Go duration such as `90s` or `1h30m`, in nanoseconds; undefined where it is none. */
export function parseGoDuration(text: string): number | undefined {
  if (/^[+-]?0$/.test(text)) return 0;
  const match = durationText.exec(text);
  if (match === null) return undefined;
  const total = [...(match[2] ?? '').matchAll(durationPart)].reduce(
    (sum, [, amount, unit]) => sum + Math.trunc(Number(amount) * (nanosecondsPerUnit[unit ?? ''] ?? 0)),
    0,
  );
  return match[1] === '-' ? -total : total;
}

/** Milliseconds as a Go duration: `90s`, `1500ms`. */
export const goDuration = (milliseconds: number): string =>
  milliseconds % 1000 === 0 ? `${milliseconds / 1000}s` : `${milliseconds}ms`;

/** What `strconv.ParseBool` takes; undefined for the rest. */
export function parseGoBool(text: string): boolean | undefined {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  return ['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text) ? false : undefined;
}

/** A decimal number; undefined for anything else, so also for `NaN` and `Inf`, which no setting can mean. */
export const parseGoFloat = (text: string): number | undefined =>
  /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;

export const parseGoInt = (text: string): number | undefined =>
  /^[+-]?\d+$/.test(text) ? Number(text) : undefined;

/** Whether this is a Kubernetes quantity such as `250m`, `1Gi` or `1e3`. */
export const isQuantity = (text: string): boolean =>
  /^[+-]?(\d+\.?\d*|\.\d+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/.test(text);
