/** One thing that Knative's webhook would refuse, or warn of. */
export interface Finding {
  /** The field, as the webhook names it: `spec.template.spec.containers[0].image`. */
  readonly field: string;
  /** Stable, dotted, such as `traffic.sum`. */
  readonly code: string;
  /** What is wrong, in words. */
  readonly message: string;
  /** The value as it was given. */
  readonly value?: unknown;
  /** What would have been allowed. */
  readonly allowed: string;
  /** The webhook names no field for it, however deep it was found. */
  readonly nowhere?: true;
}

const shown = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'string' ? `"${value}"` : JSON.stringify(value);
  return (text ?? String(value)).slice(0, 120);
};

/** A finding in the usual words: what was given, and what is allowed. */
export const finding = (field: string, code: string, value: unknown, allowed: string): Finding => ({
  field,
  code,
  message: `${shown(value)} was given; allowed: ${allowed}`,
  value,
  allowed,
});

/** A finding for which the webhook names no field. */
export const nowhere = (code: string, value: unknown, allowed: string): Finding => ({
  ...finding('', code, value, allowed),
  nowhere: true,
});

/** A field below a part. Indexes in brackets follow their part without a dot, and empty names vanish, as upstream's do. */
export function fieldPath(part: string, field: string): string {
  if (field === '' || part === '') return part + field;
  const names: string[] = [];
  for (const name of `${part}.${field}`.split('.')) {
    const last = names.length - 1;
    if (name === '') continue;
    if (last >= 0 && name.startsWith('[') && name.endsWith(']')) names[last] += name;
    else names.push(name);
  }
  return names.join('.');
}

/** The findings of a part, with the part's own field before them; a finding about the part itself has no field. */
export const under = (part: string, findings: readonly Finding[]): Finding[] =>
  findings.map((found) => (found.nowhere ? found : { ...found, field: fieldPath(part, found.field) }));
