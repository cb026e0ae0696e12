/** One sample of Prometheus' text format. */
export interface PrometheusSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A name, perhaps labels, a value, perhaps a time stamp. Braces may stand inside a quoted label value. */
const sampleLine =
  /^([A-Za-z_:][\w:]*)\s*(?:\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\})?\s*([^\s{}]+)(?:\s+-?\d+)?\s*$/;
const labelPair = /\s*([A-Za-z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)/y;

/**
 * The samples whose metric name is `wanted`, in order. Comments, empty lines and other metrics are passed over.
 * @throws SyntaxError at a wanted line that cannot be read: a missing sample must not look like a small sum
 */
export function parsePrometheusText(
  text: string,
  wanted: (name: string) => boolean = () => true,
): PrometheusSample[] {
  const samples: PrometheusSample[] = [];
  for (const line of text.split('\n')) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const name = /^[\w:]*/.exec(trimmed)?.[0] ?? '';
    if (!wanted(name)) continue;
    const match = sampleLine.exec(trimmed);
    const value = parseValue(match?.[3]);
    const labels = parseLabels(match?.[2] ?? '');
    if (match === null || value === undefined || labels === undefined)
      throw new SyntaxError(`not a sample of Prometheus' text format: ${trimmed.slice(0, 120)}`);
    samples.push({ name, labels, value });
  }
  return samples;
}

function parseValue(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^nan$/i.test(text)) return NaN;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

function parseLabels(text: string): Record<string, string> | undefined {
  const labels: Record<string, string> = Object.create(null);
  const end = text.trimEnd().length;
  labelPair.lastIndex = 0;
  while (labelPair.lastIndex < end) {
    const [, name, value] = labelPair.exec(text) ?? [];
    if (name === undefined || value === undefined) return undefined;
    labels[name] = value.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
  }
  return { ...labels };
}
