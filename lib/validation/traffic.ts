import type { Finding } from './finding.ts';
import { dns1035Rule, isDns1035Label, isQualifiedName } from './names.ts';
import { fieldsOf, listOf, textOf } from './shape.ts';

/** What is wrong with `spec.traffic`. Fields begin with the target's index: `[0].percent`. */
export function checkTraffic(traffic: unknown): Finding[] {
  const targets = listOf(traffic).map(fieldsOf);
  if (targets.length === 0) return [];
  const found: Finding[] = [];
  const tags = new Set<string>();
  let sum = 0;
  targets.forEach((target, index) => {
    const { percent, tag, revisionName, latestRevision } = target;
    if (percent !== undefined) {
      if (typeof percent === 'number' && Number.isInteger(percent) && percent >= 0 && percent <= 100)
        sum += percent;
      else
        found.push({
          field: `[${index}].percent`,
          code: 'traffic.percent',
          value: percent,
          allowed: 'a whole number from 0 to 100',
        });
    }
    const name = textOf(revisionName) ?? '';
    if (latestRevision === true && name !== '')
      found.push({
        field: `[${index}].latestRevision`,
        code: 'traffic.target',
        value: true,
        allowed: 'either a revision name or the latest revision, not both',
      });
    if (latestRevision === false && name === '')
      found.push({
        field: `[${index}].latestRevision`,
        code: 'traffic.target',
        value: false,
        allowed: 'a revision name, or the latest revision',
      });
    if (name !== '' && !isQualifiedName(name))
      found.push({
        field: `[${index}].revisionName`,
        code: 'traffic.revision',
        value: name,
        allowed: 'the name of a revision',
      });
    if (tag !== undefined && tag !== '') {
      const text = textOf(tag) ?? '';
      if (!isDns1035Label(text))
        found.push({ field: `[${index}].tag`, code: 'name.dns1035', value: tag, allowed: dns1035Rule });
      else if (tags.has(text))
        found.push({ field: `[${index}].tag`, code: 'traffic.tag', value: tag, allowed: 'each tag once' });
      tags.add(text);
    }
  });
  if (sum !== 100 && !found.some(({ code }) => code === 'traffic.percent'))
    found.push({ field: '', code: 'traffic.sum', value: sum, allowed: 'percentages that add up to 100' });
  return found;
}
