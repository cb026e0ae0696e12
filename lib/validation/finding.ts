/** One thing that Knative's webhook would refuse. */
export interface Finding {
  /** The field, as the webhook names it: `spec.template.spec.containers[0].image`. */
  readonly field: string;
  /** Stable, dotted, such as `traffic.sum`. */
  readonly code: string;
  /** The value as it was given. */
  readonly value?: unknown;
  /** What would have been allowed. */
  readonly allowed: string;
}

/** The findings of a part, with the part's own field before them; a finding about the part itself has no field. */
export const under = (part: string, findings: readonly Finding[]): Finding[] =>
  findings.map((finding) => {
    const joint = finding.field === '' || finding.field.startsWith('[') ? '' : '.';
    return { ...finding, field: `${part}${joint}${finding.field}` };
  });
