import { type FieldErrors, isDns1035 } from './field-errors.ts';

interface Target {
  readonly tag?: string;
  readonly percent?: number;
  readonly latestRevision?: boolean;
  readonly revisionName?: string;
  readonly configurationName?: string;
  readonly url?: string;
}

/** The traffic of a Service or a Route. */
export function checkTraffic(
  traffic: readonly Target[],
  ofService: boolean,
  errors: FieldErrors,
  at = 'spec.traffic',
): void {
  const tags = new Map<string, number>();
  let sum = 0;
  traffic.forEach((target, index) => {
    const path = `${at}[${index}]`;
    const { percent = 0, tag = '', revisionName = '', configurationName = '' } = target;
    sum += percent;
    if (!(percent >= 0 && percent <= 100)) errors.outOfBounds(percent, 0, 100, `${path}.percent`);
    if (target.latestRevision === (revisionName !== ''))
      errors.add(
        `may not set revisionName "${revisionName}" when latestRevision is ${target.latestRevision}`,
        `${path}.latestRevision`,
      );
    if (ofService && configurationName !== '') errors.disallowed(`${path}.configurationName`);
    if (!ofService && (revisionName === '') === (configurationName === ''))
      errors.add(
        revisionName === '' ? 'expected exactly one, got neither' : 'expected exactly one, got both',
        `${path}.configurationName`,
        `${path}.revisionName`,
      );
    if (target.url) errors.disallowed(`${path}.url`);
    if (tag === '') return;
    if (!isDns1035(tag)) errors.add('not a DNS 1035 label', `${path}.tag`);
    const other = tags.get(tag);
    if (other !== undefined)
      errors.add(`Multiple definitions for "${tag}"`, `${path}.tag`, `${at}[${other}].tag`);
    tags.set(tag, index);
  });
  if (sum !== 100) errors.add(`Traffic targets sum to ${sum}, want 100`, at);
}
